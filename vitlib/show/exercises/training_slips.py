"""Chapter 10. What readers make instead of what is asked, by what went wrong."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from vitlib.training import Recipe


def half_wave(share: Tensor) -> Tensor:
    """From 1 at 0 to 0 at 1, along a cosine."""
    return (1 + (math.pi * share).cos()) / 2


def in_rates(steps: int, rising: int) -> dict[str, Tensor]:
    """Other rates at steps 0 … steps than a line up and then a cosine down to 0."""
    step = torch.arange(steps + 1.0).double()
    late, early = half_wave(step / steps), step < rising
    line = (step + 1) / max(rising, 1)
    wave = half_wave((step - rising) / (steps - rising))
    lines = {
        "a rate of 0, and the first step learns nothing: (step + 1) / rising.": (
            step / max(rising, 1)
        ),
        "the line ends a step late: (step + 1) / rising.": (step + 1) / (rising + 1),
        "the line is missing: the rate is 1, then falls.": 0 * step + 1,
    }
    found = {
        said: torch.where(early, line, fall) for said, fall in falls(steps, rising)
    }
    found |= {said: torch.where(early, other, wave) for said, other in lines.items()}
    both = line.clamp(max=1) * late
    return found | {
        "the warm-up is missing: a line up to 1 first.": late,
        "the line is multiplied with a cosine; one follows the other.": both,
    }


def falls(steps: int, rising: int) -> Iterable[tuple[str, Tensor]]:
    """Other ways down after the line than a cosine to 0."""
    step = torch.arange(steps + 1.0).double()
    after = step - rising
    done = after / (steps - rising)
    wave, early = half_wave(done), half_wave(after / (steps - 1 - rising))
    return {
        "the cosine runs over all steps; it begins where the line ends.": (
            half_wave(step / steps)
        ),
        "it never reaches 0: divide by the steps that are left.": (
            half_wave(after / steps)
        ),
        "0 comes a step too early, and the last step learns nothing.": early,
        "half is missing: (1 + cos) / 2 goes from 1 to 0.": 2 * wave,
        "cos alone goes from 1 to −1: (1 + cos) / 2.": 2 * wave - 1,
        "a quarter of a wave; cos runs from 0 to π.": (math.pi / 2 * done).cos(),
        "upside down: (1 + cos) / 2.": 1 - wave,
        "after the line it falls along a line; a cosine is asked.": 1 - done,
        "after the line it stays at 1; it falls along a cosine.": 0 * done + 1,
    }.items()


def confusion_of(labels: Tensor, said: Tensor, classes: int) -> Tensor:
    """How often each class (rows) is taken for each (columns): (K, K)."""
    pairs = labels * classes + said  # (N,)
    return pairs.bincount(minlength=classes**2).view(classes, classes).float()


def in_confusions(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Mistakes with a confusion matrix (K, K)."""
    classes, said = logits.shape[1], logits.argmax(dim=1)
    wanted = confusion_of(labels, said, classes)
    found = {
        "rows are the labels and columns what is said; yours are turned.": wanted.T,
        "each pair counts once: matrix[labels, said] += 1 forgets those that come "
        "again; bincount counts.": wanted.clamp(max=1),
        "only what is right is counted; mistakes stand off the diagonal.": (
            wanted.diag().diag()
        ),
        "only mistakes are counted; what is right stands on the diagonal.": (
            wanted - wanted.diag().diag()
        ),
        "these are shares of all; counts are asked.": wanted / len(labels),
    }
    if len(labels) == classes:
        words = "argmax goes over the pictures; a picture's logits lie on axis 1."
        found[words] = confusion_of(labels, logits.argmax(dim=0), classes)
    return found


def normalised(found: Tensor, wanted: Tensor) -> str:
    """The words for a matrix whose rows, or columns, are shares; "" for any other."""
    for axis, whose in ((1, "row"), (0, "column")):
        shares = wanted / wanted.sum(dim=axis, keepdim=True)
        for nothing, more in ((0, ""), (torch.nan, ", and 0 / 0 is NaN")):
            known = shares.nan_to_num(nothing)
            if torch.allclose(found, known, equal_nan=True):
                return f"these are shares of each {whose}; counts are asked{more}."
    return ""


def in_counts(count: int, larger: int, recipe: Recipe) -> list[dict[str, Tensor]]:
    """Wrong numbers of steps, of images in the last batch, and rates."""
    size, rate = recipe.batch_size, recipe.lr
    whole, left = divmod(count, size)
    last = {
        "that is a full batch; the last one has what is left.": size,
        "that is how many are missing to a full batch.": size - left,
        "that is how many full batches there are.": whole,
        "that is how many are in the full batches.": whole * size,
        "nothing is thrown away; the last batch is smaller.": 0,
    }
    rates = {
        "that grows by the root; the linear rule is asked.": rate * larger**0.5,
        "the rate as it was; a step on more images may be longer.": rate,
        "divided; fewer steps are left, so each is longer.": rate / larger,
        "that is the batch size.": size * larger,
    }
    known = (in_steps(count, size, recipe.epochs), last, rates)
    return [
        {words: torch.tensor(float(number)).double() for words, number in one.items()}
        for one in known
    ]


def in_steps(count: int, size: int, epochs: int) -> dict[str, float]:
    """Wrong numbers of steps in so many epochs."""
    return {
        "the last, smaller batch of each epoch is a step too.": count // size * epochs,
        "no batch runs over into the next epoch: round up in each.": (
            math.ceil(count * epochs / size)
        ),
        "a part of a batch is a step too: round up.": count * epochs / size,
        "that is one epoch.": math.ceil(count / size),
        "that is how many images are shown; a step takes a batch.": count * epochs,
        "that is how many epochs there are.": epochs,
    }
