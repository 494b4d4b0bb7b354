"""How batch, rate and warm-up scale: a small ViT on digits, at equal epochs.

The model and its recipe are those of ``bench.training``, whose rate was chosen for
batches of 128: ``KNOWN``. Larger batches make fewer steps of as many epochs. For the
largest, of all images at once, the warm-up is left out as well.
"""

import torch

from bench.encoder import xavier
from bench.position import line
from bench.training import CONFIG, RECIPE
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import Recipe, train

EPOCHS, SEEDS = 40, 3
KNOWN = RECIPE["batch_size"]
BATCHES = (32, 64, 128, 256, 512, 1347)
RULES = {"kept": 0.0, "root": 0.5, "linear": 1.0}  # the rate grows as batch to this
SETTINGS = [  # batch, rule and warm-up
    (batch, rule, warm_up)
    for warm_up in (Recipe.warm_up, 0.0)
    for batch in BATCHES
    for rule in RULES
    if (warm_up or batch == BATCHES[-1]) and (batch != KNOWN or rule == "kept")
]


def rate(batch: int, rule: str) -> float:
    """The highest learning rate of a batch by a rule."""
    return RECIPE["lr"] * (batch / KNOWN) ** RULES[rule]


def history(batch: int, rule: str, warm_up: float, seed: int, epochs=EPOCHS) -> list:
    """Each epoch's loss and test accuracy."""
    torch.manual_seed(seed)
    model = ViT(CONFIG).apply(xavier)
    changes = {"batch_size": batch, "lr": rate(batch, rule), "warm_up": warm_up}
    options = RECIPE | changes | {"epochs": epochs, "seed": seed}
    return train(model, *digits("train"), digits("test"), **options)


def row(batch: int, rule: str, warm_up: float) -> dict:
    """Where trainings from each seed end, and the loss of one of a single epoch."""
    ends = [history(batch, rule, warm_up, seed)[-1] for seed in range(SEEDS)]
    (short,) = history(batch, rule, warm_up, 0, epochs=1)
    found = {"batch": batch, "rule": rule, "warm_up": warm_up}
    for what in ("accuracy", "loss"):
        found[what] = [round(end[what], 6) for end in ends]
    name = f"batch {batch}, {rule}, warm-up {warm_up:.0%}"
    print(line(name, found["accuracy"]), flush=True)
    return found | {"short": round(short["loss"], 6)}


def main() -> list[dict]:
    """Train at each setting from each seed; print and return where that ends."""
    torch.set_num_threads(1)
    print(f"Per cent of 450 test images right after {EPOCHS} epochs: mean, and each of")
    print(f"{SEEDS} seeds; the rate is {RECIPE['lr']:g} for batches of {KNOWN}")
    return [row(*setting) for setting in SETTINGS]
