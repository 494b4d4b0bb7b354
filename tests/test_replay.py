"""The record of the digits' training, and that it is the shipped model's."""

import pytest
import torch
from torch import Tensor

from vitlib import training
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.weights import replay

EPOCHS = training.Recipe.epochs
TABLES = ("similarity", "attention", "probabilities")


@pytest.fixture(scope="module")
def record() -> dict[str, Tensor]:
    """What travels with the package."""
    return replay.replay()


def test_it_is_small_and_holds_every_epoch(record):
    assert replay.beside(training.WEIGHTS).stat().st_size < 100_000
    shapes = {name: tuple(table.shape) for name, table in record.items()}
    assert shapes == {
        "loss": (EPOCHS,),
        "rate": (EPOCHS + 1,),
        "test_loss": (EPOCHS + 1,),
        "confusion": (EPOCHS + 1, 10, 10),
        "similarity": (EPOCHS + 1, 120),
        "nearest": (EPOCHS + 1, 16),
        "attention": (EPOCHS + 1, 6, 17),
        "probabilities": (EPOCHS + 1, 6, 10),
        "answers": (EPOCHS + 1, 6),
    }


def test_at_each_epoch_its_numbers_fit_each_other(record):
    _, labels = digits("test")
    counts = labels.bincount().expand(EPOCHS + 1, 10)
    assert torch.equal(record["confusion"].sum(dim=2), counts)
    for name in ("attention", "probabilities"):
        sums = record[name].double().sum(dim=2) / 255
        assert (sums - 1).abs().max() < 17 / 2 / 255  # half a byte for each number
    answers = record["answers"].long()[:, :, None]
    given = record["probabilities"].gather(2, answers)[:, :, 0]
    assert torch.equal(given, record["probabilities"].max(dim=2).values)


def test_the_two_first_epochs_come_out_again(record):
    torch.manual_seed(training.Recipe.seed)
    images, labels = digits("train")
    run = training.Run(ViT(training.DIGITS), training.Recipe(), len(images))
    again = replay.recorded(run, images, labels, epochs=2)
    for name in ("loss", "test_loss", "rate"):
        found = again[name]
        apart = (found - record[name][: len(found)]).abs().max()
        assert apart < 2e-3, name
    for name in TABLES:
        apart = again[name].int() - record[name][:3].int()
        assert apart.abs().max() <= 2, name  # of 255


def test_the_rate_rises_for_a_tenth_of_the_epochs_and_falls_to_nothing(record):
    rates, highest = record["rate"], training.Recipe.lr
    assert rates.argmax() in (EPOCHS // 10, EPOCHS // 10 + 1)
    assert rates.max().item() == pytest.approx(highest, rel=1e-3)
    assert rates[-1] == 0
    assert rates[EPOCHS * 11 // 20].item() == pytest.approx(highest / 2, rel=1e-3)


def test_the_last_epoch_is_the_model_that_chapters_look_into(record):
    last = replay.read(training.digits_model(), *digits("test"))
    moved = (last["confusion"].int() - record["confusion"][-1].int()).abs().sum()
    assert moved <= 2  # one digit that is in doubt: weights are rounded to float16
    assert last["test_loss"] == pytest.approx(record["test_loss"][-1].item(), abs=2e-3)
    for name in TABLES:
        apart = last[name].int() - record[name][-1].int()
        assert apart.abs().max() <= 2, name
    assert torch.equal(last["nearest"], record["nearest"][-1])
    assert torch.equal(last["answers"], record["answers"][-1])


def test_followed_digits_are_six_and_each_another(record):
    followed = digits("test")[1][list(replay.FOLLOWED)]
    assert followed.tolist() == [0, 1, 3, 4, 5, 9]
    right = record["answers"].long() == followed
    assert right[-1].tolist() == [False] + 5 * [True]
