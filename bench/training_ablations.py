"""What a small ViT loses or gains by one change of its shape or of its recipe.

All else is as in ``bench.position``, which compares positions, as ``bench.class_token``
does pooling. Without a change it is trained in ``bench.head``, at two rates, whose rows
``recorded`` puts beside these.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import fields, replace
from pathlib import Path

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from bench.position import RATE, RECIPE, SMALL, line
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import Recipe, train

HERE = Path(__file__).parent
RECORD = HERE / "training_ablations.json"
SEEDS = 3
RATES = (RATE / 4, RATE, 4 * RATE, 16 * RATE)
WARM_UPS = (0.0, Recipe.warm_up, 0.3)
# By ``bench.head``, in which nothing else is changed either
KNOWN = {(RATE / 4, Recipe.warm_up), (RATE, Recipe.warm_up)}
EVERYWHERE = "of all"  # the parameters: biases, norms and positions too
NO_CLIPPING = 1e9  # longer than any gradient
Change = dict[str, float]  # of a ``ViTConfig`` or a ``Recipe``, by the field's name

CHANGES: dict[str, dict[str, Change]] = {
    "patch": {f"{p}": {"patch_size": p} for p in (4, 1)},
    "heads": {f"{n}": {"num_heads": n} for n in (1, 2, 8)},
    "depth": {f"{n}": {"depth": n} for n in (1, 4)},
    "jitter": {"none": {"jitter": 0.0}},
    "smoothing": {"none": {"label_smoothing": 0.0}},
    "clipping": {"none": {"max_norm": NO_CLIPPING}},
    "decay": {
        "none": {"weight_decay": 0.0},
        "ten times": {"weight_decay": 10 * Recipe.weight_decay},
        EVERYWHERE: {},
        f"ten times, {EVERYWHERE}": {"weight_decay": 10 * Recipe.weight_decay},
    },
    "rate": {
        f"{rate:g}, warm-up {warm_up:.0%}": {"lr": rate, "warm_up": warm_up}
        for rate in RATES
        for warm_up in WARM_UPS
        if (rate, warm_up) not in KNOWN
    },
}


@contextmanager
def decay_everywhere() -> Iterator[None]:
    """Let every parameter decay that an optimizer has, whatever its group says."""

    def alike(optimizer: torch.optim.Optimizer, *_) -> None:
        most = max(group["weight_decay"] for group in optimizer.param_groups)
        for group in optimizer.param_groups:
            group["weight_decay"] = most

    handle = register_optimizer_step_pre_hook(alike)
    try:
        yield
    finally:
        handle.remove()


def trained(change: Change, seed: int, everywhere: bool = False, **more) -> list[dict]:
    """Each epoch's loss and test accuracy of a small ViT with a change."""
    shape = {field.name for field in fields(SMALL)}
    config = replace(SMALL, **{k: v for k, v in change.items() if k in shape})
    recipe = {k: v for k, v in change.items() if k not in shape}
    torch.manual_seed(seed)
    options = {"lr": RATE, "seed": seed, **RECIPE, **recipe, **more}
    with decay_everywhere() if everywhere else nullcontext():
        return train(ViT(config), *digits("train"), digits("test"), **options)


def case(what: str, setting: str, change: Change) -> dict:
    """A row of the record: the last accuracy and loss from each seed.

    And the loss of a training of one epoch, which a test can make again.
    """
    everywhere = EVERYWHERE in setting
    (short,) = trained(change, 0, everywhere, epochs=1)
    runs = [trained(change, seed, everywhere)[-1] for seed in range(SEEDS)]
    found = {
        kind: [round(run[kind], 6) for run in runs] for kind in ("accuracy", "loss")
    }
    print(line(f"{what} {setting}", found["accuracy"]), flush=True)
    found["short"] = round(short["loss"], 6)
    return {"what": what, "setting": setting, "change": change, **found}


def kept() -> list[dict]:
    """The rows of the record of which ``CHANGES`` still says the same."""
    if not RECORD.exists():
        return []
    rows = json.loads(RECORD.read_text("utf-8"))["results"]
    return [
        r for r in rows if CHANGES.get(r["what"], {}).get(r["setting"]) == r["change"]
    ]


def recorded() -> list[dict]:
    """All rows of this record, and those of ``bench.head`` that belong to it."""
    rows = kept()
    others = json.loads((HERE / "head.json").read_text("utf-8"))["results"]
    for other in others:
        if other["head"] == "the chapter's head":
            rate = other["rate"]
            last = {k: [run[-1] for run in other[k]] for k in ("accuracy", "loss")}
            change = {"lr": rate, "warm_up": Recipe.warm_up}
            setting = f"{rate:g}, warm-up {Recipe.warm_up:.0%}"
            rows.append({"what": "rate", "setting": setting, "change": change} | last)
    return rows


def main() -> list[dict]:
    """Train with each change from each seed, and print and return what comes of it.

    Rows that are recorded are kept: to train one anew, take it out of the record.
    """
    torch.set_num_threads(1)
    print(f"Per cent of 450 test images right: mean, and each of {SEEDS} seeds")
    known = {(row["what"], row["setting"]): row for row in kept()}
    return [
        known.get((what, setting)) or case(what, setting, change)
        for what, settings in CHANGES.items()
        for setting, change in settings.items()
    ]
