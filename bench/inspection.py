"""Whether attention tells what an answer depends on: patches deleted in its order.

The shipped model of the digits, and smaller ones that differ in how their positions
began and how far pictures were moved in training. A patch is covered with paper, as in
a digit's margin, or with the mean training picture.
"""

from dataclasses import replace
from statistics import mean

import torch
from torch import Tensor

from vitlib.data import digits
from vitlib.inspection import (
    attention_maps,
    attention_rollout,
    class_attention,
    correlation,
    deletion,
    nearest_neighbours,
    occlusion,
    position_similarity,
)
from vitlib.model import ViT
from vitlib.patches import patchify
from vitlib.training import DIGITS, accuracy, digits_model, train

SEEDS = 3  # of the first weights, the order of the images and their jitter
SMALL = replace(DIGITS, depth=3)
WAYS = {  # standard deviation of the positions before training, jitter, epochs
    "from 0.02": (0.02, 0.5, 100),
    "from 0.5": (0.5, 0.5, 100),
    "from 0.02, moved twice as far": (0.02, 1.0, 100),
}
BRIEF = {"briefly": (0.5, 0.5, 8)}  # so short that it can be done again at any time
DELETED = 4  # of 16 patches
DRAWS = 10  # random orders
Orders = dict[str, list[Tensor]]


def fills() -> dict[str, float | Tensor]:
    """What a patch can be covered with: 0 is paper."""
    return {"paper": 0.0, "mean picture": digits("train")[0].mean(dim=0)}


def looks(model: ViT, images: Tensor) -> dict[str, Tensor]:
    """Maps of the patches, (B, N) each, that need no label and cover nothing."""
    maps = attention_maps(model, images)  # (B, L, h, N+1, N+1)
    return {
        "rollout": class_attention(attention_rollout(maps)),
        "last layer": class_attention(maps[:, -1].mean(dim=1)),
        "ink": patchify(images, model.config.patch_size).mean(dim=2),
    }


def orders(model: ViT, images: Tensor, occluded: Tensor) -> Orders:
    """In which orders patches go, (B, N) each; at random in several."""
    maps = looks(model, images) | {"occlusion": occluded}
    found = {name: [m.argsort(dim=1, descending=True)] for name, m in maps.items()}
    generator = torch.Generator().manual_seed(0)
    drawn = torch.rand(DRAWS, *occluded.shape, generator=generator)  # (draws, B, N)
    return {
        "rollout": found.pop("rollout"),
        "random": list(drawn.argsort(dim=2)),
        "least rollout": [maps["rollout"].argsort(dim=1)],
        **found,
    }


def deleted(model: ViT, fill: float | Tensor, counts: range) -> dict[str, list]:
    """Accuracy on the test digits without the first patches, by order and count."""
    images, labels = digits("test")
    ways = orders(model, images, occlusion(model, images, labels, fill))
    return {
        name: [
            round(mean(deletion(model, images, labels, o, n, fill) for o in found), 6)
            for n in counts
        ]
        for name, found in ways.items()
    }


def looked_into(model: ViT, counts: range) -> dict:
    """All that is measured of one model, on the test digits."""
    images, labels = digits("test")
    share, chance = nearest_neighbours(position_similarity(model), (4, 4))
    maps = looks(model, images)
    alike = {name: correlation(maps[name], maps["ink"]) for name in list(maps)[:2]}
    return {
        "accuracy": round(accuracy(model, images, labels), 6),
        "neighbours": round(share, 6),
        "by chance": round(chance, 6),
        "like ink": {name: round(r.mean().item(), 4) for name, r in alike.items()},
        "counts": list(counts),
        "deleted": {name: deleted(model, f, counts) for name, f in fills().items()},
    }


def trained(start: float, jitter: float, epochs: int, seed: int) -> ViT:
    """A small ViT that has learned the digits."""
    torch.manual_seed(seed)
    model = ViT(SMALL, pos_embed_std=start)
    train(model, *digits("train"), seed=seed, jitter=jitter, epochs=epochs)
    return model


def measured(ways: dict[str, tuple], seeds: int) -> list[dict]:
    """Train in each way from each seed; print and return what was found."""
    results = []
    for name, recipe in ways.items():
        for seed in range(seeds):
            found = looked_into(trained(*recipe, seed), range(DELETED, DELETED + 1))
            told(f"{name}, seed {seed}", found, 0)
            results.append({"way": name, "seed": seed, **found})
    return results


def told(name: str, found: dict, place: int) -> None:
    """Print a model's accuracy, and what is left of it at one of the counts."""
    print(f"{name}: {found['accuracy']:.1%}, ", end="")
    print(f"neighbours {found['neighbours']:.2f}, like ink {found['like ink']}")
    for fill, ways in found["deleted"].items():
        left = ", ".join(f"{way} {values[place]:.1%}" for way, values in ways.items())
        print(f"  {DELETED} under {fill}: {left}", flush=True)


def main() -> dict:
    """Look into the shipped model, then train others; print and return."""
    torch.set_num_threads(1)
    shipped = looked_into(digits_model(), range(17))
    told("the shipped model", shipped, DELETED)
    brief, runs = measured(BRIEF, 1), measured(WAYS, SEEDS)
    return {"shipped": shipped, "brief": brief, "trained": runs}
