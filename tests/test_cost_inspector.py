"""The inspector on its page shows what vitlib computes, and is used."""

import itertools
import re

import pytest

from tests.book_site import NARROW, WIDE
from tests.cost_page import Inspector, check_impossible, check_state
from tests.widget_page import HEIGHT, PROBE
from vitlib.show.widgets.cost import NAMES

SMALLEST = (300, 700)
VALUES = {  # several of each control, all of which make a model
    "num_classes": (0, 1, 21843),
    "batch": (1, 4096),
    "image_height": (16, 384, 4096),
    "image_width": (16, 400),
    "in_chans": (1, 16),
    "patch_size": (1, 8, 56),
    "embed_dim": (12, 960, 16380),
    "num_heads": (1, 6, 768),
    "mlp_ratio": (0.5, 1.5, 2.0),
    "depth": (1, 40, 64),
}
IMPOSSIBLE = [  # what is typed, the fields that are marked, what is said
    (("patch_size", "15"), {"Patch size", "Image height"},
     "image height 224 is not divisible by patch size 15; 1, 2, 4, 7, 8, 14, 16, 28, "
     "32, 56, 112 or 224 would be"),
    (("image_width", "225"), {"Patch size", "Image width"},
     "image width 225 is not divisible by patch size 16; 1, 3, 5, 9, 15, 25, 45, 75 or "
     "225 would be (squares that fit 224 × 225: 1)"),
    (("num_heads", "7"), {"Heads h", "Width D"},
     "width 768 is not divisible by 7 heads; 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, "
     "96, 128, 192, 256, 384 or 768 would be"),
    (("embed_dim", "0"), {"Width D"}, "embed_dim must be at least 1, got 0"),
    (("embed_dim", ""), {"Width D"}, "embed_dim is no number; 1 to 16384 would be"),
    (("image_height", "-3"), {"Image height"},
     "image size must be at least 1 pixel, got -3"),
    (("patch_size", "1.5"), {"Patch size"},
     "patch size must be an integer, got 1.5 (float)"),
    (("mlp_ratio", "0.001"), {"MLP ratio"},
     "embed_dim · mlp_ratio must be at least 1, got 0.768"),
    (("num_classes", "-1"), {"Classes K"}, "num_classes must be at least 0, got -1"),
    (("batch", "0"), {"Batch size"}, "batch must be at least 1, got 0"),
    (("num_heads", "1025"), {"Heads h"},
     "num_heads must be at most 1024 here, got 1025"),
]  # fmt: skip


@pytest.fixture
def inspector(reader):
    """The inspector on its page, with one in Python beside it."""
    return Inspector.of(reader)


def test_every_preset_states_what_python_computes(inspector):
    for height, name in itertools.product((224, 448), NAMES):
        inspector.settle(preset=name, image_height=height)
        check_state(inspector.twin, inspector.read_all())


@pytest.mark.parametrize("trait", VALUES)
def test_every_control_states_what_python_computes(inspector, trait):
    for value in VALUES[trait]:
        inspector.settle(**{trait: value})
        check_state(inspector.twin, inspector.read_all())


def test_every_depth_states_what_python_computes(inspector):
    for depth, found in inspector.walk("Depth L"):
        inspector.twin.depth = depth
        first, *_ = found["facts"].split("\n")
        assert first == inspector.twin.summary()
        assert found["said"]["Depth L"] == str(depth)


def test_what_is_impossible_is_said_and_can_be_mended(inspector):
    for (trait, text), labels, words in IMPOSSIBLE:
        inspector.fill(trait, text)
        check_impossible(inspector.read_all(), labels, words)
        inspector.fill(trait, str(getattr(inspector.twin, trait)))
        check_state(inspector.twin, inspector.read_all())


def test_the_map_ends_where_the_model_does(inspector):
    for trait, text, known, unknown in (
        ("in_chans", "0", [], ["(3, 224, 224)", "(196, 768)"]),
        ("patch_size", "15", ["(3, 224, 224)"], ["(196, 768)"]),
        ("embed_dim", "0", ["(196, 768)"], ["(197, 768)"]),
        ("num_heads", "7", ["(197, 768)"], ["(12, 197, 64)", "(197, 3072)"]),
        ("num_classes", "-1", ["(12, 197, 197)", "(197, 768)"], ["(1000,)"]),
        ("batch", "0", ["(12, 197, 197)", "(1000,)"], []),
    ):
        inspector.fill(trait, text)
        drawn = {*inspector.read_all()["drawn"]}
        assert {*known} <= drawn
        assert not {*unknown} & drawn
        assert ("impossible" in drawn) == bool(unknown)
        inspector.fill(trait, str(getattr(inspector.twin, trait)))


def test_settings_go_through_what_is_impossible_one_by_one(inspector):
    inspector.settle(embed_dim=640)
    assert "width 640 is not divisible by 12 heads" in inspector.facts.inner_text()
    inspector.settle(num_heads=10)
    check_state(inspector.twin, inspector.read_all())
    inspector.fill("num_heads", "")
    inspector.settle(preset="L/16")  # says what the field shall be, too
    check_state(inspector.twin, inspector.read_all())


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps(reader, screen):
    inspector = Inspector.of(reader, screen)
    measure = inspector.panel.locator(".vit-panel").evaluate
    heights = {measure(HEIGHT)}
    for (trait, text), _, words in IMPOSSIBLE:
        if len(words) < 120:  # longer ones name many sizes that would work
            inspector.fill(trait, text)
            heights.add(measure(HEIGHT))
            inspector.fill(trait, str(getattr(inspector.twin, trait)))
    inspector.settle(image_height=64, image_width=64, embed_dim=192)  # explicit
    inspector.settle(batch=65536)
    heights.add(measure(HEIGHT))
    assert len(heights) == 1


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_the_largest_settings_fit(reader, screen):
    inspector = Inspector.of(reader, screen)
    inspector.settle(image_height=4096, image_width=4096, in_chans=16, patch_size=1)
    inspector.settle(embed_dim=16384, num_heads=1024, depth=64, mlp_ratio=64)
    inspector.settle(num_classes=100_000, batch=65536)
    page = inspector.page
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    inside = "(all) => all.map((i) => i.scrollWidth - i.clientWidth)"
    assert max(inspector.panel.locator("td, th").evaluate_all(inside)) <= 1
    left = re.compile(r"^\(.*\)$")
    shapes = filter(left.match, inspector.read_all()["drawn"])
    assert "(1024, 16.78M, 16.78M)" in {*shapes}


def test_what_goes_beyond_is_hatched_and_the_class_token_is_orange(inspector):
    whole = inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])
    orange = [*bytes.fromhex("e69f00"), 255]
    assert whole == [orange, orange]
    inspector.fill("embed_dim", "0")
    assert orange not in inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])
