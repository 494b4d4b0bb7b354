"""What trainings do to images they learn from and to others, epoch by epoch.

One model is too small; one has the size of that which chapter 10 trains; and the same
one learns 200 images by heart, shown always as they are, without smoothing or decay.
The fourth is of the shipped model's shape and start, trained for a fifth of its epochs.
"""

from dataclasses import dataclass, field, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from bench import training
from bench.encoder import xavier
from bench.training_data import some
from vitlib.data import digits
from vitlib.encoder import ViTConfig
from vitlib.model import ViT
from vitlib.training import DIGITS, train

SEEDS = 3
CONFIG = replace(training.CONFIG, embed_dim=64, depth=2, num_heads=4)
RECIPE = {"epochs": 32, "lr": 4e-3, "jitter": 0.75}


@dataclass(frozen=True)
class Case:
    """A model, the changes to its recipe, and from how many images it learns."""

    config: ViTConfig = CONFIG
    recipe: dict[str, float] = field(default_factory=lambda: RECIPE)
    images: int = 1347
    xavier: bool = True  # where its weights start, else at std 0.02


CARELESS = {"jitter": 0.0, "label_smoothing": 0.0, "weight_decay": 0.0}
CASES = {
    "too small": Case(replace(CONFIG, embed_dim=8, depth=1)),
    "large enough": Case(),
    "200 images, no care": Case(recipe=RECIPE | CARELESS | {"epochs": 96}, images=200),
    "digits_model": Case(DIGITS, {"epochs": 40}, xavier=False),
}


class Watched(ViT):
    """A ViT that keeps what it says when it is not in training."""

    def __init__(self, config: ViTConfig):
        super().__init__(config)
        self.said: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        """Logits: (B, C, H, W) → (B, K)."""
        logits = super().forward(images)
        if not self.training:
            self.said.append(logits)
        return logits


def history(case: Case, seed: int) -> dict[str, list[float]]:
    """The loss in training, and loss and accuracy on both parts, by epoch.

    In training the loss is of moved images and smoothed labels, as the case has them;
    both parts are looked at as they are, after each epoch.
    """
    (images, labels), test = digits("train"), digits("test")
    known = some(labels, case.images, seed)
    images, labels = images[known], labels[known]
    torch.manual_seed(seed)
    model = Watched(case.config)
    if case.xavier:
        model.apply(xavier)
    both = torch.cat([images, test[0]]), torch.cat([labels, test[1]])
    run = train(model, images, labels, both, seed=seed, **case.recipe)
    said = torch.cat(model.said).unflatten(0, (len(run), -1))  # (epochs, N + 450, K)
    found = {"loss": [epoch["loss"] for epoch in run]}
    parts = {"train": slice(None, len(known)), "test": slice(len(known), None)}
    for part, where in parts.items():
        right = both[1][where]
        logits = said[:, where]  # (epochs, N or 450, K)
        hits = (logits.argmax(dim=2) == right).double()
        found[f"{part} accuracy"] = hits.mean(dim=1).tolist()
        losses = [F.cross_entropy(each, right).item() for each in logits]
        found[f"{part} loss"] = losses
    return {what: [round(x, 5) for x in values] for what, values in found.items()}


def short(case: Case) -> dict[str, list[float]]:
    """The same of a training of one epoch, which a test can make again."""
    return history(replace(case, recipe=case.recipe | {"epochs": 1}), seed=0)


def main() -> list[dict]:
    """Train each case from each seed, print where it ends, and return all epochs."""
    torch.set_num_threads(1)
    print("Per cent right of the images learned from, and of 450 others, by seed")
    results = []
    for name, case in CASES.items():
        runs = [history(case, seed) for seed in range(SEEDS)]
        ends = [(run["train accuracy"][-1], run["test accuracy"][-1]) for run in runs]
        words = "   ".join(f"{a:7.2%} {b:7.2%}" for a, b in ends)
        print(f"{name:24}{words}", flush=True)
        results.append({"case": name, "images": case.images, "runs": runs})
        results[-1]["short"] = short(case)
    return results
