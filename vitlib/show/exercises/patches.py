"""Chapter 1. Checks of the exercises."""

from collections.abc import Callable

import torch
from torch import Tensor

from vitlib.patches import patchify, unpatchify
from vitlib.show.exercises import called, right, shaped, unanswered, wrong


def check_count(answer: tuple[int, int] | None) -> None:
    """N and the numbers in a row for a colour picture of 224 × 224 with P = 14."""
    if unanswered(answer):
        return
    number, width = patchify(torch.zeros(1, 3, 224, 224), 14).shape[1:]
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        wrong(f"two numbers are asked, as in (196, 768); got {answer!r}.")
    elif tuple(answer) == (number, width):
        right(f"{number} patches of {width} numbers: channels widen the rows.")
    elif tuple(answer) == (width, number):
        wrong("those are the two numbers, the other way round: (N, C·P²).")
    elif answer[0] == 3 * number:
        wrong("channels do not make more patches; each patch holds all three.")
    elif answer[1] == 14 * 14:
        wrong("that is one channel of a patch, and this picture has three.")
    else:
        wrong(f"got {tuple(answer)}; how many times does 14 fit into 224?")


def check_find(answer: int | None) -> None:
    """Which patch of the mountains, P = 10, holds the pixel in row 33, column 77."""
    if unanswered(answer):
        return
    marked = torch.zeros(1, 1, 60, 100)
    marked[..., 33, 77] = 1
    place = int(patchify(marked, 10)[0].sum(dim=1).argmax()) + 1
    if answer == place:
        right(f"3 full rows of 10 patches lie above, 7 patches to the left: {place}.")
    elif answer == place - 1:
        wrong("so it is when counted from 0; patches are counted from 1 here.")
    elif answer == 7 * 6 + 4:
        wrong("that counts down the columns; reading order goes along the rows.")
    else:
        wrong(f"not {answer}: which row of patches is it in, and which place there?")


def check_shuffled(shuffled: Callable[[Tensor, int, Tensor], Tensor]) -> None:
    """A function that puts the patches of images into another order."""
    images = torch.arange(2 * 3 * 12 * 20.0).reshape(2, 3, 12, 20)
    order = torch.tensor([3, 1, 4, 0, 5, 2, 9, 6, 8, 7, 14, 11, 10, 13, 12])
    result = called(shuffled, images, 4, order)
    rows = patchify(images, 4)  # (2, 15, 48)
    expected = unpatchify(rows[:, order], 4, (12, 20))
    result = shaped(result, (2, 3, 12, 20))
    if result is None:
        return
    if torch.equal(result, expected):
        right("a jigsaw. Chapter 4 asks what a transformer notices of it.")
    elif torch.equal(result, unpatchify(rows[:, order.argsort()], 4, (12, 20))):
        wrong("that is the way back: place order[i] was given patch i.")
    else:
        wrong("the pieces are not in the order that was asked for.")


def check_thumbnails(thumbnails: Callable[[Tensor, int], Tensor]) -> None:
    """A function that takes every P-th pixel: small copies instead of patches."""
    images = torch.arange(2 * 3 * 12 * 20.0).reshape(2, 3, 12, 20)
    result = called(thumbnails, images, 4)
    copies = [images[:, :, i::4, j::4].flatten(1) for i in range(4) for j in range(4)]
    expected = torch.stack(copies, dim=1)  # (2, 16, 3 · 3 · 5)
    patches = "those are patches; 16 copies of 3 · 3 · 5 numbers are wanted"
    result = shaped(result, (2, 16, 45), {(2, 15, 48): patches})
    if result is None:
        return
    if torch.equal(result, expected):
        right("the same reshape, another permute: small copies of the whole picture.")
    else:
        wrong("right shape, wrong pixels: row 0 should be images[:, :, ::4, ::4].")
