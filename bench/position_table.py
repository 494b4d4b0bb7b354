"""How long the table of sinusoidal positions takes, with and without loops."""

import math
import statistics
from collections.abc import Callable

import torch
from torch import Tensor

from bench.patches import measured
from vitlib.position import sinusoidal_position_encoding

SIZES = [(17, 48), (197, 768)]  # of the digits' model, and of ViT-B at 224 pixels


def by_loops(num_tokens: int, dim: int) -> Tensor:
    """Number by number, as the formula says it."""
    table = torch.zeros(num_tokens, dim)
    for n in range(num_tokens):
        for i in range(dim // 2):
            angle = n / 10_000 ** (2 * i / dim)
            table[n, 2 * i] = math.sin(angle)
            table[n, 2 * i + 1] = math.cos(angle)
    return table


def compared(size: tuple[int, int]) -> dict:
    """Milliseconds of both ways, and how many times as long the loops take."""
    ways: dict[str, Callable[[], Tensor]] = {
        "vitlib": lambda: sinusoidal_position_encoding(*size),
        "loops": lambda: by_loops(*size),
    }
    assert torch.allclose(ways["vitlib"](), ways["loops"](), atol=1e-6)
    times = measured(ways, rounds=7)
    pairs = zip(times["loops"], times["vitlib"], strict=True)
    quartiles = statistics.quantiles([a / b for a, b in pairs], n=4)
    milliseconds = {name: 1e3 * statistics.median(times[name]) for name in ways}
    return {"size": size, "milliseconds": milliseconds, "times": quartiles}


def main() -> list[dict]:
    """Measure both sizes, and print medians and quartiles."""
    torch.set_num_threads(1)
    print("The sinusoidal table: 7 rounds in turn, one thread, median (quartiles)")
    results = [compared(size) for size in SIZES]
    for result in results:
        rows, columns = result["size"]
        ours, loops = result["milliseconds"].values()
        low, middle, high = result["times"]
        print(f"{rows:,} × {columns}: {ours:.2f} ms, by loops {loops:,.0f} ms,", end="")
        print(f" {middle:.0f} ({low:.0f} to {high:.0f}) times as long")
    return results
