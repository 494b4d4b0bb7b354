"""What chapter 11's other checks say, and that no two slips look alike."""

import pytest
import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.show.exercises import inspection as exercises
from vitlib.show.exercises import inspection_slips
from vitlib.show.exercises.inspection import CASES, MAPS, SHARES, TABLE, drawn


def covered(shares, count):
    """True at each image's highest."""
    ranks = shares.argsort(1, descending=True).argsort(1)
    return ranks < count


COVERINGS = [
    (lambda shares, count: None, "… no answer yet"),
    (covered, "✓ each image loses its own highest"),
    (lambda shares, count: covered(shares, count).long(), "✓ each image loses"),
    (lambda shares, count: covered(-shares, count), "✗ count 2: those are the lowest"),
    (lambda shares, count: ~covered(shares, count), "✗ count 2: those stay, the"),
    (
        lambda shares, count: shares.argsort(1, descending=True) < count,
        "✗ count 2: that compares ranks with places",
    ),
    (
        lambda shares, count: shares >= shares.flatten().topk(3 * count).values[-1],
        "✗ count 2: that is the highest of all images together",
    ),
    (lambda shares, count: covered(shares, count + 1), "✗ count 2: one too many"),
    (lambda shares, count: covered(shares, count - 1), "✗ count 2: one too few"),
    (lambda shares, count: covered(shares, 2), "✗ count 4: "),
    (
        lambda shares, count: shares > shares.mean(1, keepdim=True),
        "✗ count 2: that is what is above the mean",
    ),
    (lambda shares, count: shares > 9, "✗ count 2: [0, 0, 0] patches go"),
    (
        lambda shares, count: shares.topk(count).indices,
        "✗ shape (3, 2) where (3, 6) is asked: those are places",
    ),
    (lambda shares, count: shares.topk(9), "✗ the function stopped with RuntimeError"),
]


def similarity(table):
    """By cosine_similarity."""
    rows = table[0, 1:]
    return torch.cosine_similarity(rows[:, None], rows[None], dim=2)


def cosines(table, axis=1):
    """Of all rows of a table (N, D)."""
    rows = F.normalize(table, dim=axis)
    return rows @ rows.mT


SIMILARITIES = [
    (lambda table: None, "… no answer yet"),
    (similarity, "✓ ones on the diagonal"),
    (lambda table: table[0, 1:] @ table[0, 1:].mT, "✗ those are inner products"),
    (lambda t: F.normalize(t[0, 1:], dim=1) @ t[0, 1:].mT, "✗ divided by one"),
    (lambda table: cosines(table[0, 1:], 0), "✗ each feature was scaled"),
    (lambda table: cosines(table[0, 1:] - table[0, 1:].mean(0)), "✗ the mean was"),
    (lambda table: cosines(table[0, :-1]), "✗ the last position is left out"),
    (lambda table: torch.cdist(table[0, 1:], table[0, 1:]), "✗ those are distances"),
    (lambda table: 1 - similarity(table), "✗ that is 1 minus the cosine"),
    (lambda table: 2 * similarity(table), "✗ each row is itself, so 1 on the diag"),
    (lambda table: torch.eye(6), "✗ the diagonal is right, the rest is not"),
    (lambda table: cosines(table[0]), "✗ shape (7, 7) where (6, 6) is asked: the cla"),
    (lambda table: similarity(table)[None], "✗ shape (1, 6, 6) where (6, 6) is asked"),
    (lambda table: table[0, 1:].mT @ table[0, 1:], "✗ shape (8, 8) where (6, 6) is"),
    (lambda table: table @ table, "✗ the function stopped with RuntimeError"),
]

test_what_is_said = said_to(
    {exercises.check_covered: COVERINGS, exercises.check_similarity: SIMILARITIES}
)


def all_slips() -> list[dict[str, torch.Tensor]]:
    """Of each exercise, what its checks know."""
    maps = (2 * drawn(*MAPS)).softmax(dim=-1)
    slips = [inspection_slips.in_rollouts(maps)]
    for grid, side in CASES[:1]:
        weights = (2 * drawn(7, 7, seed=side)).softmax(dim=-1)
        slips.append(inspection_slips.in_distances(weights, grid, side))
    slips.append(inspection_slips.in_coverings(drawn(*SHARES), 2))
    slips.append(inspection_slips.in_similarities(drawn(*TABLE) + 0.5))
    return slips


@pytest.mark.parametrize("slips", all_slips())
def test_no_two_slips_look_alike(slips):
    found = list(slips.values())
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            assert one.shape != other.shape or not torch.allclose(
                one.float(), other.float(), 1e-3
            )
