"""What a small ViT learns by what stands between its last block and the loss.

What its head reads, the class token or a mean, is compared in ``bench.class_token``.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from bench.position import RATE, RECIPE, SEEDS, SMALL, line
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import train

RATES = {RATE: SEEDS, RATE / 4: 3}  # and from how many seeds at each


class Softmaxed(ViT):
    """A ViT that hands on probabilities, from which the loss takes softmax again."""

    def forward(self, images: Tensor) -> Tensor:
        """Shares of 1: (B, C, H, W) → (B, K)."""
        return super().forward(images).softmax(dim=1)


def without_norm() -> ViT:
    """A ViT whose head reads the stream as the last block leaves it."""
    model = ViT(SMALL)
    model.norm = nn.Identity()
    return model


def zero_head() -> ViT:
    """A ViT whose head starts at zero, as in the paper's code."""
    model = ViT(SMALL)
    nn.init.zeros_(model.head.weight)
    return model


WAYS: dict[str, Callable[[], ViT]] = {
    "the chapter's head": lambda: ViT(SMALL),
    "final norm left out": without_norm,
    "softmax before the loss": lambda: Softmaxed(SMALL),
    "head started at zero": zero_head,
}


def history(make: Callable[[], ViT], rate: float, seed: int) -> list[dict]:
    """Each epoch's mean loss, and the share of the test images that is read rightly."""
    torch.manual_seed(seed)
    options = {"lr": rate, "seed": seed, **RECIPE}
    return train(make(), *digits("train"), digits("test"), **options)


def main() -> list[dict]:
    """Train in each way, at each rate, from each seed; print and return epochs."""
    torch.set_num_threads(1)
    print("Per cent of 450 test images right: mean, and each of the seeds")
    results = []
    for rate, seeds in RATES.items():
        for name, make in WAYS.items():
            found = [history(make, rate, seed) for seed in range(seeds)]
            case = {"head": name, "rate": rate}
            for what in ("accuracy", "loss"):
                runs = [[round(epoch[what], 6) for epoch in run] for run in found]
                case[what] = runs
            last = [run[-1] for run in case["accuracy"]]
            print(line(f"{name}, rate {rate:g}", last), flush=True)
            results.append(case)
    return results
