"""The inspector's formulas and words in JavaScript, against vitlib's."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vitlib import ViTConfig, cost
from vitlib.attention import EXPLICIT_TOKENS, EXPLICIT_WIDTH
from vitlib.patches import grid_size
from vitlib.show.widgets import CostInspector, cost_words

MATH, CHECKS, WORDS = "cost_math.js", "cost_checks.js", "cost_words.js"
COUNTED = {  # what JavaScript calls it, and Python
    "parameters": lambda config, batch: cost.parameters(config),
    "multiplyAdds": lambda config, batch: cost.multiply_adds(config),
    "attentionMaps": lambda config, batch: cost.attention_maps(config),
    "activations": lambda config, batch: cost.activations(config),
    "trainingMemory": cost.training_memory,
}
TRAITS = (
    "image_height", "image_width", "in_chans", "patch_size", "embed_dim", "depth",
    "num_heads", "mlp_ratio", "num_classes", "batch",
)  # fmt: skip
LARGEST = {"image_height": 4096, "image_width": 4096, "in_chans": 16, "patch_size": 1,
           "embed_dim": 16384, "depth": 64, "num_heads": 1024, "mlp_ratio": 64.0,
           "num_classes": 100_000, "batch": 65536}  # fmt: skip


def made(values: dict) -> ViTConfig:
    """The config that settings make; ValueError or TypeError if they make none."""
    config = ViTConfig(
        (values["image_height"], values["image_width"]),
        **{name: values[name] for name in TRAITS[2:-1]},
    )
    grid_size(config.image_size, config.patch_size)
    return config


@st.composite
def possible(draw) -> dict:
    """Settings that make a model, many of them with 17 to 40 tokens."""
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    size, heads = draw(st.integers(1, 32)), draw(st.integers(1, 16))
    width = heads * draw(st.integers(1, 96))
    return {
        "image_height": rows * size,
        "image_width": columns * size,
        "in_chans": draw(st.integers(1, 16)),
        "patch_size": size,
        "embed_dim": width,
        "depth": draw(st.integers(1, 64)),
        "num_heads": heads,
        "mlp_ratio": draw(st.floats(1 / width, 64)),
        "num_classes": draw(st.integers(0, 100_000)),
        "batch": draw(st.integers(1, 65536)),
    }


@given(possible())
@example(LARGEST)
@settings(max_examples=80)
def test_every_number_is_vitlibs_to_the_last_digit(node, values):
    if values["embed_dim"] * values["mlp_ratio"] < 1:  # 1 / width, rounded down
        return
    config = made(values)
    for name, python in COUNTED.items():
        assert node.call(MATH, name, values) == python(config, values["batch"]), name
    weights = 4 * values["batch"] * cost.attention_maps(config)
    assert node.call(MATH, "attentionMemory", values) == weights


def test_the_largest_settings_count_beyond_what_a_double_holds():
    config = made(LARGEST)
    assert sum(cost.multiply_adds(config).values()) > 2**64


@given(possible())
@example(LARGEST)
@settings(max_examples=40)
def test_shapes_and_words_are_pythons(node, values):
    if values["embed_dim"] * values["mlp_ratio"] < 1:
        return
    inspector = CostInspector(**values)
    shapes = {name: [*shape] for name, shape in inspector.shapes().items()}
    assert node.call(MATH, "shapes", values) == shapes
    assert node.call(WORDS, "summary", values) == inspector.summary()
    assert node.call(WORDS, "trainingWords", values) == inspector.training_words()


@pytest.mark.parametrize("tokens", [16, 17, 18, 39, 40, 41])
@pytest.mark.parametrize("width", [23, 24, 25])
def test_where_attention_is_explicit_is_where_vitlib_does_it(node, tokens, width):
    values = LARGEST | {"image_height": 1, "image_width": tokens - 1, "num_heads": 3}
    values |= {"embed_dim": 3 * width, "depth": 2}
    wanted = tokens in EXPLICIT_TOKENS and width <= EXPLICIT_WIDTH
    assert node.call(MATH, "isExplicit", values) == wanted
    words = node.call(WORDS, "attentionWords", values)
    assert ("vitlib makes them in training" in words) == wanted
    assert ("never holds them" in words) != wanted


@given(st.floats(0, 2**20))
@example(0.5)
@example(1.5)
@example(2.5)
@example(1152.5)
@example(0.49999999999999994)
def test_numbers_are_rounded_as_python_does(node, number):
    assert node.call(MATH, "rounded", number) == round(number)


def test_each_cost_belongs_to_one_part():
    values = {name: getattr(CostInspector(), name) for name in TRAITS}
    config = made(values)
    keys = [key for part, _ in cost_words.PARTS.values() for key in part]
    counted = {**cost.parameters(config), **cost.multiply_adds(config)}
    assert sorted(keys) == sorted(counted)
    for costs in (cost.parameters(config), cost.multiply_adds(config)):
        of_parts = (cost_words.part_of(costs, name) for name in cost_words.PARTS)
        assert sum(of_parts) == sum(costs.values())
