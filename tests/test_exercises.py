"""What the exercises' checks say to answers that are right, wrong, or not yet there."""

import itertools

import pytest
import torch

from tests.exercise_words import said_to
from vitlib.patches import patchify, unpatchify
from vitlib.show.exercises import as_long
from vitlib.show.exercises import patches as exercises


def keep(images, patch_size, order):
    """The patches as they were, in no other order."""
    return images.clone()


def undo(images, patch_size, order):
    """The inverse of the order asked for."""
    rows = patchify(images, patch_size)[:, order.argsort()]
    return unpatchify(rows, patch_size, images.shape[2:])


def shuffled(images, patch_size, order):
    """The patches in the order asked for."""
    rows = patchify(images, patch_size)[:, order]
    return unpatchify(rows, patch_size, images.shape[2:])


def copies(images, patch_size, axes=(0, 3, 5, 1, 2, 4)):
    """Small copies of the whole picture."""
    B, C, H, W = images.shape
    P = patch_size
    x = images.reshape(B, C, H // P, P, W // P, P).permute(*axes)
    return x.reshape(B, P * P, -1)


COUNTS = [
    (None, "… no answer yet"),
    ((256, 588), "✓ 256 patches of 588 numbers"),
    ((588, 256), "✗ those are the two numbers"),
    ((768, 588), "✗ channels do not make more patches"),
    ((256, 196), "✗ that is one channel"),
    ((14, 14), "✗ got (14, 14)"),
    (256, "✗ two numbers are asked"),
]
FOUND = [
    (None, "… no answer yet"),
    (38, "✓ 3 full rows of 10 patches"),
    (37, "✗ so it is when counted from 0"),
    (46, "✗ that counts down the columns"),
    (5, "✗ not 5"),
]
SHUFFLED = [
    (lambda *_: None, "… no answer yet"),
    (shuffled, "✓ a jigsaw"),
    (lambda x, *_: x[0], "✗ shape (3, 12, 20)"),
    (lambda x: x, "✗ the function stopped with Type"),
    (undo, "✗ that is the way back"),
    (keep, "✗ the pieces are not in the order"),
]
THUMBNAILS = [
    (lambda *_: None, "… no answer yet"),
    (copies, "✓ the same reshape"),
    (patchify, "✗ shape (2, 15, 48)"),
    (lambda *_: 3, "✗ a tensor is asked, got int"),
    (lambda *both: copies(*both, (0, 5, 3, 1, 2, 4)), "✗ right shape, wrong pixels"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_count: COUNTS,
        exercises.check_find: FOUND,
        exercises.check_shuffled: SHUFFLED,
        exercises.check_thumbnails: THUMBNAILS,
    }
)


def test_a_patch_is_found_where_its_pixel_lies():
    marked = torch.zeros(1, 1, 60, 100)
    marked[..., 33, 77] = 1
    assert patchify(marked, 10)[0, 37].sum() == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        ([246] * 5, [1] * 5, "about 200 times as long as"),
        ([50, 9, 6, 8, 7], [2, 40, 2, 3, 2], "about 3 times as long as"),  # 6 : 2
        ([2], [1], "about 2 times as long as"),
        ([1.4], [1], "no longer than"),
        ([1], [60], "no longer than"),
    ],
)
def test_how_long_is_told_by_the_shortest_calls(mine, theirs, words, monkeypatch):
    clock = [0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])

    def taking(seconds):
        seconds = itertools.cycle(seconds)
        return lambda _: clock.append(clock.pop() + next(seconds))

    assert as_long(taking(mine), taking(theirs), "size") == words
