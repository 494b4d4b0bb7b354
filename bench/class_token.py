"""How well a small ViT reads digits, by the rows from which its head reads them.

Appendix D.3 of the paper found the class token and the mean equally good, each at a
learning rate of its own: hence two rates, one four times the other.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from bench.position import SEEDS, SMALL, line, scores
from vitlib.model import ViT

RATES = (2e-3, 8e-3)  # on either side of the one in ``bench.position``


class MeanOfAll(ViT):
    """A ViT whose head reads the mean of all rows, the class token's among them."""

    def forward(self, images: Tensor) -> Tensor:
        """Logits: (B, C, H, W) → (B, K)."""
        return self.head(self.forward_features(images).mean(dim=1))


READ: dict[str, Callable[[], ViT]] = {
    "class token": lambda: ViT(SMALL),
    "mean of the patches": lambda: ViT(SMALL, pool="mean"),
    "mean of all rows": lambda: MeanOfAll(SMALL),
}


def main() -> list[dict]:
    """Train in each way, at each rate, from each seed; print and return accuracies."""
    torch.set_num_threads(1)
    print(f"Per cent of 450 test images right: mean, and each of {SEEDS} seeds")
    results = []
    for name, make in READ.items():
        for rate in RATES:
            found = scores(make, rate)
            print(line(f"{name}, rate {rate}", found), flush=True)
            results.append({"read": name, "rate": rate, "accuracy": found})
    return results
