"""Slips that chapter 5's checks know: what comes out, and the words for it."""

import torch
from torch import Tensor

from vitlib.show.six_tokens import SCORES, WEIGHTS

WIDTHS = {12: "heads", 64: "features of a head in ViT-B", 768: "features of ViT-B"}


def near(one: Tensor, other: Tensor, most: float = 1e-5) -> bool:
    """Whether no two numbers of one shape are further apart than ``most``."""
    return one.shape == other.shape and bool((one - other).abs().max() <= most)


def slip(found: Tensor, slips: dict[str, Tensor], most: float = 1e-5) -> str:
    """The words of the first slip that makes these numbers; "" if none does."""
    return next((said for said, one in slips.items() if near(found, one, most)), "")


def of_a_row(token: int) -> dict[str, Tensor]:
    """What readers take for a row of the six tokens' weights, and why it is not."""
    row = SCORES[token - 1].double()  # (6,)
    divided = row / 2**0.5
    turned = (SCORES / 2**0.5).softmax(dim=0).double()  # (6, 6)
    slips = {
        "divide each score by √d = √2 before softmax.": row.softmax(0),
        "divided by d = 2; the divisor is its root, √2.": (row / 2).softmax(0),
        "multiplied by √2; scores are divided by it.": (row * 2**0.5).softmax(0),
        "softmax first and √2 after, so they sum to 0.71.": row.softmax(0) / 2**0.5,
        "these are the scores; ÷ √2 and softmax come next.": row,
        "these are the scores ÷ √2; softmax makes weights of them.": divided,
        "these are the powers of e; divide each by their sum.": divided.exp(),
        "softmax ran over the queries, down the columns.": turned[token - 1],
        "the scores were divided by their sum; softmax is not that.": row / row.sum(),
    }
    for other in {*range(1, 7)} - {token}:
        words = f"that is the row of token {other}; token {token}'s is asked."
        slips[words] = WEIGHTS[other - 1]
    return slips


def of_attention(q: Tensor, k: Tensor, v: Tensor) -> dict[str, Tensor]:
    """What readers return for softmax(q kᵀ / √d) v, and what went wrong."""
    scores, root = q @ k.mT, q.shape[-1] ** 0.5  # (…, N, N)
    weights = (scores / root).softmax(dim=-1)
    factors = {
        "the scores are not divided by √d.": 1,
        "divided by d; the divisor is its root, √d.": 1 / root**2,
        "multiplied by √d; scores are divided by it.": root,
        "divided by √N; d is the length of a query.": q.shape[-2] ** -0.5,
    }
    for number, what in WIDTHS.items():
        factors[f"divided by √{number}, the {what}; d is q.shape[-1]."] = number**-0.5
    slips = {said: (scores * f).softmax(-1) @ v for said, f in factors.items()}
    for axis in range(-scores.ndim, -1):
        whose = "over the queries" if axis == -2 else "across the batch"
        words = f"softmax ran {whose}, dim={axis}; over the keys is dim=-1."
        slips[words] = (scores / root).softmax(axis) @ v
    return slips | {
        "softmax first and √d after; divide the scores.": scores.softmax(-1) / root @ v,
        "softmax is missing: scores are no shares.": scores / root @ v,
        "q and k have changed places.": (scores.mT / root).softmax(-1) @ v,
        "the weights are on their side; no transpose before v.": weights.mT @ v,
        "these are means of the keys; means of v are asked.": weights @ k,
        "these are means of the queries; means of v are asked.": weights @ q,
        "the values as they were: weights @ v is missing.": v,
    }


def of_a_mask(rows: int, columns: int) -> dict[str, Tensor]:
    """Masks that readers make for that of rows, as 0 and 1, and why they are not it."""
    patch = torch.arange(rows * columns)
    row, column = patch // columns, patch % columns
    same, down = row[:, None] == row, column[:, None] == column
    itself = patch[:, None] == patch
    masks = {
        "that is the other way round: True = may look.": ~same,
        "those see their own column; a row's patches share // columns.": down,
        "those see row and column; the row alone is asked.": same | down,
        "divided by the rows; a row of the grid has so many columns.": (
            (patch // rows)[:, None] == patch // rows
        ),
        "each sees itself alone; the others of its row are asked too.": itself,
        "no patch sees itself; it stands in its own row too.": same & ~itself,
        "each sees only what comes before it in its row.": same.tril(),
        "every patch sees every patch.": same | ~same,
        "no patch sees any.": same & ~same,
    }
    return {said: mask.float() for said, mask in masks.items()}


def of_memory(
    image_size: int, patch_size: int, heads: int, layers: int, batch: int
) -> dict[str, float]:
    """Wrong numbers of bytes for the weights of attention, and what was forgotten."""
    side = image_size // patch_size
    maps = 4 * heads * layers * batch  # bytes for each pair of tokens
    whole = maps * (side**2 + 1) ** 2
    return {
        "the class token asks and is asked as well: N is one more.": maps * side**4,
        "N² for each query and key; that is N.": maps * (side**2 + 1),
        "N is all patches; that is one side of the grid.": maps * (side + 1) ** 2,
        "tokens are patches, not pixels.": maps * (image_size**2 + 1) ** 2,
        "each head has weights of its own.": whole / heads,
        "each layer has weights of its own.": whole / layers,
        "each picture of the batch has weights of its own.": whole / batch,
        "heads and layers both have weights of their own.": whole / heads / layers,
        "these are numbers; in float32 each takes 4 bytes.": whole / 4,
        "these are bits; 8 of them are a byte.": whole * 8,
        "2 bytes are float16's; float32 takes 4.": whole / 2,
        "8 bytes are float64's; float32 takes 4.": whole * 2,
        "these are MiB; bytes are asked.": whole / 2**20,
        "these are megabytes; bytes are asked.": whole / 10**6,
    }
