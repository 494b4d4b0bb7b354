"""What the exercises' checks say to answers that are right, wrong, or not yet there."""

import itertools

import pytest
import torch

from tests.exercise_words import check_said
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


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (exercises.check_count, None, "… no answer yet"),
        (exercises.check_count, (256, 588), "✓ 256 patches of 588 numbers"),
        (exercises.check_count, (588, 256), "✗ those are the two numbers"),
        (exercises.check_count, (768, 588), "✗ channels do not make more patches"),
        (exercises.check_count, (256, 196), "✗ that is one channel"),
        (exercises.check_count, (14, 14), "✗ got (14, 14)"),
        (exercises.check_count, 256, "✗ two numbers are asked"),
        (exercises.check_find, None, "… no answer yet"),
        (exercises.check_find, 38, "✓ 3 full rows of 10 patches"),
        (exercises.check_find, 37, "✗ so it is when counted from 0"),
        (exercises.check_find, 46, "✗ that counts down the columns"),
        (exercises.check_find, 5, "✗ not 5"),
        (exercises.check_shuffled, lambda *_: None, "… no answer yet"),
        (exercises.check_shuffled, shuffled, "✓ a jigsaw"),
        (exercises.check_shuffled, lambda x, *_: x[0], "✗ shape (3, 12, 20)"),
        (exercises.check_shuffled, lambda x: x, "✗ the function stopped with Type"),
        (exercises.check_shuffled, undo, "✗ that is the way back"),
        (exercises.check_shuffled, keep, "✗ the pieces are not in the order"),
        (exercises.check_thumbnails, lambda *_: None, "… no answer yet"),
        (exercises.check_thumbnails, copies, "✓ the same reshape"),
        (exercises.check_thumbnails, patchify, "✗ shape (2, 15, 48)"),
        (exercises.check_thumbnails, lambda *_: 3, "✗ a tensor is asked, got int"),
        (
            exercises.check_thumbnails,
            lambda *both: copies(*both, (0, 5, 3, 1, 2, 4)),
            "✗ right shape, wrong pixels",
        ),
    ],
)
def test_what_a_check_says(check, answer, words, capsys):
    check(answer)
    check_said(capsys, words)


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
