"""Chapter 8: what its figures and its record say of heads and losses."""

import json
import math
from statistics import mean

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bench import head as bench
from figures import head, head_measured, head_pooled, head_softmax
from vitlib.data import digits
from vitlib.training import accuracy, digits_model, loop

RUNS = json.loads(head_softmax.RECORD.read_text("utf-8"))["results"]


class EnoughError(Exception):
    """Ends a training that has shown what is asked."""


@pytest.mark.parametrize("name", bench.WAYS)
def test_a_training_begins_as_in_the_record(name, monkeypatch):
    (case,) = (c for c in RUNS if (c["head"], c["rate"]) == (name, bench.RATE))
    learn, losses = loop.learn, []

    def noted(model, images, *more):
        losses.extend([learn(model, images, *more).item()] * len(images))
        return torch.tensor(losses[-1])

    def first_epoch(*_):
        raise EnoughError

    monkeypatch.setattr(loop, "learn", noted)
    monkeypatch.setattr(loop, "judged", first_epoch)
    with pytest.raises(EnoughError):
        bench.history(bench.WAYS[name], bench.RATE, seed=0)
    assert mean(losses) == pytest.approx(case["loss"][0][0], abs=1e-5)


def test_the_record_has_all_epochs_of_all_seeds():
    asked = {(name, rate): n for rate, n in bench.RATES.items() for name in bench.WAYS}
    assert {(c["head"], c["rate"]): len(c["accuracy"]) for c in RUNS} == asked
    epochs = {
        len(run) for c in RUNS for what in ("accuracy", "loss") for run in c[what]
    }
    assert epochs == {bench.RECIPE["epochs"]}


def test_no_loss_falls_below_the_floor_of_softmax():
    floor = math.log(math.e + 9) - 0.91  # of 0.91 for the right class, as trained
    (first,) = {c["head"] for c in RUNS if "softmax" in c["head"]}
    lows = [min(map(min, c["loss"])) for c in RUNS if c["head"] == first]
    assert all(low > floor for low in lows)
    others = [min(map(min, c["loss"])) for c in RUNS if c["head"] != first]
    assert max(others) < floor


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=5))
def test_losses_by_margin_end_at_0_and_at_the_floor(margins):
    right, twice = head_softmax.losses(torch.tensor(margins).double()).values()
    exact = [math.log1p(9 * math.exp(-margin)) for margin in margins]
    assert right.tolist() == pytest.approx(exact, rel=1e-6, abs=1e-12)
    assert twice.min() >= math.log(1 + 9 / math.e) - 1e-12


def test_the_path_is_the_models():
    found = head.steps()
    model = digits_model().double()
    wanted = model(found["image"][None].double())
    assert torch.allclose(found["logits"], wanted, atol=1e-9)
    assert found["stream"].shape == found["rows"].shape == (1, 17, 48)


def test_the_norm_makes_rows_alike():
    lengths = head_measured.lengths(digits_model().double(), digits("test")[0])
    before, after = (head_measured.spread(lengths[i]) for i in (-2, -1))
    assert before > 2 > 1.1 > after


def test_a_head_of_zeros_teaches_the_body_from_the_second_step_on():
    (loss, first), (_, second) = head_measured.first_steps(zero=True)
    assert loss == pytest.approx(math.log(10), abs=1e-12)
    assert {name for name, length in first.items() if length} == {"head"}
    assert all(second.values())


def test_batches_hold_every_test_digit_once():
    counts, right = zip(*head_pooled.batches(), strict=True)
    assert counts == (64,) * 7 + (2,)
    exact = accuracy(digits_model(), *digits("test"))
    assert sum(right) / sum(counts) == pytest.approx(exact)


def test_pooling_by_hand():
    rows = torch.tensor(head_pooled.ROWS).double()
    wanted = (rows[0], rows[1:].mean(dim=0), rows.mean(dim=0))
    made = [head_pooled.pooled(*ends) for ends in head_pooled.WAYS.values()]
    assert made == [row.tolist() for row in wanted]
    assert len({tuple(row) for row in made}) == 3
