"""The inspector of shapes and costs, on Python's side."""

import math

import pytest
import torch

from tests.settings import leaves, refuses
from vitlib import CONFIGS, ViT
from vitlib.show.widgets import CostInspector
from vitlib.show.widgets.cost import FIXED, NAMES, OWN
from vitlib.show.widgets.cost_words import PARTS

SETTINGS = {
    "batch", "depth", "embed_dim", "image_height", "image_width", "in_chans",
    "mlp_ratio", "num_classes", "num_heads", "patch_size", "preset",
}  # fmt: skip


@pytest.fixture
def inspector():
    """An inspector as the chapter shows it."""
    return CostInspector()


def test_it_starts_with_b16(inspector):
    assert repr(inspector) == (
        "CostInspector(batch=1, depth=12, embed_dim=768, image_height=224, "
        "image_width=224, in_chans=3, mlp_ratio=4.0, num_classes=1000, num_heads=12, "
        "patch_size=16, preset='B/16')"
    )
    assert inspector.config == CONFIGS["B/16"]
    assert inspector.summary() == (
        "B/16: 197 tokens, 86,567,656 parameters, 17.56 G multiply-adds"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_sets_its_model_and_leaves_the_rest(name):
    inspector = CostInspector(num_classes=10, image_height=448, batch=8)
    inspector.preset = name
    assert {n: getattr(inspector, n) for n in FIXED} == {
        n: getattr(CONFIGS[name], n) for n in FIXED
    }
    assert inspector.config.image_size == (448, 224)
    assert (inspector.num_classes, inspector.batch) == (10, 8)
    assert inspector.preset == CostInspector(preset=name).preset == name


def test_the_preset_follows_the_settings(inspector):
    inspector.patch_size = 14
    assert inspector.preset == OWN
    assert inspector.summary().startswith("Your own: 257 tokens, 86,475,496 par")
    inspector.patch_size = 32
    assert inspector.preset == "B/32"
    inspector.preset = OWN  # says what is the case, not what shall be
    assert inspector.preset == "B/32"
    assert CostInspector(embed_dim=384, num_heads=6).preset == "S/16"


def test_choosing_a_preset_passes_through_no_other(inspector):
    seen = []
    inspector.observe(lambda change: seen.append(change.new), "preset")
    inspector.preset = "H/14"
    assert seen == ["H/14"]


def test_settings_go_through_what_is_impossible_one_by_one(inspector):
    inspector.embed_dim = 640
    with pytest.raises(ValueError, match="width 640 is not divisible by 12 heads; 1,"):
        _ = inspector.config
    inspector.num_heads = 10
    assert inspector.config.embed_dim == 640
    inspector.image_height = 225
    with pytest.raises(ValueError, match="image height 225 is not divisible by"):
        inspector.summary()
    inspector.image_height = 240
    assert inspector.config.image_size == (240, 224)
    inspector.mlp_ratio = 0.001
    with pytest.raises(ValueError, match=r"must be at least 1, got 0\.64"):
        _ = inspector.config


def passing(inspector: CostInspector) -> dict[str, torch.Size]:
    """The shapes of what passes through a model of one block, for one image."""
    with torch.device("meta"):
        model = ViT(inspector.config)
        images = torch.empty(1, *inspector.shapes()["picture"])
    block = model.blocks[0]
    with torch.no_grad():
        tokens, stream = model.patch_embed(images), model.embed(images)
        found = {
            "tokens": tokens,
            "positions": stream,
            "weights": block.attn.forward_with_weights(stream)[1],
            "hidden": block.mlp.fc1(stream),
            "stream": block(stream),
            "head": model(images),
        }
    return {name: tensor.shape[1:] for name, tensor in found.items()}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"image_height": 60, "image_width": 100, "patch_size": 20, "in_chans": 1},
        {"embed_dim": 24, "num_heads": 3, "mlp_ratio": 1.5, "num_classes": 0},
    ],
)
def test_shapes_are_those_that_pass_through_the_model(changes):
    inspector = CostInspector(depth=1, **changes)
    shapes, found = inspector.shapes(), passing(inspector)
    assert {
        name: tuple(shape) for name, shape in found.items()
    }.items() <= shapes.items()
    assert math.prod(shapes["patches"]) == math.prod(shapes["picture"])
    assert shapes["patches"][0] == shapes["tokens"][0]
    assert shapes["class token"] == shapes["positions"]
    heads, tokens, width = shapes["heads"]
    assert (tokens, heads * width) == shapes["positions"]


test_bad_settings_are_refused_with_what_would_work = refuses(
    CostInspector,
    [
        ("image_height", 0, "1"),
        ("image_width", 4097, "4096"),
        ("patch_size", 2.5, "int"),
        ("patch_size", "16", "int"),
        ("embed_dim", -768, "1"),
        ("depth", 65, "64"),
        ("num_heads", 0, "1"),
        ("mlp_ratio", -1.0, "0"),
        ("num_classes", -1, "0"),
        ("in_chans", 17, "16"),
        ("batch", 0, "1"),
        ("preset", "XL/16", "'Ti/16', 'S/16'"),
        ("preset", None, "unicode string"),
    ],
)
test_its_output_is_small_and_the_same_each_time = leaves(
    CostInspector, SETTINGS | {"mountains"}, 10_000, settings=[{"depth": 3}]
)


def words_of(inspector: CostInspector) -> list[str]:
    """What stands on the still picture."""
    return [text.get_text() for text in inspector.still().axes[0].texts]


@pytest.mark.parametrize("name", NAMES)
def test_the_still_picture_says_shapes_and_costs(name):
    inspector = CostInspector(preset=name)
    words = words_of(inspector)
    assert {inspector.summary(), inspector.training_words()} <= {*words}
    for shape in set(inspector.shapes().values()) - {inspector.shapes()["heads"]}:
        assert str(shape) in words
    assert {*PARTS} <= {*words}
    (axes,) = inspector.still().axes
    bars = [bar for bar in axes.patches if bar.get_height() == 5]
    for left in (140, 314):  # of parameters and of multiply-adds
        lengths = [b.get_width() for b in bars if left <= b.get_x() < left + 160]
        assert sum(lengths) == pytest.approx(152)


def test_the_still_picture_says_why_there_is_no_model():
    words = words_of(CostInspector(num_heads=7))
    assert words[0] == "Impossible:"
    assert "width 768 is not divisible by 7 heads" in " ".join(words)
    assert not any("parameters" in line for line in words)
