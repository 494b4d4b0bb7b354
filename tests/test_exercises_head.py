"""What chapter 8's checks say to answers that are right, wrong, or not yet there."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.show.exercises import head as exercises
from vitlib.show.exercises import head_slips


def head(x, norm, weight, bias, how):
    """Each row normed, pooled, through the linear layer."""
    rows = norm(x)
    pooled = rows[:, 0] if how == "cls" else rows[:, 1:].mean(dim=1)
    return pooled @ weight.T + bias


def reading(read):
    """A head that reads something else of the rows, for both ways alike."""
    return lambda x, norm, weight, bias, how: F.linear(read(norm(x)), weight, bias)


def for_mean(read):
    """A head that is right for "cls" and reads something else for "mean"."""

    def answer(x, norm, weight, bias, how):
        if how == "cls":
            return head(x, norm, weight, bias, how)
        return F.linear(read(norm(x)), weight, bias)

    return answer


def ending(end):
    """A head that makes something else of the logits."""
    return lambda *parts: end(head(*parts))


def bare(x, norm, weight, bias, how):
    """No norm."""
    return head(x, torch.nn.Identity(), weight, bias, how)


def pooled_first(x, norm, weight, bias, how):
    """The norm after pooling."""
    row = x[:, 0] if how == "cls" else x[:, 1:].mean(1)
    return F.linear(norm(row), weight, bias)


HEADS = [
    (lambda *_: None, "… no answer yet"),
    (head, "✓ norm, one row out of many"),
    (lambda *parts: head(*parts).double(), "✓ norm, one row"),
    (bare, "✗ 'cls': the final norm is left out"),
    (pooled_first, "✗ 'mean': the rows are pooled first"),
    (
        lambda x, norm, w, b, how: head(norm(x), norm, w, b, how),
        "✗ 'cls': the norm is applied twice",
    ),
    (reading(lambda rows: rows[:, 0]), "✗ 'mean': that is row 0"),
    (reading(lambda rows: rows[:, 1:].mean(1)), "✗ 'cls': that is the mean of"),
    (reading(lambda rows: rows.mean(1)), "✗ 'cls': the class row is averaged along"),
    (for_mean(lambda rows: rows.mean(1)), "✗ 'mean': the class row is averaged"),
    (reading(lambda rows: rows[:, -1]), "✗ 'cls': the last row is read"),
    (reading(lambda rows: rows[:, 1]), "✗ 'cls': row 1 is read"),
    (for_mean(lambda rows: rows[:, 1:].sum(1)), "✗ 'mean': that is the sum"),
    (for_mean(lambda rows: rows[:, 1:].amax(1)), "✗ 'mean': that is the greatest"),
    (for_mean(lambda rows: rows[:, 2:].mean(1)), "✗ 'mean': the logits are off by"),
    (
        reading(lambda rows: rows.mean(2)),
        "✗ the function stopped with RuntimeError … pool axis 1, keep the 8 numbers.",
    ),
    (reading(lambda rows: rows), "✗ shape (3, 6, 4) where (3, 4) is asked: every row"),
    (reading(lambda rows: rows[:, 1:]), "✗ shape (3, 5, 4) where (3, 4) is asked: ev"),
    (reading(lambda rows: rows.mean(0)), "✗ shape (6, 4) where (3, 4) is asked: that"),
    (reading(lambda rows: rows[0]), "✗ shape (6, 4) where (3, 4)"),
    (reading(lambda rows: rows[:, :1]), "✗ shape (3, 1, 4) where (3, 4) is asked: one"),
    (reading(lambda rows: rows[0, 0]), "✗ shape (4,) where (3, 4) is asked: that is o"),
    (lambda x, norm, *_: norm(x)[:, 0], "✗ shape (3, 8) where (3, 4) is asked: that"),
    (ending(lambda z: z.softmax(1)), "✗ 'cls': softmax is applied"),
    (ending(lambda z: z.log_softmax(1)), "✗ 'cls': log_softmax is applied"),
    (ending(torch.sigmoid), "✗ 'cls': a sigmoid is applied"),
    (ending(torch.tanh), "✗ 'cls': tanh is applied"),
    (ending(lambda z: z.argmax(1)), "✗ shape (3,) where (3, 4)"),
    (ending(lambda z: 2 * z), "✗ 'cls': the logits are off by up to"),
    (ending(lambda z: z * math.nan), "✗ 'cls': the logits are off by up to nan"),
    (lambda x, n, w, b, how: head(x, n, w, 0 * b, how), "✗ 'cls': the bias is missing"),
    (ending(lambda z: z.tolist()), "✗ a tensor is asked, got list"),
    (lambda x: x, "✗ the function stopped with TypeError"),
    (3, "✗ the function stopped with TypeError"),
]


def accuracy(batches, axis=1):
    """What is right, counted over all batches and divided once."""
    right = sum((z.argmax(axis) == y).sum() for z, y in batches)
    return right / sum(len(y) for _, y in batches)


def each(batches):
    """The batches' accuracies."""
    return [(z.argmax(1) == y).float().mean() for z, y in batches]


