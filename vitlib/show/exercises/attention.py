"""Chapter 5. Checks of the exercises."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vitlib.cost import attention_maps
from vitlib.encoder import ViTConfig
from vitlib.show.exercises import attention_slips as slips
from vitlib.show.exercises import called, numbers, right, shaped, unanswered, wrong
from vitlib.show.exercises.attention_slips import near, slip
from vitlib.show.six_tokens import WEIGHTS

ASKING = 1  # the token whose row of weights is asked for, counted from 1
GRIDS = ((3, 5), (2, 4))  # rows and columns of patches
SIZES = ((224, 16, 6, 12, 5), (384, 16, 16, 24, 3))  # pixels, patch, heads, layers, B


def check_row(weights: Sequence[float] | None) -> None:
    """The weights (6) with which token 1 of the six takes the values of all."""
    if unanswered(weights):
        return
    found = numbers(weights, (6,))
    if found is None:
        return
    wanted = WEIGHTS[ASKING - 1]  # (6,)
    if near(found, wanted, 6e-3):  # two decimals are enough
        return right(f"the six shares of token {ASKING}: they sum to 1.")
    if words := slip(found, slips.of_a_row(ASKING), 6e-3):
        return wrong(words)
    if not abs(found.sum() - 1) < 0.03:
        return wrong(f"they sum to {found.sum():.2f}; the shares of a row sum to 1.")
    place = int((found - wanted).abs().argmax()) + 1
    asked = f"its score is q of token {ASKING} times k of token {place}"
    wrong(f"the share of token {place} is not {found[place - 1]:.2f}: {asked}.")


def attended(result: object, given: tuple[Tensor, ...]) -> bool:
    """Whether a reader's output is right for q, k, v (…, N, d); else say why not."""
    q, k, v = given
    square = (*q.shape[:-1], q.shape[-2])
    if isinstance(result, tuple | list):
        wrong("return the output alone, without the weights.")
        return False
    mine = "those are the weights; times v they make the output"
    found = shaped(result, tuple(v.shape), {square: mine})
    if found is None or near(found, (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v):
        return found is not None
    words = slip(found, slips.of_attention(*given))
    wrong(words or "right shape, other numbers: softmax(q @ kᵀ / √d) @ v is asked.")
    return False


def check_attention(attention: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    """A function (q, k, v), each (…, N, d), → softmax(q kᵀ / √d) v, (…, N, d)."""
    drawn = torch.Generator().manual_seed(5)
    for shape in ((6, 3), (4, 6, 3), (2, 4, 6, 3)):
        given = torch.randn(3, *shape, generator=drawn).unbind()
        lent = [each.clone() for each in given]
        hint = f" (It got {shape}; k.transpose(-2, -1) turns the last two axes.)"
        result = called(attention, *lent, hint=hint if len(shape) > 2 else "")
        if result is None:
            return
        if not all(map(torch.equal, lent, given)):
            return wrong("q, k or v was changed in place, as by q /= 2.")
        if not attended(result, given):
            return
    right("one matrix, a batch, and a batch of heads, by the same three steps.")


def check_row_mask(row_mask: Callable[[int, int], Tensor]) -> None:
    """A function (rows, columns) → a mask (N, N) by which a patch sees its own row."""
    for rows, columns in GRIDS:
        result = called(row_mask, rows, columns)
        n = rows * columns
        hints = {
            (n + 1, n + 1): "there is no class token here, N = rows · columns",
            (n,): "each patch needs a row of the mask",
            (rows, columns): "each patch needs a row of the mask",
            (rows, columns, rows, columns): "flatten makes N of rows and columns",
        }
        found = shaped(result, (n, n), hints)
        if found is None:
            return
        if result.dtype != torch.bool:
            return wrong(f"True and False are asked, got numbers of {result.dtype}.")
        row = torch.arange(n) // columns  # (N,)
        if not torch.equal(result, row[:, None] == row):
            words = slip(found, slips.of_a_mask(rows, columns))
            i, j = (result != (row[:, None] == row)).nonzero()[0].tolist()
            other = f"of {rows} × {columns} patches, may {i} look at {j}, from 0?"
            return wrong(words or other)
    right("a block of True for each row of the grid, along the diagonal.")


def weights_bytes(
    image_size: int, patch_size: int, heads: int, layers: int, batch: int
) -> int:
    """Bytes in float32 of all weights of attention: 4 · B · L · h · N²."""
    sizes = {"image_size": image_size, "patch_size": patch_size, "depth": layers}
    config = ViTConfig(**sizes, num_heads=heads, embed_dim=64 * heads)
    return 4 * batch * attention_maps(config)


def check_weights_memory(weights_memory: Callable[..., int]) -> None:
    """A function (image size, patch size, heads, layers, batch) → bytes of weights."""
    for sizes in SIZES:
        found = numbers(called(weights_memory, *sizes), ())
        if found is None:
            return
        wanted = weights_bytes(*sizes)
        if found != wanted:
            known = slips.of_memory(*sizes).items()
            words = next((w for w, n in known if abs(found - n) < 0.01), "")
            other = f"for {sizes} {found:,.0f} bytes, not {wanted:,}."
            return wrong(words or other)
    one, large = (weights_bytes(size, 16, 12, 12, 1) for size in (224, 384))
    right(f"a picture in ViT-B/16: {one:,} bytes at 224 pixels, {large:,} at 384.")
