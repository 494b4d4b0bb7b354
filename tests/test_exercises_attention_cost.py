"""What chapter 5's checks of masks and memory say to all kinds of answers."""

import math

import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.show.exercises import attention as exercises


def row_mask(rows, columns):
    """True where two patches share a row of the grid."""
    row = torch.arange(rows * columns) // columns
    return row[:, None] == row


def column_mask(rows, columns):
    """True where two patches share a column of the grid."""
    column = torch.arange(rows * columns) % columns
    return column[:, None] == column


def with_class_token(rows, columns):
    """A row and a column more, which see all."""
    return F.pad(row_mask(rows, columns), (1, 0, 1, 0), value=True)


def eye(rows, columns):
    """Each patch alone."""
    return torch.eye(rows * columns, dtype=torch.bool)


MASK = [
    (lambda *_: None, "… no answer yet"),
    (row_mask, "✓ a block of True for each row"),
    (lambda *grid: ~row_mask(*grid), "✗ that is the other way round"),
    (column_mask, "✗ those see their own column"),
    (lambda *grid: row_mask(*grid) | column_mask(*grid), "✗ those see row and column"),
    (
        lambda rows, columns: (
            torch.arange(15)[:, None] // rows == torch.arange(15) // rows
        ),
        "✗ divided by the rows",
    ),
    (eye, "✗ each sees itself alone"),
    (lambda *grid: row_mask(*grid) & ~eye(*grid), "✗ no patch sees itself"),
    (lambda *grid: row_mask(*grid).tril(), "✗ each sees only what comes before"),
    (lambda *grid: eye(*grid) | True, "✗ every patch sees every patch"),
    (lambda *grid: eye(*grid) & False, "✗ no patch sees any"),
    (with_class_token, "✗ shape (16, 16) where (15, 15) is asked: there is no class"),
    (lambda *grid: row_mask(*grid)[0], "✗ shape (15,) where (15, 15)"),
    (lambda *grid: torch.ones(grid), "✗ shape (3, 5) where (15, 15) is asked: each"),
    (
        lambda *grid: row_mask(*grid).reshape(*grid, *grid),
        "✗ shape (3, 5, 3, 5) where (15, 15) is asked: flatten",
    ),
    (lambda *grid: row_mask(*grid).float(), "✗ True and False are asked, got numbers"),
    (lambda *grid: row_mask(*grid).logical_xor(eye(*grid).flip(1)), "✗ of 3 × 5 patch"),
    (lambda *grid: row_mask(3, 5), "✗ shape (15, 15) where (8, 8) is asked"),
    (lambda *grid: row_mask(*grid).tolist(), "✗ a tensor is asked, got list"),
    (lambda rows: rows, "✗ the function stopped with TypeError"),
]


def memory(image_size, patch_size, heads, layers, batch, more=1, square=2):
    """Bytes of all weights in float32, right unless options say otherwise."""
    tokens = (image_size // patch_size) ** 2 + more
    return 4 * batch * layers * heads * tokens**square


def times(factor):
    """A function that is off by a factor of its arguments."""
    return lambda *sizes: memory(*sizes) * factor(*sizes)


def one_side(image_size, patch_size, *more):
    """Bytes for so many tokens as one side of the grid has, and the class token."""
    tokens = image_size // patch_size + 1
    return memory(image_size, image_size, *more, more=tokens - 1)


MEMORY = [
    (lambda *_: None, "… no answer yet"),
    (memory, "✓ a picture in ViT-B/16: 22,353,984 bytes at 224 pixels, 191,767,104"),
    (lambda *sizes: float(memory(*sizes)), "✓ a picture in ViT-B/16"),
    (lambda *sizes: torch.tensor(memory(*sizes)), "✓ a picture in ViT-B/16"),
    (lambda *sizes: memory(*sizes, more=0), "✗ the class token asks and is asked"),
    (lambda *sizes: memory(*sizes, square=1), "✗ N² for each query and key"),
    (one_side, "✗ N is all patches; that is one side"),
    (lambda p, s, *more: memory(p, 1, *more), "✗ tokens are patches, not pixels"),
    (times(lambda p, s, h, n, b: 1 / h), "✗ each head has weights of its own"),
    (times(lambda p, s, h, n, b: 1 / n), "✗ each layer has weights of its own"),
    (times(lambda p, s, h, n, b: 1 / b), "✗ each picture of the batch"),
    (times(lambda p, s, h, n, b: 1 / h / n), "✗ heads and layers both"),
    (times(lambda *_: 1 / 4), "✗ these are numbers; in float32"),
    (times(lambda *_: 8), "✗ these are bits"),
    (times(lambda *_: 1 / 2), "✗ 2 bytes are float16's"),
    (times(lambda *_: 2), "✗ 8 bytes are float64's"),
    (times(lambda *_: 2**-20), "✗ these are MiB"),
    (times(lambda *_: 1e-6), "✗ these are megabytes"),
    (lambda *sizes: memory(224, 16, 6, 12, 5), "✗ for (384, 16, 16, 24, 3)"),
    (lambda *sizes: math.nan, "✗ for (224, 16, 6, 12, 5) nan bytes, not 55,884,960"),
    (lambda *sizes: True, "✗ for (224, 16, 6, 12, 5) 1 bytes, not 55,884,960"),
    (lambda *sizes: [memory(*sizes)], "✗ shape (1,) where () is asked"),
    (lambda *sizes: "21 MiB", "✗ numbers of shape () are asked; got str"),
    (lambda image_size: 1, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_row_mask: MASK, exercises.check_weights_memory: MEMORY}
)
