"""Chapter 10: what its record says of learning too little, enough and by heart."""

import json

import pytest

from bench import training_fit
from figures.training_fit import RECORD
from tests.test_training_recorded import ROUNDING

ROWS = json.loads(RECORD.read_text("utf-8"))["results"]


@pytest.mark.parametrize("name", ["too small", "200 images, no care", "digits_model"])
def test_a_fit_begins_as_recorded(name):
    (row,) = (row for row in ROWS if row["case"] == name)
    again = training_fit.short(training_fit.CASES[name])
    assert again["test loss"] == pytest.approx(row["short"]["test loss"], abs=ROUNDING)
    assert again.keys() == row["short"].keys() == row["runs"][0].keys()


def test_fits_are_recorded_for_every_epoch():
    for row in ROWS:
        case = training_fit.CASES[row["case"]]
        lengths = {len(values) for run in row["runs"] for values in run.values()}
        assert lengths == {case.recipe["epochs"]}
        assert len(row["runs"]) == training_fit.SEEDS


def last(name: str, what: str) -> list[float]:
    """Where the trainings of a case ended."""
    (row,) = (row for row in ROWS if row["case"] == name)
    return [run[what][-1] for run in row["runs"]]


def test_a_small_model_is_no_better_on_what_it_learned_from_and_a_careless_one_is():
    gaps = [
        [a - b for a, b in zip(last(name, "train accuracy"), tests, strict=True)]
        for name in ("too small", "200 images, no care")
        for tests in [last(name, "test accuracy")]
    ]
    assert max(map(abs, gaps[0])) < 0.03
    assert min(gaps[1]) > 0.05
    assert last("200 images, no care", "train accuracy") == [1, 1, 1]
    assert min(last("large enough", "test accuracy")) > 0.97
