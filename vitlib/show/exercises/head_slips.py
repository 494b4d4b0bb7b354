"""Chapter 8. What readers make instead of what is asked, by what went wrong."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import linear

Norm = Callable[[Tensor], Tensor]
Batches = list[tuple[Tensor, Tensor]]  # logits (B, K) and labels (B,)


def row_0(rows: Tensor) -> Tensor:
    """The class token's row: (B, N+1, D) → (B, D)."""
    return rows[:, 0]


def mean_of_patches(rows: Tensor) -> Tensor:
    """The mean of the other rows: (B, N+1, D) → (B, D)."""
    return rows[:, 1:].mean(dim=1)


POOLS = {"cls": row_0, "mean": mean_of_patches}


def logits_of(x: Tensor, norm: Norm, weight: Tensor, bias: Tensor, how: str) -> Tensor:
    """The right answer: each row normed, pooled, and through the linear layer."""
    return linear(POOLS[how](norm(x)), weight, bias)  # (B, K)


def in_heads(
    x: Tensor, norm: Norm, weight: Tensor, bias: Tensor, how: str
) -> dict[str, Tensor]:
    """Mistakes with a head: what it reads, and what it makes of the logits."""
    reads = in_rows(x, norm, how).items()
    logits = logits_of(x, norm, weight, bias, how)
    return {words: linear(row, weight, bias) for words, row in reads} | {
        "softmax is applied; a head hands on logits, the loss does the rest.": (
            logits.softmax(dim=1)
        ),
        "log_softmax is applied; a head hands on logits.": logits.log_softmax(dim=1),
        "a sigmoid is applied; a head hands on logits.": logits.sigmoid(),
        "tanh is applied; a head hands on what its linear layer gives.": logits.tanh(),
        "the bias is missing.": logits - bias,
    }


def in_rows(x: Tensor, norm: Norm, how: str) -> dict[str, Tensor]:
    """What is read instead of the one row (B, D)."""
    rows, pool = norm(x), POOLS[how]
    cls, patches, mean = rows[:, 0], rows[:, 1:], mean_of_patches(rows)
    return {
        "the final norm is left out.": pool(x),
        "the rows are pooled first; each is normed before that.": norm(pool(x)),
        "the norm is applied twice.": pool(norm(rows)),
        "the class row is averaged along; the patches are x[:, 1:].": rows.mean(dim=1),
        "that is the mean of the patches; for 'cls' row 0 is read.": mean,
        "that is row 0; for 'mean' the patches' rows are averaged.": cls,
        "the last row is read; the class token's is row 0.": rows[:, -1],
        "row 1 is read, the first patch's; the class token's is row 0.": rows[:, 1],
        "that is the sum of the patches; the mean is asked.": patches.sum(dim=1),
        "that is the greatest of the patches; the mean is asked.": patches.amax(dim=1),
    }


def in_accuracies(batches: Batches) -> dict[str, Tensor]:
    """Mistakes with the accuracy over several batches."""
    found = [(logits.argmax(dim=1) == labels).double() for logits, labels in batches]
    shares, sizes = torch.stack([one.mean() for one in found]), list(map(len, found))
    right, count = sum(map(torch.sum, found)), sum(sizes)
    slips = {
        "each batch counts the same, the small one too; divide once, at the end.": (
            shares.mean()
        ),
        "that is how many are right; divide by how many there are.": right,
        "that is in per cent; a share of 1 is asked.": 100 * right / count,
        "that is the share of errors.": 1 - right / count,
        "not all batches are as large as the first.": right / (len(found) * sizes[0]),
        "that is the sum of the batches' accuracies.": shares.sum(),
        "that is how many are right in a batch; divide by the pictures.": (
            right / len(found)
        ),
        "that is the last batch alone.": shares[-1],
        "that is the first batch alone.": shares[0],
    }
    return slips | over_the_batch(batches)


def over_the_batch(batches: Batches) -> dict[str, Tensor]:
    """What comes out if argmax takes the wrong axis, where that stops with no error."""
    if any(len(labels) not in (1, logits.shape[1]) for logits, labels in batches):
        return {}
    found = [(logits.argmax(dim=0) == labels).sum() for logits, labels in batches]
    share = sum(found) / sum(len(labels) for _, labels in batches)
    words = "argmax goes over the batch; a picture's logits lie on axis 1."
    return {words: share.double()}


def in_floors(classes: int) -> dict[str, Tensor]:
    """Mistakes with the lowest loss where softmax has been applied before."""
    others, e, ln = classes - 1, math.e, math.log
    inside = 1 + others / e
    slips = {
        "that is without the softmax before; its shares lie between 0 and 1.": 0.0,
        "that is the loss of guessing; the right class can have a share of 1.": ln(
            classes
        ),
        "e^0 = 1 of each other class, and there are K − 1 of them.": ln(
            1 + classes / e
        ),
        "the right class is missing from the sum: e¹ beside K − 1.": ln(others / e),
        "the sum is e¹ of the right class and K − 1 ones, not K.": ln(classes / e),
        "the logarithm is missing.": inside,
        "it is the others that are divided by e.": ln(1 + others * e),
        "that is ln of the sum; the right class's own 1 comes off.": ln(e + others),
        "that is the logarithm to base 2; the loss has ln.": math.log2(inside),
        "that is the logarithm to base 10; the loss has ln.": math.log10(inside),
        "that is the other sign.": -ln(inside),
    }
    return {words: torch.tensor(slip).double() for words, slip in slips.items()}


def in_regressions(predictions: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Mistakes with the mean squared error of (B, 1) and (B,)."""
    apart = predictions[:, 0] - targets  # (B,)
    across = predictions - targets  # (B, B)
    words = "(B, 1) minus (B,) is (B, B): each prediction met all targets"
    return {
        f"{words}.": across.square().mean(),
        f"{words}, and the squares are summed.": across.square().sum(),
        "that is the sum; the mean is asked.": apart.square().sum(),
        "that is the root of it; leave the mean of the squares.": (
            apart.square().mean().sqrt()
        ),
        "that is half of it.": apart.square().mean() / 2,
        "these are sizes; square the differences.": apart.abs().mean(),
        "the differences cancel out; square each before the mean.": apart.mean(),
        "that is the square of the mean; square each first.": apart.mean().square(),
    }