ACCURACIES = [
    (lambda batches: None, "… no answer yet"),
    (accuracy, "✓ what is right of all, divided once"),
    (lambda batches: accuracy(batches).item(), "✓ what is right"),
    (
        lambda b: accuracy([tuple(map(torch.cat, zip(*b, strict=True)))]),
        "✓ what is right",
    ),
    (lambda b: sum(each(b)) / len(b), "✗ 6 of 10 are right, 0.600; got 0.667: each"),
    (lambda b: 10 * accuracy(b), "✗ 6 of 10 are right, 0.600; got 6.000: that is how"),
    (lambda b: 100 * accuracy(b), "✗ 6 of 10 are right, 0.600; got 60.000: that is"),
    (lambda b: 1 - accuracy(b), "✗ 6 of 10 are right, 0.600; got 0.400: that is"),
    (lambda b: accuracy(b) * 10 / 12, "✗ 6 of 10 are right, 0.600; got 0.500: not all"),
    (lambda b: sum(each(b)), "✗ 6 of 10 are right, 0.600; got 2.667: that is"),
    (lambda b: accuracy(b) * 10 / 4, "✗ 6 of 10 are right, 0.600; got 1.500: that is"),
    (lambda b: each(b)[0], "✗ 6 of 10 are right, 0.600; got 0.333: that is"),
    (lambda b: each(b)[-1], "✗ 6 of 10 are right, 0.600; got 1.000: that is"),
    (
        lambda b: accuracy(b, 0),
        "✗ 6 of 10 are right, 0.600; got … argmax goes over the batch",
    ),
    (lambda b: 0.55, "✗ 6 of 10 are right, 0.600; got 0.550: count"),
    (lambda b: math.nan, "✗ 6 of 10 are right, 0.600; got nan: count anew"),
    (lambda b: 0.6, "✗ 11 of 18 are right, 0.611; got 0.600: count anew"),
    (each, "✗ shape (4,) where () is asked"),
    (lambda b: "many", "✗ numbers of shape () are asked; got str"),
    (lambda logits, labels: 1, "✗ the function stopped with TypeError"),
    (lambda b: b[4], "✗ the function stopped with IndexError"),
]


test_what_a_check_says = said_to(
    {exercises.check_head: HEADS, exercises.check_accuracy: ACCURACIES}
)


@pytest.mark.parametrize("classes", exercises.SIZES)
def test_no_slip_of_an_accuracy_is_the_right_one(classes):
    batches = exercises.sample_batches(classes)
    slips = head_slips.in_accuracies(batches)
    assert len({round(slip.item(), 6) for slip in slips.values()}) == len(slips)
    assert all(abs(slip - accuracy(batches)) > 1e-3 for slip in slips.values())
