"""What chapter 8's checks of losses say to right, wrong and missing answers."""

import math

import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.show.exercises import head as exercises


def floor(classes):
    """The right class has a share of 1, the others none."""
    return math.log(1 + (classes - 1) / math.e)


FLOORS = [
    (lambda classes: None, "… no answer yet"),
    (floor, "✓ 1.46115 for 10 classes"),
    (lambda k: torch.tensor(math.e + k - 1).log() - 1, "✓ 1.46115"),
    (lambda k: F.cross_entropy(torch.eye(k)[:1], torch.tensor([0])), "✓ 1.46115"),
    (lambda k: 0, "✗ 10 classes: 0.0000 is not the floor; that is without"),
    (
        lambda k: math.log(k),
        "✗ 10 classes: 2.3026 is not the floor; that is the loss o",
    ),
    (lambda k: math.log(1 + k / math.e), "✗ 10 classes: 1.5430 is not the floor; e^0"),
    (lambda k: math.log((k - 1) / math.e), "✗ 10 classes: 1.1972 is not the floor; t"),
    (lambda k: math.log(k / math.e), "✗ 10 classes: 1.3026 is not the floor; the sum"),
    (lambda k: 1 + (k - 1) / math.e, "✗ 10 classes: 4.3109 is not the floor; the loga"),
    (lambda k: math.log(1 + (k - 1) * math.e), "✗ 10 classes: 3.2373 is not the floor"),
    (lambda k: math.log(math.e + k - 1), "✗ 10 classes: 2.4612 is not the floor; that"),
    (lambda k: floor(k) / math.log(2), "✗ 10 classes: 2.1080 is not the floor; that i"),
    (lambda k: floor(k) / math.log(10), "✗ 10 classes: 0.6346 is not the floor; that"),
    (lambda k: -floor(k), "✗ 10 classes: -1.4612 is not the floor; that is the other"),
    (lambda k: 1.46115, "✗ 1000 classes: 1.4612 is not the floor; the best shares"),
    (lambda k: math.nan, "✗ 10 classes: nan is not the floor; the best shares"),
    (lambda k: "ln", "✗ numbers of shape () are asked; got str"),
    (lambda k: [floor(k)], "✗ shape (1,) where () is asked"),
    (lambda: 1, "✗ the function stopped with TypeError"),
]


def mse(predictions, targets):
    """Each prediction against its own target."""
    return (predictions[:, 0] - targets).square().mean()


LOSSES = [
    (lambda p, t: None, "… no answer yet"),
    (mse, "✓ each prediction met its own target"),
    (lambda p, t: F.mse_loss(p, t[:, None]), "✓ each prediction"),
    (lambda p, t: ((p.squeeze(1) - t) ** 2).mean(), "✓ each prediction"),
    (lambda p, t: (p - t).square().mean(), "✗ (B, 1) minus (B,) is (B, B): each predi"),
    (lambda p, t: (p - t).square().sum(), "✗ (B, 1) minus (B,) is (B, B): each predic"),
    (lambda p, t: len(t) * mse(p, t), "✗ that is the sum; the mean is asked"),
    (lambda p, t: mse(p, t).sqrt(), "✗ that is the root of it"),
    (lambda p, t: mse(p, t) / 2, "✗ that is half of it"),
    (lambda p, t: (p[:, 0] - t).abs().mean(), "✗ these are sizes; square"),
    (lambda p, t: (p[:, 0] - t).mean(), "✗ the differences cancel out"),
    (lambda p, t: (p[:, 0] - t).mean() ** 2, "✗ that is the square of the mean"),
    (lambda p, t: mse(p, t).detach(), "✗ right, but cut off from the gradient"),
    (lambda p, t: 3 * mse(p, t), "✗ "),
    (lambda p, t: mse(p, t) * math.nan, "✗ nan, not "),
    (lambda p, t: mse(p, t).item(), "✗ a tensor is asked, got float"),
    (lambda p, t: (p - t).square(), "✗ shape (5, 5) where () is asked: (B, 1) meets"),
    (lambda p, t: (p[:, 0] - t) ** 2, "✗ shape (5,) where () is asked: one number"),
    (lambda p, t: (p - t[:, None]) ** 2, "✗ shape (5, 1) where () is asked: one"),
    (lambda p: p, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_floor: FLOORS, exercises.check_regression_loss: LOSSES}
)
