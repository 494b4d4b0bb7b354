"""Chapter 11's recorded run: a small part of it done again, and what it claims."""

import json
from statistics import mean

import pytest
import torch

from bench import inspection as bench
from figures.inspection_measured import RECORD
from figures.inspection_models import gains, groups
from vitlib.data import digits
from vitlib.inspection import deletion
from vitlib.training import digits_model

RESULTS = json.loads(RECORD.read_text("utf-8"))["results"]
TWO = 2 / 450  # digits that another machine's rounding may turn


def same(found: dict, recorded: dict) -> None:
    """Compare what is measured of a model with what was recorded of it."""
    for name in ("accuracy", "neighbours", "by chance"):
        assert found[name] == pytest.approx(recorded[name], abs=TWO), name
    assert found["like ink"] == pytest.approx(recorded["like ink"], abs=0.02)
    places = [recorded["counts"].index(count) for count in found["counts"]]
    for fill, ways in found["deleted"].items():
        for way, left in ways.items():
            expected = [recorded["deleted"][fill][way][place] for place in places]
            assert left == pytest.approx(expected, abs=TWO), (fill, way)


def test_the_shipped_models_numbers_are_those_recorded():
    same(bench.looked_into(digits_model(), range(4, 9, 4)), RESULTS["shipped"])


@pytest.mark.reference
def test_a_brief_training_ends_as_recorded():
    (recorded,) = RESULTS["brief"]
    (found,) = bench.measured(bench.BRIEF, 1)
    same(found, recorded)


def test_all_ways_were_trained_from_all_seeds():
    found = [(case["way"], case["seed"]) for case in RESULTS["trained"]]
    assert found == [(way, seed) for way in bench.WAYS for seed in range(bench.SEEDS)]
    assert RESULTS["shipped"]["counts"] == list(range(17))
    assert {tuple(c["counts"]) for c in RESULTS["trained"]} == {(bench.DELETED,)}


def test_orders_are_by_the_maps_and_at_random():
    images, labels = (part[:30] for part in digits("test"))
    maps = torch.rand(30, 16)
    ways = bench.orders(digits_model(), images, maps)
    assert {len(found) for name, found in ways.items() if name != "random"} == {1}
    assert len(ways["random"]) == bench.DRAWS
    (order,) = ways["occlusion"]
    assert maps.gather(1, order).diff(dim=1).max() <= 0
    assert torch.equal(ways["least rollout"][0].flip(1), ways["rollout"][0])
    left = [deletion(digits_model(), images, labels, o[0], 3) for o in ways.values()]
    assert left[list(ways).index("ink")] < left[0]


def test_differences_are_of_rollout_and_random_after_four():
    (shipped,) = groups()["the book’s model"]
    for fill, ways in shipped["deleted"].items():
        expected = 100 * (ways["rollout"][4] - ways["random"][4])
        assert gains([shipped], fill) == [pytest.approx(expected)]
    assert [len(found) for found in groups().values()] == [bench.SEEDS] * 3 + [1]


def test_what_the_chapter_says_of_the_record():
    """Under the mean picture rollout is better than chance, under paper it depends."""
    *trained, _ = groups().values()  # the last is the book's model
    under_mean = [value for found in trained for value in gains(found, "mean picture")]
    assert max(under_mean) < -10
    assert gains(groups()["the book’s model"], "paper")[0] > 5
    near, far = (mean(c["neighbours"] for c in groups()[name])
                 for name in ("positions from 0.02", "0.02, more jitter"))  # fmt: skip
    assert far > near + 0.2
