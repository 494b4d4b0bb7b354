"""How well a small ViT reads digits, by what it is told of where a patch stands.

Everything else is the same. Size, epochs, rate and jitter were chosen with learned
positions and a quarter of the training images set aside, not with the test images.
"""

import statistics
from collections.abc import Callable
from dataclasses import replace

import torch

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.position import sinusoidal_grid_encoding
from vitlib.training import DIGITS, accuracy, train

SEEDS = 5  # of the first weights, the order of the images and their jitter
SMALL = replace(DIGITS, embed_dim=32, depth=2)
RECIPE = {"epochs": 60, "jitter": 0.5}
RATE = 4e-3  # the highest learning rate


def on_a_grid() -> ViT:
    """A ViT whose fixed table tells row and column; the class token's row is zero."""
    model = ViT(SMALL, pos_embed="sinusoidal")
    grid = sinusoidal_grid_encoding(*model.patch_embed.grid_size, SMALL.embed_dim)
    model.pos_embed.copy_(torch.cat([torch.zeros(1, SMALL.embed_dim), grid])[None])
    return model


WAYS: dict[str, Callable[[], ViT]] = {
    "none": lambda: ViT(SMALL, pos_embed="none"),
    "1-D sinusoid": lambda: ViT(SMALL, pos_embed="sinusoidal"),
    "2-D sinusoid": on_a_grid,
    "learned, from 0.02": lambda: ViT(SMALL, pos_embed_std=0.02),
    "learned, from 0.5": lambda: ViT(SMALL, pos_embed_std=0.5),
}


def scores(make: Callable[[], ViT], rate: float) -> list[float]:
    """Share of the test images that is read rightly, after training from each seed."""
    found = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        model = make()
        train(model, *digits("train"), lr=rate, seed=seed, **RECIPE)
        found.append(round(accuracy(model, *digits("test")), 6))
    return found


def line(name: str, found: list[float]) -> str:
    """A row of the table: the mean, and all of them, in per cent."""
    each = " ".join(f"{100 * score:6.2f}" for score in found)
    return f"{name:30}{100 * statistics.mean(found):8.2f}    {each}"


def main() -> list[dict]:
    """Train in each way from each seed, and print and return the accuracies."""
    torch.set_num_threads(1)
    print(f"Per cent of 450 test images right: mean, and each of {SEEDS} seeds")
    results = []
    for name, make in WAYS.items():
        found = scores(make, RATE)
        print(line(name, found), flush=True)
        results.append({"position": name, "rate": RATE, "accuracy": found})
    return results
