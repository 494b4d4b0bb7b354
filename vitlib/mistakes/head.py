"""Chapter 8's mistakes: from the class row to the loss."""

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.encoder import Mlp, layer_norm
from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.model import pool

CHAPTER = Chapter(8)
X, WEIGHT = drawn(3, 5, 8), drawn(10, 8, seed=1)
OTHER_PATCHES = torch.cat([X[:, :1], X[:, 1:] + 1], dim=1)
CORRECT = torch.tensor([1.0, 1, 1, 1, 1, 1, 1, 0])  # of eight pictures, the last not


def error(predicted: Tensor, targets: Tensor) -> Tensor:
    """The mean squared error of (B, 1) against (B,)."""
    return F.mse_loss(predicted[:, 0], targets)


def is_zero_for_perfect_answers(way: Way) -> bool:
    """What is predicted rightly costs nothing."""
    return way(X[0, :, :1], X[0, :, 0]) == 0


@CHAPTER.mistake(
    right=error,
    test=is_zero_for_perfect_answers,
    seen="the error stops at the targets' variance: the mean is guessed",
    missed="(B, 1) minus (B,) is (B, B), its mean a number; the loss falls",
)
def silent_table(predicted: Tensor, targets: Tensor) -> Tensor:
    """Wrong: every prediction against every target."""
    return (predicted - targets).square().mean()


def softmax_once(logits: Tensor, labels: Tensor) -> Tensor:
    """The loss of logits."""
    return F.cross_entropy(logits, labels)


def is_low_for_sure_answers(way: Way) -> bool:
    """Ten sure, right answers cost nothing."""
    return way(100 * torch.eye(10), torch.arange(10)) < 0.01


@CHAPTER.mistake(
    right=softmax_once,
    test=is_low_for_sure_answers,
    seen="the loss stays above 1.461 with ten classes, while accuracy rises",
    missed="shares have the shape of logits; the loss falls, slowly",
)
def softmax_twice(logits: Tensor, labels: Tensor) -> Tensor:
    """Wrong: the loss applies softmax itself."""
    return F.cross_entropy(logits.softmax(dim=1), labels)


def share_of_all(correct: Tensor, batch_size: int) -> Tensor:
    """Counted in batches, divided once."""
    return sum(batch.sum() for batch in correct.split(batch_size)) / len(correct)


def counts_each_picture_once(way: Way) -> bool:
    """Seven of eight, however they are split."""
    return way(CORRECT, 7) == CORRECT.mean()


@CHAPTER.mistake(
    right=share_of_all,
    test=counts_each_picture_once,
    seen="another accuracy with another batch size",
    missed="a share between 0 and 1, near the right one",
)
def mean_of_batches(correct: Tensor, batch_size: int) -> Tensor:
    """Wrong: the last batch is smaller, and weighs as much."""
    return torch.stack([batch.mean() for batch in correct.split(batch_size)]).mean()


def one_linear_layer(x: Tensor) -> Tensor:
    """Logits from the class row."""
    return pool(x, "cls") @ WEIGHT.T


def has_a_logit_for_each_class(way: Way) -> bool:
    """Three images, ten classes."""
    return way(X).shape == (3, 10)


@CHAPTER.mistake(
    right=one_linear_layer,
    test=has_a_logit_for_each_class,
    seen="as many numbers as the width, for every token",
    missed="labels below the width raise no error in the loss",
)
def mlp_for_the_head(x: Tensor) -> Tensor:
    """Wrong: the encoder's MLP gives back as many numbers as it got."""
    return Mlp(8, 32)(x)


def normed(x: Tensor) -> Tensor:
    """The final norm, and the head."""
    return layer_norm(8)(pool(x, "cls")) @ WEIGHT.T


def minds_no_scale(way: Way) -> bool:
    """A stream twice as loud, the same logits."""
    return torch.allclose(way(2 * X), way(X), atol=1e-4)


@CHAPTER.mistake(
    right=normed,
    test=minds_no_scale,
    seen="logits grow with the depth, and shares get too sure or too unsure",
    missed="same shapes, and it trains",
)
def no_final_norm(x: Tensor) -> Tensor:
    """Wrong: the stream grows from block to block."""
    return pool(x, "cls") @ WEIGHT.T


def reads_the_class_row(way: Way) -> bool:
    """Other rows of patches, the same logits."""
    return torch.equal(way(OTHER_PATCHES), way(X))


@CHAPTER.mistake(
    right=one_linear_layer,
    test=reads_the_class_row,
    seen="a trained model misreads several times as many digits",
    missed="each row is as wide, and has heard of all the others",
)
def another_row_read(x: Tensor) -> Tensor:
    """Wrong: the last patch."""
    return x[:, -1] @ WEIGHT.T
