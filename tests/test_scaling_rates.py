"""A recipe for another batch: rate and warm-up follow, the rest stays."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitlib.scaling import scaled
from vitlib.training import Recipe

RECIPE = Recipe(batch_size=256, lr=0.1, warm_up=0.05)


def test_goyals_recipe_for_8192_images():
    found = scaled(RECIPE, 8192)
    assert found == replace(RECIPE, batch_size=8192, lr=3.2)


def test_malladis_rule_takes_the_root():
    assert scaled(RECIPE, 1024, "square root").lr == pytest.approx(0.2)
    assert scaled(RECIPE, 64, "square root").lr == pytest.approx(0.05)


@given(
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.sampled_from(["linear", "square root"]),
    st.sampled_from(["epochs", "steps"]),
)
def test_there_and_back_is_the_same_recipe(first, second, rule, warm_up):
    recipe = replace(RECIPE, batch_size=first, warm_up=0.0)
    there = scaled(recipe, second, rule, warm_up)
    back = scaled(there, first, rule, warm_up)
    assert back == replace(recipe, lr=back.lr)
    assert back.lr == pytest.approx(recipe.lr)


def test_a_warm_up_lasts_as_many_epochs_or_as_many_steps():
    images, larger = 10_240, 1024
    by_epochs, by_steps = (
        scaled(RECIPE, larger, warm_up=w) for w in ("epochs", "steps")
    )
    for recipe, steps, epochs in (
        (RECIPE, 400, 10),
        (by_epochs, 100, 10),
        (by_steps, 400, 40),
    ):
        a_step, an_epoch = images // recipe.batch_size, recipe.epochs
        assert recipe.warm_up * an_epoch == pytest.approx(epochs)
        assert recipe.warm_up * an_epoch * a_step == pytest.approx(steps)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0,), ValueError, "batch_size must be at least 1, got 0"),
        ((64.0,), TypeError, "batch_size must be an integer, got 64.0"),
        (
            (64, "cubic"),
            ValueError,
            "rule must be 'linear' or 'square root', got 'cubic'",
        ),
        ((64, "linear", "days"), ValueError, "warm_up must be 'epochs' or 'steps'"),
        ((8192, "linear", "steps"), ValueError, "a batch of 5120 at most, more epochs"),
    ],
)
def test_what_makes_no_recipe_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        scaled(RECIPE, *arguments)
    assert scaled(RECIPE, 5120, "linear", "steps").warm_up == 1
