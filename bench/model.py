"""How fast the model is beside timm's, and how much of that is matrix products.

Both take turns in one process, on one thread, with the same weights, images and
optimizer. Times are the processor's, so that other processes matter little; ratios are
taken round by round. The floor is the time that the products of vitlib's own pass take
at the rate at which this machine multiplies large matrices.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import torch
import torch.nn.functional as F

from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.cost import multiply_adds

ROUNDS = 21
SHORTEST = 0.1  # seconds that a measurement lasts at least
DIGITS = ViTConfig(8, 2, 1, 10, embed_dim=48, depth=4, num_heads=4)
MOUNTAINS = ViTConfig((60, 100), 20, 1, 10, embed_dim=768, depth=2, num_heads=12)
Run = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A model, a batch, and the ratio to timm's time that is aimed at."""

    name: str
    config: ViTConfig
    batch: int
    trained: bool
    goal: float


CASES = [
    Case("B/16, forward", CONFIGS["B/16"], 1, False, 0.94),
    Case("B/16, training", CONFIGS["B/16"], 2, True, 0.98),
    Case("8 × 8, forward", DIGITS, 128, False, 0.82),
    Case("8 × 8, training", DIGITS, 128, True, 0.72),
    Case("60 × 100, forward", MOUNTAINS, 13, False, 0.70),
    Case("60 × 100, training", MOUNTAINS, 13, True, 0.72),
]


def forward(model: torch.nn.Module, images: torch.Tensor) -> Run:
    """A pass without gradients."""

    def run() -> torch.Tensor:
        with torch.inference_mode():
            return model(images)

    model.eval()
    return run


def training_step(model: torch.nn.Module, images: torch.Tensor) -> Run:
    """A step of fused AdamW, whatever it learns."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    labels = torch.zeros(len(images), dtype=torch.long)

    def run() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()

    model.train()
    return run


def models(config: ViTConfig) -> dict[str, torch.nn.Module]:
    """This book's model and timm's, with the same weights."""
    from tests.peers import timm_vit  # here, since other benchmarks need no timm

    theirs, ours = timm_vit(config), ViT(config)
    ours.load_state_dict(theirs.state_dict())
    return {"vitlib": ours, "timm": theirs}


def seconds(run: Run, calls: int) -> float:
    """The processor's seconds for one of so many calls."""
    start = time.process_time()
    for _ in range(calls):
        run()
    return (time.process_time() - start) / calls


def in_turn(runs: dict[str, Run], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each, round by round, each being the first in every other round."""
    for run in runs.values():
        run()
    calls = 1 + int(SHORTEST / max(seconds(run, 1) for run in runs.values()))
    times = {name: [] for name in runs}
    for number in range(rounds):
        for name in list(runs)[:: 1 if number % 2 else -1]:
            times[name].append(seconds(runs[name], calls))
    return times


def quartiles(times: list[float], base: list[float]) -> tuple[float, float, float]:
    """Of the ratios of two lists, round by round."""
    ratios = [a / b for a, b in zip(times, base, strict=True)]
    return tuple(statistics.quantiles(ratios, n=4))


def products_a_second(side: int = 1024) -> float:
    """Multiply-adds of large matrices that this machine does in a second, at best."""
    a, b = torch.rand(2, side, side)
    return side**3 / min(seconds(lambda: a @ b, 3) for _ in range(10))


def floor(case: Case, rate: float) -> float:
    """Seconds that the matrix products of one run take at a rate.

    Training takes three times as many: in the gradients of both factors, too. The
    images' own is not asked for.
    """
    parts = multiply_adds(case.config, class_row=True)
    once = sum(parts.values())
    products = 3 * once - parts["patch_embed"] if case.trained else once
    return case.batch * products / rate


def compare(case: Case, rate: float) -> dict:
    """Measure a case, and print its line of the table."""
    size = case.config.image_size
    height, width = size if isinstance(size, tuple) else (size, size)
    images = torch.rand(case.batch, case.config.in_chans, height, width)
    prepare = training_step if case.trained else forward
    runs = {name: prepare(m, images) for name, m in models(case.config).items()}
    times = in_turn(runs)
    low, middle, high = quartiles(times["vitlib"], times["timm"])
    ours, theirs = (statistics.median(times[name]) for name in runs)
    lowest = floor(case, rate) / theirs
    print(
        f"{case.name:20}{case.batch:5}{ours * 1e3:10.2f} ms{theirs * 1e3:10.2f} ms"
        f"{middle:8.3f} ({low:.3f} to {high:.3f}){case.goal:7.2f}{lowest:9.3f}",
        flush=True,
    )
    ratios = {"ratio": [low, middle, high], "goal": case.goal, "floor": lowest}
    return {"case": case.name, "seconds": [ours, theirs], **ratios}


def main() -> list[dict]:
    """Measure each case, and print ratios with quartiles, goals and floors."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rate = products_a_second()
    print(f"vitlib and timm {version('timm')}: {ROUNDS} rounds in turn, one thread,")
    print(f"the processor's time; {rate / 1e9:.1f} G multiply-adds a second at best")
    print(
        f"{'':20}{'batch':>5}{'vitlib':>13}{'timm':>13}"
        f"{'ratio (quartiles)':>25}{'goal':>7}{'floor':>9}"
    )
    return [compare(case, rate) for case in CASES]
