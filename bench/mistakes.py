"""Whether shapes, or a falling loss, show that a small ViT has a mistake in it.

Each of the ViTs of ``vitlib.mistakes.broken`` is trained as the right one is, which
comes first. All else is as in ``bench.position``, with fewer epochs.
"""

import statistics

import torch

from bench.position import RATE, SMALL, line
from vitlib.data import digits
from vitlib.mistakes import broken, broken_keys, examine
from vitlib.model import ViT
from vitlib.training import train

SEEDS = 1  # it is about falling at all
RECIPE = {"epochs": 10, "jitter": 0.0}
RIGHT = ""  # the key of the model without a mistake


def made(key: str) -> ViT:
    """The right model, or one with a mistake."""
    return broken(key, SMALL) if key else ViT(SMALL)


def trained(key: str, seed: int) -> dict[str, list[float]] | None:
    """Each epoch's loss and accuracy; nothing if the training stops with an error."""
    torch.manual_seed(seed)
    options = {"lr": RATE, "seed": seed, **RECIPE}
    try:
        epochs = train(made(key), *digits("train"), digits("test"), **options)
    except (RuntimeError, FloatingPointError):
        return None
    names = ("loss", "accuracy")
    return {name: [round(epoch[name], 6) for epoch in epochs] for name in names}


def shape_is_right(key: str) -> bool:
    """Whether the logits of four images have the shape that they should have."""
    images = digits("test")[0][:4]
    with torch.no_grad():
        return made(key)(images).shape == ViT(SMALL)(images).shape


def main() -> list[dict]:
    """Train each from each seed, and print and return how it went."""
    torch.set_num_threads(1)
    print("Last loss, and per cent of 450 test images right")
    results = []
    for key in (RIGHT, *broken_keys(SMALL)):
        runs = [trained(key, seed) for seed in range(SEEDS)]
        runs = [] if None in runs else runs
        found = examine(made(key), SMALL.image_size, SMALL.in_chans)
        last = {n: [run[n][-1] for run in runs] for n in ("loss", "accuracy")}
        words = f"loss {statistics.mean(last['loss']):.2f}" if runs else "stops"
        print(words, line(key, last["accuracy"] or [0]), flush=True)
        row = {"mistake": key, "shape": shape_is_right(key), "runs": runs}
        results.append(row | {"found by": [finding.check for finding in found]})
    return results
