"""Chapter 6. Checks of the exercises."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vitlib.show.exercises import called, numbers, right, shaped, wrong

Size = tuple[int, int, int, int]  # B, N, D and h
SIZES = ((2, 6, 12, 3), (3, 4, 10, 2))  # d differs from h and from N
LAYERS = ((8, 2), (48, 4), (768, 12))  # D and h
FUSED = ((8, 2), (12, 3))  # D and h, so that no two orders of rows are the same


def features(size: Size) -> Tensor:
    """Tokens (B, N, D) of which no two numbers are equal."""
    return torch.arange(1.0, math.prod(size[:3]) + 1).reshape(size[:3])  # (B, N, D)


def split(x: Tensor, heads: int) -> Tensor:
    """(B, N, D) → (B, h, N, D/h), by slices."""
    return torch.stack(x.chunk(heads, dim=2), dim=1)


def reason(found: Tensor, slips: dict[str, Tensor], other: str) -> str:
    """What is said of the slip that was found, else ``other``."""
    near = [words for words, slip in slips.items() if torch.equal(found, slip)]
    return near[0] if near else other


def unsplit(size: Size) -> dict[tuple[int, ...], str]:
    """Shapes that come of splitting wrongly, and why they are wrong."""
    batch, tokens, dim, heads = size
    width = dim // heads
    return {
        (batch, heads, tokens // heads, dim): "split the features, not the tokens",
        (batch, tokens, heads, width): "heads come before tokens; transpose(1, 2)",
        (batch, tokens, width, heads): "split D into (h, d), then bring h to axis 1",
        (batch, heads, width, tokens): "a head has a row for each token; turn them",
        (heads, batch, tokens, width): "the batch comes first; stack along axis 1",
        (batch * heads, tokens, width): "batch and heads should be two axes",
        (batch, tokens, dim): "nothing was split",
    }


def check_split(function: Callable[[Tensor, int], Tensor]) -> None:
    """A function (x, heads) that splits features: (B, N, D) → (B, h, N, D/h)."""
    for size in SIZES:
        x, heads = features(size), size[3]
        batch, tokens, dim = x.shape
        result = called(function, x.clone(), heads)
        shape = (batch, heads, tokens, dim // heads)
        found = shaped(result, shape, unsplit(size))
        if found is None:
            return
        if not torch.equal(found, split(x, heads)):
            return wrong(missplit(found, x, heads))
    right("every head has all tokens, and D/h features of each.")


def missplit(found: Tensor, x: Tensor, heads: int) -> str:
    """What went wrong in a split (B, h, N, D/h) that has the right shape."""
    parts = split(x, heads)
    dealt = x.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2)  # (B, h, N, d)
    slips = {
        "view alone tears tokens apart: head 1 got the first tokens. First "
        "view(B, N, h, d), then transpose(1, 2).": x.reshape(found.shape),
        "the features were dealt out in turn; d is the last axis of the view, "
        "(B, N, h, d).": dealt,
        "every head got the same features.": parts[:, :1].expand_as(parts),
        "the heads stand in reverse order.": parts.flip(1),
    }
    other = "right shape, other numbers: head 1 gets features 1 to D/h of each token."
    return reason(found, slips, other)


def unmerged(size: Size) -> dict[tuple[int, ...], str]:
    """Shapes that come of joining wrongly, and why they are wrong."""
    batch, tokens, dim, heads = size
    width = dim // heads
    return {
        (batch, heads * tokens, width): "that makes more tokens; heads stand in a row",
        (batch, heads, tokens * width): "that joins tokens; first transpose(1, 2)",
        (batch, tokens, heads, width): "the two last axes are to be joined; flatten(2)",
        (batch, tokens, width): "the heads were added or averaged, not put in a row",
        (batch, heads, tokens, width): "nothing was joined",
    }


def check_merge(function: Callable[[Tensor], Tensor]) -> None:
    """A function (y) that joins the heads again: (B, h, N, d) → (B, N, h·d)."""
    for size in SIZES:
        x, heads = features(size), size[3]
        y = split(x, heads)
        found = shaped(called(function, y.clone()), tuple(x.shape), unmerged(size))
        if found is None:
            return
        if not torch.equal(found, x):
            return wrong(mismerged(found, y))
    right("what split takes apart, merge puts back: side by side, in order.")


def mismerged(found: Tensor, y: Tensor) -> str:
    """What went wrong in joining (B, h, N, d) to the right shape (B, N, h·d)."""
    slips = {
        "without transpose a row holds several tokens of one head; "
        "transpose(1, 2) first.": y.reshape(found.shape),
        "the heads' features take turns; each head's d stay together, so the axes "
        "are (B, N, h, d) before they are joined.": y.permute(0, 2, 3, 1).flatten(2),
        "the heads stand in reverse order.": y.flip(1).transpose(1, 2).flatten(2),
    }
    other = "right shape, other numbers: a token's row is head 1's d, then head 2's."
    return reason(found, slips, other)


def miscounts(dim: int, heads: int) -> dict[int, str]:
    """What went wrong, by the number that a reader counts instead of 4 D² + 4 D."""
    square, one = dim**2, 3 * dim * dim // heads  # of a head, without its bias
    shared = "the heads share D between them: each has D/h features, not D."
    return {
        heads * (4 * square + 4 * dim): shared,
        heads * (3 * square + 3 * dim) + square + dim: shared,
        heads * 3 * square + square: f"{shared} And each matrix has a bias.",
        4 * square: "the biases are missing, 3 · D of q, k, v and D of the projection.",
        3 * square + 3 * dim: "the output projection, D² + D, is missing.",
        3 * square: "the output projection and the biases are missing.",
        4 * square + 3 * dim: "the output projection has a bias as well.",
        4 * square + dim: "q, k and v have a bias as well, 3 · D.",
        one: "that is one head, without bias; there are h, and the projection.",
        one + one // dim: "that is one head; there are h, and the output projection.",
        square + dim: "there are four matrices of D × D: of q, k, v and the output.",
    }


def check_parameters(function: Callable[[int, int], int]) -> None:
    """A function (dim, heads) that counts what attention learns, biases as well."""
    for dim, heads in LAYERS:
        answer = numbers(called(function, dim, heads), ())
        if answer is None:
            return
        found = answer.item()
        if found != 4 * dim**2 + 4 * dim:
            other = f"D = {dim}, {heads} heads: not {found:,.10g}; qkv is D × 3D, proj"
            return wrong(miscounts(dim, heads).get(found, f"{other} D × D."))
    right("4 D² + 4 D, whatever the number of heads.")


def per_head(rows: Tensor) -> Tensor:
    """Rows (qkv, h, d) in the order (h d qkv): (3·D,)."""
    return rows.permute(1, 2, 0).flatten()  # (h·d·qkv,)


def check_layout(function: Callable[[int, int], Sequence[int]]) -> None:
    """A function (dim, heads) → rows, so that weight[rows] is in order (h d qkv).

    The weight's own order is (qkv h d).
    """
    for dim, heads in FUSED:
        result = called(function, dim, heads)
        if result is None:
            return
        rows = torch.arange(3 * dim).view(3, heads, -1)  # (qkv, h, d)
        if isinstance(result, Tensor) and result.shape == (heads, dim // heads, 3):
            return wrong(f"shape {tuple(result.shape)}: flatten() it to one line.")
        found = numbers(result, (3 * dim,))
        if found is None:
            return
        if not torch.equal(found, per_head(rows).double()):
            return wrong(misplaced(found.float(), rows))
    right("q, k and v of each feature stand together now, head by head.")


def misplaced(found: Tensor, rows: Tensor) -> str:
    """What is wrong with an order (3·D,) of rows that are numbered (qkv, h, d)."""
    wanted = per_head(rows)
    orders = {
        "that is the way back, from (h d qkv) to (qkv h d).": wanted.argsort(),
        "that is (h qkv d): within a head all of q comes first.": rows.permute(1, 0, 2),
        "that is (d h qkv): all of head 1 comes before head 2.": rows.permute(2, 1, 0),
        "that is (d qkv h): all of head 1 comes before head 2.": rows.permute(2, 0, 1),
        "that is (qkv d h): q, k and v still stand apart.": rows.permute(0, 2, 1),
        "nothing moved: that is (qkv h d), as it was.": rows,
    }
    slips = {words: order.flatten().float() for words, order in orders.items()}
    if not torch.equal(found.sort().values, rows.flatten().float()):
        return f"each row from 0 to {rows.numel() - 1} should be there once."
    place = int((found != wanted).nonzero()[0])
    other = f"at place {place} stands row {found[place]:g}, not row {wanted[place]}."
    return reason(found, slips, other)
