"""The replay of a training, on Python's side."""

import pytest
import torch

from tests.settings import leaves, refuses
from vitlib import data, training
from vitlib.show.widgets import TrainingReplay
from vitlib.show.widgets.patches import unpacked
from vitlib.weights.replay import FOLLOWED, replay


@pytest.fixture
def shown():
    """A replay as the chapter shows it."""
    return TrainingReplay()


def test_it_starts_after_twenty_epochs_with_a_nine(shown):
    assert (shown.epoch, shown.picture) == (20, "9")
    assert repr(shown) == "TrainingReplay(epoch=20, picture='9')"
    assert shown.record["digits"] == ["0", "1", "3", "4", "5", "9"]


@pytest.mark.parametrize("epoch", [0, 20, 36, 200])
def test_its_numbers_are_the_records(shown, epoch):
    record, shown.epoch = replay(), epoch
    assert torch.equal(shown.confusion(), record["confusion"][epoch].long())
    alike = shown.similarity()
    assert torch.equal(alike, alike.T)
    assert torch.equal(alike.diagonal(), torch.ones(16, dtype=torch.float64))
    pairs = record["similarity"][epoch].double()
    assert alike[0, 1] == 2 * pairs[0] / 255 - 1
    assert alike[14, 15] == 2 * pairs[-1] / 255 - 1
    digits = shown.record["digits"]
    for place, shown.picture in enumerate(digits):
        shares = record["attention"][epoch, place].double() / 255
        assert torch.equal(shown.attention(), shares)
    for name in ("loss", "test_loss", "rate"):
        assert shown.record[name] == pytest.approx(record[name].tolist(), abs=1e-6)


@torch.no_grad()
def test_the_last_epoch_answers_as_the_trained_model(shown):
    shown.epoch = 200
    images = data.digits("test")[0][list(FOLLOWED)]
    pictures = [unpacked(info) for info in shown.record["pictures"]]
    assert torch.equal(torch.stack(pictures), images)
    expected = training.digits_model()(images).softmax(dim=1).max(dim=1)
    digits, shares = zip(*shown.answers(), strict=True)
    assert [*digits] == expected.indices.tolist()
    assert [*shares] == pytest.approx(expected.values.tolist(), abs=0.01)


def test_what_there_is_to_try_is_true(shown):
    wrong, near = {}, {}
    for shown.epoch in range(201):
        wrong[shown.epoch] = 450 - shown.right()
        near[shown.epoch] = shown.neighbours()
        nines = shown.confusion()[9]
        if shown.epoch in (20, 36):
            assert nines[3] > nines[9] > 0  # more nines are read as 3 than as 9
    told = {0: 405, 20: 91, 35: 44, 36: 78, 37: 50, 200: 5}
    assert told.items() <= wrong.items()
    assert {*list(wrong.values())[181:]} == {5, 6}
    assert max(list(near.values())[:15]) <= 7
    assert {*list(near.values())[37:]} == {15}


test_bad_settings_are_refused_with_what_would_work = refuses(
    TrainingReplay,
    [
        ("epoch", -1, "0"),
        ("epoch", 201, "200"),
        ("epoch", 1.5, "int"),
        ("picture", "7", "'5', '9'"),
        ("picture", 9, "unicode string"),
    ],
)


test_its_output_is_small_and_the_same_each_time = leaves(
    TrainingReplay,
    {"epoch", "picture", "record"},
    120_000,
    settings=[{"epoch": 0}, {"epoch": 200}],
)


@pytest.mark.parametrize("epoch", [0, 20, 36, 200])
def test_the_still_picture_states_the_epoch(epoch):
    shown = TrainingReplay(epoch=epoch)
    words = [text.get_text() for text in shown.still().axes[0].texts]
    assert f"epoch {epoch} of 200: {shown.right()} of 450 test digits right" in words
    for count in shown.confusion().flatten().tolist():
        assert not count or f"{count}" in words
    for name, (digit, share) in zip(
        shown.record["digits"], shown.answers(), strict=True
    ):
        mark = "✓" if f"{digit}" == name else "✗"
        assert f"{mark} {digit} ({share:.0%})" in words
