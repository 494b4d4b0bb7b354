"""What the chapter's figures count is recorded of today's models, or counted anew."""

import json

import pytest

from bench.mistakes import RIGHT, made, shape_is_right
from bench.position import SMALL
from figures import mistakes, mistakes_caught
from vitlib.mistakes import MISTAKES, broken_keys, examine
from vitlib.mistakes.broken import CHANGES

ROOT = mistakes_caught.RECORD.parents[1]
ROWS = json.loads(mistakes_caught.RECORD.read_text("utf-8"))["results"]


def test_every_model_is_recorded():
    assert [row["mistake"] for row in ROWS] == [RIGHT, *broken_keys(SMALL)]


def test_every_broken_model_has_a_mistake_of_the_book():
    assert CHANGES.keys() <= {mistake.key for mistake in MISTAKES}


def test_shapes_are_as_recorded_and_only_the_right_one_has_no_finding():
    for row in ROWS:
        assert shape_is_right(row["mistake"]) == row["shape"]
        assert bool(row["found by"]) == (row["mistake"] != RIGHT)


@pytest.mark.parametrize("row", ROWS[:2] + ROWS[-1:], ids=lambda row: row["mistake"])
def test_what_examine_says_is_what_was_recorded(row):
    found = examine(made(row["mistake"]), SMALL.image_size, SMALL.in_chans)
    assert bool(found) == bool(row["found by"])


def test_chance_moves_the_loss_by_as_much_as_the_chapter_says():
    losses = {row["mistake"]: row["runs"][0]["loss"][-1] for row in ROWS if row["runs"]}
    other, right = losses["gelu-by-tanh"], losses[RIGHT]
    chapter = (ROOT / "notebooks" / "13_mistakes.ipynb").read_text("utf-8")
    assert f"ended at a loss of {other:.2f}, the right one at {right:.2f}" in chapter


def test_counts_add_up():
    alone, models = mistakes_caught.alone(), mistakes_caught.in_models(ROWS)
    assert list(alone.values()) == [3, 3, len(MISTAKES)]
    assert models["examine finds something"] == len(ROWS) - 1
    assert models["the loss falls less than a tenth as far"] <= len(ROWS) / 4


def test_a_loss_that_does_not_fall_would_be_counted():
    run = {"loss": [2.3, 2.3], "accuracy": [0.1, 0.1]}
    low = {"loss": [1.0], "accuracy": [0.9]}
    good = {"mistake": RIGHT, "shape": True, "found by": [], "runs": [low]}
    bad = {"mistake": "x", "shape": False, "found by": [], "runs": [run]}
    gone = {"mistake": "y", "shape": True, "found by": ["positions"], "runs": []}
    counts = mistakes_caught.in_models([good, bad, gone])
    assert list(counts.values()) == [1, 1, 1, 1, 1]


def test_the_map_fits_its_canvas():
    most = max(mistake.number for mistake in MISTAKES)
    assert mistakes.FIRST + most * mistakes.CHIP <= 480
