"""Chapter 8. Checks of the exercises."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from vitlib.show.exercises import called, numbers, right, shaped, wrong
from vitlib.show.exercises.attention_slips import slip
from vitlib.show.exercises.head_slips import (
    Batches,
    Norm,
    in_accuracies,
    in_floors,
    in_heads,
    in_regressions,
    logits_of,
)

ROWS, CLASSES = (3, 6, 8), 4  # (B, N+1, D) and K of the head that is tried
SIZES = {3: (3, 3, 3, 1), 5: (8, 8, 2)}  # of batches, by the number of classes
HITS = {3: (1, 2, 2, 1), 5: (5, 4, 2)}  # how many of each batch are right
SHAPES = {  # that readers hand on, and why they are not (3, 4)
    (3, 6, 4): "every row has logits; pool the rows before the linear layer",
    (3, 5, 4): "every patch has logits; their rows are averaged first",
    (6, 4): "that is over the pictures, or one of them; rows lie on axis 1",
    (5, 4): "that is over the pictures; the rows lie on axis 1",
    (3, 1, 4): "one axis too many: x[:, 0] takes row 0 without keeping the axis",
    (3, 8): "that is the pooled row; the linear layer is missing",
    (4,): "that is one picture; each of the batch has its logits",
}


def drawn(*shape: int, seed: int = 8) -> Tensor:
    """The same random numbers each time; their mean is not 0."""
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(shape, generator=generator) + 0.5


def sample_norm() -> nn.LayerNorm:
    """A norm whose γ and β are not 1 and 0."""
    norm = nn.LayerNorm(ROWS[-1], eps=1e-6)
    norm.weight.data, norm.bias.data = drawn(ROWS[-1], seed=1), drawn(ROWS[-1], seed=2)
    return norm


@torch.no_grad()
def check_head(head: Callable[[Tensor, Norm, Tensor, Tensor, str], Tensor]) -> None:
    """A function (x, norm, weight, bias, how) → logits, for "cls" and for "mean"."""
    weight, bias = drawn(CLASSES, ROWS[-1], seed=3), drawn(CLASSES, seed=4)
    parts = (drawn(*ROWS), sample_norm(), weight, bias)
    hint = ". x is (3, 6, 8), weight (4, 8): pool axis 1, keep the 8 numbers."
    for how in ("cls", "mean"):
        result = called(head, *parts, how, hint=hint)
        result = shaped(result, (ROWS[0], CLASSES), SHAPES)
        if result is None:
            return
        wanted = logits_of(*parts, how)
        if torch.allclose(result, wanted, 1e-4, 1e-4):
            continue
        far = (result - wanted).abs().max()
        words = slip(result, in_heads(*parts, how), 1e-4)
        return wrong(f"{how!r}: {words or f'the logits are off by up to {far:.2g}.'}")
    right("norm, one row out of many, one linear layer; softmax is the loss's work.")


def sample_batches(classes: int) -> Batches:
    """Logits and labels of batches, the last one small; of each the first are right."""
    batches = []
    for size, hits in zip(SIZES[classes], HITS[classes], strict=True):
        logits = drawn(size, classes, seed=size + hits)
        labels = logits.argmax(dim=1)  # (B,)
        labels[hits:] = (labels[hits:] + 1) % classes
        batches.append((logits, labels))
    return batches


def check_accuracy(accuracy: Callable[[Batches], float]) -> None:
    """A function (batches) → the share of all pictures that is right."""
    hint = ". argmax(dim=1) finds each picture's highest logit."
    for classes in SIZES:
        batches = sample_batches(classes)
        found = numbers(called(accuracy, batches, hint=hint), ())
        if found is None:
            return
        hits, count = sum(HITS[classes]), sum(SIZES[classes])
        if math.isclose(found.item(), hits / count, abs_tol=1e-6):
            continue
        words = slip(found, in_accuracies(batches))
        share = f"{hits} of {count} are right, {hits / count:.3f}"
        return wrong(f"{share}; got {found.item():.3f}: {words or 'count anew.'}")
    right("what is right of all, divided once: a batch of two weighs as two.")


def check_floor(floor: Callable[[int], float]) -> None:
    """A function (K) → the lowest loss of K classes if softmax came before."""
    for classes in (10, 1000, 2):
        found = numbers(called(floor, classes), ())
        if found is None:
            return
        lowest = math.log(1 + (classes - 1) / math.e)
        if math.isclose(found.item(), lowest, rel_tol=1e-4):
            continue
        words = slip(found, in_floors(classes), 1e-4)
        more = "the best shares are 1 and K − 1 zeros: what is their cross-entropy?"
        case = f"{classes} classes: {found.item():.4f} is not the floor"
        return wrong(f"{case}; {words or more}")
    right("1.46115 for 10 classes, 5.9095 for 1000: no training gets below.")


def check_regression_loss(mse: Callable[[Tensor, Tensor], Tensor]) -> None:
    """A function (predictions (B, 1), targets (B,)) → the mean squared error."""
    for count in (5, 8):
        predictions = drawn(count, 1, seed=5).requires_grad_()
        targets = drawn(count, seed=6)
        result = called(mse, predictions, targets)
        hints = {
            (count, count): "(B, 1) meets (B,) as (B, B); make the shapes equal",
            (count,): "one number is asked: the mean of these",
            (count, 1): "one number is asked: the mean of these",
        }
        loss = shaped(result, (), hints)
        if loss is None:
            return
        wanted = (predictions[:, 0] - targets).square().mean()
        if torch.allclose(loss, wanted, 1e-5) and loss.requires_grad:
            continue
        words = slip(loss, in_regressions(predictions, targets), 1e-4)
        if torch.allclose(loss, wanted, 1e-5):
            words = "right, but cut off from the gradient: no detach, no item()."
        return wrong(words or f"{loss.item():.4f}, not {wanted.item():.4f}.")
    right("each prediction met its own target: both are (B,).")
