"""What chapter 13's checks say, and that the three patients are what they seem."""

import pytest
import torch

from tests.exercise_words import said_to
from vitlib.mistakes import MISTAKES, examine
from vitlib.show.exercises import mistakes as exercises
from vitlib.show.exercises.mistakes_patients import PATIENTS, MeanAgain, Part

ODD = [
    (None, "… no answer yet"),
    ("typo", "✗ no mistake is called 'typo'; print(table()) lists them"),
    ("0.1", "✗ no mistake is called '0.1'"),
    (["4.1"], "✗ no mistake is called ['4.1']"),
]
FIRST = [
    *ODD,
    ("4.1", "✓ 4.1 one position for all: shuffled patches, the same answer"),
    (4.1, "✓ 4.1"),
    ("one-position-for-all", "✓ 4.1"),
    ("One position for all ", "✓ 4.1"),
    ("one_position_for_all", "✓ 4.1"),
    ("4.2", "✗ 4.2 one for each image: then one image at two places"),
    ("row for rows", "✗ 4.3 row for rows: then the table had a row for each place"),
    ("5.9", "✗ 5.9 batch not first: then other images had the same answer"),
    ("8.2", "✗ 8.2 softmax twice: its sign is “the loss stays above 1.461"),
]
SECOND = [
    *ODD,
    ("6.1", "✓ 6.1 view without transpose: the first head holds the first tokens"),
    ("6.2", "✗ 6.2 merged without transpose: heads are joined as they should be"),
    ("1.2", "✗ 1.2 columns before rows: the patches are in order"),
    ("another layout", "✗ 6.4 another layout: then rows would still move along"),
    ("9.1", "✗ 9.1 used before set: its sign is “AttributeError"),
]
THIRD = [
    *ODD,
    ("5.1", "✓ 5.1 softmax over queries: columns of the weights sum to 1"),
    ("5.2", "✗ 5.2 softmax then divide: then a mean of ones would be the same"),
    ("5.4", "✗ 5.4 scores not divided: then a mean of ones would be 1"),
    ("6.1", "✗ 6.1 view without transpose: then rows would not move along"),
    ("4.1", "✗ 4.1 one position for all: its sign is “shuffled patches, the same"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_first: FIRST,
        exercises.check_second: SECOND,
        exercises.check_third: THIRD,
    }
)


def test_hints_are_of_mistakes_that_are_near_and_wrong():
    keys = {mistake.key for mistake in MISTAKES}
    for number, hints in exercises.NEAR.items():
        assert hints.keys() <= keys - {PATIENTS[number - 1][0]}


@pytest.mark.parametrize(
    ("number", "found"), [(1, {"positions"}), (2, {"rows move along"}), (3, set())]
)
def test_what_can_be_seen_of_a_patient(number, found):
    seen = examine(exercises.patient(number), 8, 1)
    assert {finding.check for finding in seen} == found


def test_a_mean_of_ones_tells_what_examine_cannot():
    torch.manual_seed(0)
    q, k, ones = (
        torch.randn(1, 1, 5, 4),
        torch.randn(1, 1, 5, 4),
        torch.ones(1, 1, 5, 4),
    )
    assert torch.allclose(Part(4, 1).mean(q, k, ones), ones)
    assert not torch.allclose(MeanAgain(4, 1).mean(q, k, ones), ones, atol=0.1)
    (part, *_) = exercises.patient(3).parts
    assert type(part) is MeanAgain


def test_without_its_mistake_nothing_is_found():
    torch.manual_seed(0)
    assert examine(exercises.Patient(Part, 17), 8, 1) == []


def test_patients_are_always_the_same():
    state = torch.get_rng_state()
    one, two = exercises.patient(1), exercises.patient(1)
    assert torch.equal(torch.get_rng_state(), state)
    assert not one.training
    images = torch.randn(2, 1, 8, 8)
    assert torch.equal(one(images), two(images))
    assert not torch.equal(one(images), exercises.patient(2)(images))


def test_what_a_patient_refuses():
    with pytest.raises(ValueError, match="there are patients 1, 2 and 3, got 4"):
        exercises.patient(4)
    with pytest.raises(ValueError, match=r"\(B, 1, 8, 8\) is asked, got \(2, 1, 9, 9"):
        exercises.patient(1)(torch.zeros(2, 1, 9, 9))
