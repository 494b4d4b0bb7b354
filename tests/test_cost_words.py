"""What the inspector says in JavaScript, and what it refuses, as vitlib does."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.cost_page import CONTROLS
from tests.test_cost_math import CHECKS, TRAITS, WORDS, made
from vitlib import CONFIGS
from vitlib.checks import divisors
from vitlib.show.widgets import CostInspector, cost_words
from vitlib.show.widgets.cost import FIXED, NAMES, OWN


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(0.0)
@example(1e-05)
@example(0.0001)
@example(1e16)
@example(-123456.75)
@example(1e22)
def test_floats_are_written_as_python_does(node, number):
    if number == 0:
        number = abs(number)  # JSON's −0 is an integer to Python
    assert node.call(CHECKS, "float", number) == repr(number)


COUNT = st.integers(-3, 40)
ODD = st.sampled_from([1.5, -0.25, 0.75])
ANY = st.fixed_dictionaries(
    {name: st.one_of(COUNT, COUNT, COUNT, ODD) for name in TRAITS[:-1]}
    | {"mlp_ratio": st.floats(-1, 4), "batch": st.just(1)}
)


def refusal(values: dict) -> str:
    """What vitlib says of settings that make no model, or nothing."""
    try:
        made(values)
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


# In vitlib's words: all numbers that would work.
ALL = re.compile(r"(?<=[;:] )(?:\d+, )*\d+(?: or \d+)?(?= would be|\))")


def on_the_panel(node, said: str, names: list[str], values: dict) -> str:
    """What vitlib says, but with names of fields, and the nearest of many numbers."""
    tried = values["num_heads" if "heads;" in said else "patch_size"]

    def nearest(numbers: re.Match) -> str:
        every = [int(number) for number in re.findall(r"\d+", numbers[0])]
        return node.call(CHECKS, "nearest", every, tried)

    said = re.sub(r"^(image|patch)[ _]size (?=must)", f"{CONTROLS[names[0]]} ", said)
    for trait in TRAITS:
        said = said.replace(trait, CONTROLS[trait])
    said = re.sub(r"an integer, got (\S+) \(float\)", r"a whole number, not \1", said)
    return ALL.sub(nearest, said)


@given(ANY)
@settings(max_examples=250)
def test_what_is_impossible_is_said_in_vitlibs_words(node, values):
    found = node.call(CHECKS, "problems", values)
    said = refusal(values)
    if said:
        assert any(
            problem["words"] == on_the_panel(node, said, problem["names"], values)
            for problem in found
        )
    else:
        wanted = [["in_chans"]] if values["in_chans"] > 16 else []  # the panel's most
        assert [problem["names"] for problem in found] == wanted


@pytest.mark.parametrize(
    ("change", "names", "words"),
    [
        ({"num_heads": 7}, ["num_heads", "embed_dim"], "width 768 is not divisible"),
        ({"patch_size": 15}, ["patch_size", "image_height"], "; …, 8, 14, 16, 28, … "),
        ({"image_width": 225}, ["patch_size", "image_width"], "(squares that fit"),
        ({"embed_dim": None}, ["embed_dim"], "Width D has no number; 1 to 16384 would"),
        ({"depth": 65}, ["depth"], "Depth L must be at most 64 here, got 65"),
        ({"batch": 0}, ["batch"], "Batch size must be at least 1, got 0"),
        ({"image_height": -3}, ["image_height"], "Image height must be at least 1 pix"),
        ({"mlp_ratio": 0}, ["mlp_ratio"], "· MLP ratio must be at least 1, got 0.0"),
        ({"mlp_ratio": None}, ["mlp_ratio"], "no number; one above 0, up to 64, would"),
        ({"mlp_ratio": 65}, ["mlp_ratio"], "MLP ratio must be at most 64 here, got 65"),
        ({"patch_size": 8.5}, ["patch_size"], "Patch size must be a whole number, not"),
    ],
)
def test_a_problem_names_the_settings_that_it_is_about(node, change, names, words):
    values = {name: getattr(CostInspector(), name) for name in TRAITS} | change
    (found,) = node.call(CHECKS, "problems", values)
    assert found["names"] == names
    assert words in found["words"]


def test_the_first_reason_is_said_and_what_else_to_mend(node):
    values = {name: getattr(CostInspector(), name) for name in TRAITS}
    for change, words in (
        ({"batch": 0, "patch_size": 15}, " To mend besides: Batch size."),
        ({"image_height": 225, "image_width": 225}, ""),
        ({"image_width": 240, "patch_size": 13}, " To mend besides: Image width."),
        ({"num_heads": 7, "mlp_ratio": 0}, " To mend besides: MLP ratio."),
        ({"num_heads": 7, "depth": 0}, " To mend besides: Heads h, Width D."),
    ):
        found = node.call(CHECKS, "problems", values | change)
        said = node.call(CHECKS, "refusal", found)
        assert said == f"Impossible: {found[0]['words']}.{words}"


@given(st.integers(1, 16384), st.integers(1, 2000))
@example(768, 7)
@example(13, 16)
def test_of_many_numbers_the_nearest_are_named(node, side, tried):
    every = divisors(side)
    assume(tried not in every)
    said = node.call(CHECKS, "nearest", every, tried)
    named = [int(number) for number in re.findall(r"\d+", said)]
    first = every.index(named[0])
    assert named == every[first : first + len(named)]
    assert 4 <= len(named) <= 6 or named == every
    left = first, len(every) - first - len(named)
    assert 1 not in left  # three dots would take the place of a number
    assert (said.startswith("…, "), said.endswith(", …")) == (left[0] > 0, left[1] > 0)
    below = [number for number in every if number < tried]
    assert {*below[-2:], *every[len(below) :][:2]} <= {*named}


def test_limits_are_those_of_the_traits(node):
    inspector = CostInspector()
    for name in TRAITS:
        trait = inspector.traits()[name]
        for value in (trait.min, trait.max):
            assert node.call(CHECKS, "isSetting", name, value), (name, value)
        for value in (trait.min - 1, trait.max + 1, None):
            assert not node.call(CHECKS, "isSetting", name, value), (name, value)
        assert node.call(CHECKS, "isSetting", name, 1.5) == (name == "mlp_ratio")


@pytest.mark.parametrize("name", NAMES)
def test_presets_are_vitlibs_and_any_change_makes_them_the_readers_own(node, name):
    values = {fixed: getattr(CONFIGS[name], fixed) for fixed in FIXED}
    others = {"image_height": 384, "num_classes": 10, "batch": 64}
    assert node.call(WORDS, "presetOf", values | others) == name
    for fixed in FIXED:
        changed = values | {fixed: values[fixed] * 3}
        assert node.call(WORDS, "presetOf", changed) == OWN


@given(st.integers(0, 2**53), st.integers(1, 2**53))
@example(999, 1000)
@example(1, 247_250)
@example(1, 80)
@example(999_949, 999_950)
@example(999_999_499, 10**12 - 1)
def test_numbers_in_words_are_pythons(node, one, other):
    for number in (one, other):
        assert node.call(WORDS, "brief", number) == cost_words.brief(number)
        assert node.call(WORDS, "bytes", number) == cost_words.size_in_bytes(number)
    part, all_of_it = sorted((one, other))
    said = node.call(WORDS, "percent", part, all_of_it)
    assert said == cost_words.percent(part, all_of_it)
    if said.startswith("<"):
        assert 0 < part < 0.00051 * all_of_it
    else:
        assert float(said[:-1]) == pytest.approx(100 * part / all_of_it, abs=0.0501)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"), (999, "999"), (1000, "1.000 k"), (17_563_804_416, "17.56 G"),
        (999_949, "999.9 k"), (999_950, "1.000 M"), (999_999_999_999, "1.000 T"),
    ],
)  # fmt: skip
def test_a_number_is_written_with_four_digits(node, number, words):
    assert cost_words.brief(number) == words
    assert node.call(WORDS, "brief", number) == words


@pytest.mark.parametrize(
    ("shape", "four", "two"),
    [
        ([1000], "(1000,)", "(1000,)"),
        ([12, 197, 197], "(12, 197, 197)", "(12, 197, 197)"),
        ([16, 16777217, 9999], "(16, 16.78M, 9999)", "(16, 17M, 9999)"),
        ([10000, 12500, 262144], "(10k, 12.5k, 262.1k)", "(10k, 13k, 260k)"),
    ],
)
def test_shapes_are_written_as_python_does_or_shorter(node, shape, four, two):
    assert node.call(WORDS, "shape", shape) == str(tuple(shape))
    assert node.call(WORDS, "shape", shape, 4) == four
    assert node.call(WORDS, "shape", shape, 2) == two
