"""Chapter 11. Checks of the exercises."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib.checks import Grid
from vitlib.show.exercises import called, numbers, right, shaped, wrong
from vitlib.show.exercises.attention_slips import slip
from vitlib.show.exercises.inspection_slips import (
    centres,
    in_coverings,
    in_distances,
    in_rollouts,
    in_similarities,
    mean_distance,
    multiplied,
)

MAPS = (2, 3, 4, 5, 5)  # (B, L, h, T, T) of the rollout that is tried
CASES = (((2, 3), 4), ((3, 2), 1))  # grids, and patch sizes in pixels
SHARES = (3, 6)  # (B, N) of the maps in whose order patches go
TABLE = (1, 7, 8)  # (1, N+1, D) of the positions


def drawn(*shape: int, seed: int = 11) -> Tensor:
    """The same random numbers each time."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator)


@torch.no_grad()
def check_rollout(rollout: Callable[[Tensor], Tensor]) -> None:
    """A function (maps (B, L, h, T, T)) → (B, T, T)."""
    maps = (2 * drawn(*MAPS)).softmax(dim=-1)
    result = called(rollout, maps, hint=". maps is (2, 3, 4, 5, 5): B, L, h, T, T.")
    tokens = MAPS[-1]
    hints = {
        MAPS[:2] + MAPS[3:]: "the blocks are still apart; multiply them",
        MAPS[:1] + MAPS[2:]: "the heads are still apart; average them first",
        (tokens, tokens): "that is one image; each of the batch has its own",
        (MAPS[0], tokens): "that is one row; rollout is a table",
    }
    result = shaped(result, (MAPS[0], tokens, tokens), hints)
    if result is None:
        return
    steps = (maps.mean(dim=2) + torch.eye(tokens)) / 2
    wanted = multiplied(steps)
    if torch.allclose(result, wanted, 1e-4, 1e-6):
        return right("heads averaged, half of each row kept, the last block leftmost.")
    off = (result.sum(dim=-1) - 1).abs().max().item()
    more = "its rows sum to 1, but it is another table."
    if off > 1e-3:
        more = f"its rows should sum to 1; one is off by {off:.2g}."
    wrong(slip(result, in_rollouts(maps)) or more)


@torch.no_grad()
def check_distance(distance: Callable[[Tensor, Grid, int], float]) -> None:
    """A function (weights (N+1, N+1), grid, patch size) → pixels."""
    for grid, side in CASES:
        weights = (2 * drawn(7, 7, seed=side)).softmax(dim=-1)
        hint = f". weights is (7, 7), the grid {grid}, with the class token first."
        found = numbers(called(distance, weights, grid, side, hint=hint), ())
        if found is None:
            return
        places = centres(grid) * side
        wanted = mean_distance(weights, torch.cdist(places, places)).item()
        if abs(found.item() - wanted) <= 1e-4 * wanted:
            continue
        words = slip(found.float(), in_distances(weights, grid, side), 1e-4)
        said = f"a grid of {grid}, patches of {side}: {found.item():.3f} pixels"
        return wrong(f"{said}; {words or f'it is {wanted:.3f}.'}")
    right("how far a head looks, in pixels, whatever the class token gets.")


def check_covered(covered: Callable[[Tensor, int], Tensor]) -> None:
    """A function (map (B, N), count) → booleans (B, N), True where a patch goes."""
    shares = drawn(*SHARES)
    for count in (2, 4):
        result = called(covered, shares.clone(), count)
        hints = {(SHARES[0], count): "those are places; True or False for each patch"}
        result = shaped(result, SHARES, hints)
        if result is None:
            return
        highest = shares.argsort(dim=1, descending=True)[:, :count]
        wanted = torch.zeros(SHARES).scatter(1, highest, 1.0)
        if torch.equal(result, wanted):
            continue
        slips = in_coverings(shares, count).items()
        words = slip(result, {said: other.float() for said, other in slips})
        sums = result.sum(dim=1).int().tolist()
        more = f"{sums} patches go, and not each image's highest {count}."
        return wrong(f"count {count}: {words or more}")
    right("each image loses its own highest, as many as asked.")


@torch.no_grad()
def check_similarity(similarity: Callable[[Tensor], Tensor]) -> None:
    """A function (pos_embed (1, N+1, D)) → cosines of the patches' rows, (N, N)."""
    table = drawn(*TABLE) + 0.5
    result = called(similarity, table, hint=". pos_embed is (1, 7, 8).")
    count = TABLE[1] - 1
    hints = {
        (
            count + 1,
            count + 1,
        ): "the class token's position is among them; leave it out",
        (1, count, count): "one axis too many: pos_embed[0] takes the table itself",
        (TABLE[2], TABLE[2]): "that compares features; rows @ rows.mT compares rows",
    }
    result = shaped(result, (count, count), hints)
    if result is None:
        return
    rows = F.normalize(table[0, 1:], dim=1)
    if torch.allclose(result, rows @ rows.mT, 1e-4, 1e-5):
        return right("ones on the diagonal, and no length counts, only direction.")
    diagonal = result.diagonal()
    more = f"each row is itself, so 1 on the diagonal; got {diagonal[0]:.3f} there."
    if torch.allclose(diagonal, torch.ones(count), 1e-4):
        more = "the diagonal is right, the rest is not: other rows?"
    wrong(slip(result, in_similarities(table), 1e-4) or more)
