"""What chapter 11's checks say to answers that are right, wrong, or not yet there."""

import torch
import torch.nn.functional as F

from tests.exercise_words import said_to
from vitlib.show.exercises import inspection as exercises

I5 = torch.eye(5)


def rollout(maps, steps=lambda maps: (maps.mean(2) + I5) / 2, flip=False):
    """Block by block."""
    tables = steps(maps)
    tables = tables.flip(1) if flip else tables
    result = I5
    for table in tables.unbind(1):
        result = table @ result
    return result


def of(steps):
    """Rollout of other steps."""
    return lambda maps: rollout(maps, steps)


def half(maps):
    """What is multiplied."""
    return (maps.mean(2) + I5) / 2


ROLLOUTS = [
    (lambda maps: None, "… no answer yet"),
    (rollout, "✓ heads averaged"),
    (lambda maps: rollout(maps).double(), "✓ heads averaged"),
    (lambda maps: rollout(maps, flip=True), "✗ the first block stands leftmost"),
    (of(lambda maps: maps.mean(2)), "✗ the residual connection is left out"),
    (of(lambda maps: maps.mean(2) + I5), "✗ A + I without the half"),
    (of(lambda maps: (maps.sum(2) + I5) / 2), "✗ the heads are summed"),
    (of(lambda maps: (maps.amax(2) + I5) / 2), "✗ the heads' largest is taken"),
    (lambda maps: half(maps).mean(1), "✗ that is the mean of the blocks"),
    (lambda maps: half(maps)[:, -1], "✗ that is the last block alone"),
    (lambda maps: half(maps).prod(1), "✗ the tables are multiplied number by"),
    (lambda maps: rollout(maps).mT, "✗ that is turned on its side"),
    (lambda maps: rollout(maps) ** 2, "✗ its rows should sum to 1; one is off"),
    (lambda maps: rollout(maps).roll(1, 1), "✗ its rows sum to 1, but it is another"),
    (half, "✗ shape (2, 3, 5, 5) where (2, 5, 5) is asked: the blocks"),
    (lambda maps: maps[:, 0], "✗ shape (2, 4, 5, 5) where (2, 5, 5) is asked: the h"),
    (lambda maps: rollout(maps)[0], "✗ shape (5, 5) where (2, 5, 5) is asked: that"),
    (lambda maps: rollout(maps)[:, 0], "✗ shape (2, 5) where (2, 5, 5) is asked: "),
    (lambda maps: maps @ torch.eye(3), "✗ the function stopped with RuntimeError"),
    (lambda maps: 7, "✗ a tensor is asked, got int"),
]


def distance(weights, grid, side, power=2.0):
    """By loops."""
    rows, columns = grid
    total = 0.0
    for i in range(rows * columns):
        row = weights[1 + i, 1:] / weights[1 + i, 1:].sum()
        for j in range(rows * columns):
            down = abs(i // columns - j // columns) * side
            across = abs(i % columns - j % columns) * side
            total += row[j] * (down**power + across**power) ** (1 / power)
    return total / (rows * columns)


def unscaled(weights, grid, side):
    """Rows that do not sum to 1."""
    places = torch.cartesian_prod(*map(torch.arange, grid)).float() * side
    return (weights[1:, 1:] * torch.cdist(places, places)).sum(1).mean()


def squared(weights, grid, side):
    """Squares of distances."""
    places = torch.cartesian_prod(*map(torch.arange, grid)).float() * side
    shares = F.normalize(weights[1:, 1:], p=1, dim=1)
    return (shares * torch.cdist(places, places) ** 2).sum(1).mean()


DISTANCES = [
    (lambda weights, grid, side: None, "… no answer yet"),
    (distance, "✓ how far a head looks"),
    (unscaled, "✗ a grid of (2, 3), patches of 4: … scale each row to sum to 1"),
    (
        lambda w, grid, side: distance(w, grid, 1),
        "✗ a grid of (2, 3), patches of 4: … that is in patches",
    ),
    (
        lambda w, grid, side: distance(w, grid[::-1], side),
        "✗ a grid of (2, 3) … rows and columns",
    ),
    (
        lambda w, grid, side: distance(w, grid, side, 1.0),
        "✗ a grid of (2, 3) … by the street",
    ),
    (squared, "✗ a grid of (2, 3) … the squares of the distances"),
    (
        lambda w, grid, side: distance(w.mT, grid, side),
        "✗ a grid of (2, 3) … over the queries",
    ),
    (
        lambda w, grid, side: distance(w.roll((1, 1), (0, 1)), grid, side),
        "✗ a grid of (2, 3) … the last to",
    ),
    (
        lambda w, grid, side: 6 * distance(w, grid, side),
        "✗ a grid of (2, 3) … that is the sum over",
    ),
    (lambda w, grid, side: 1.0, "✗ a grid of (2, 3), patches of 4: 1.000 pixels; it"),
    (lambda w, grid, side: w, "✗ shape (7, 7) where () is asked"),
    (lambda w, grid, side: w[:, 9], "✗ the function stopped with IndexError"),
]


test_what_is_said = said_to(
    {exercises.check_rollout: ROLLOUTS, exercises.check_distance: DISTANCES}
)
