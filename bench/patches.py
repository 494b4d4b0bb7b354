"""How long it takes to cut images into patches, in four ways."""

import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib import patchify

ROUNDS = 25
SHORTEST = 0.01  # seconds that a measurement lasts at least
CASES = [((128, 1, 28, 28), 7), ((8, 3, 224, 224), 16)]
Cut = Callable[[], Tensor]


def by_loops(images: Tensor, size: int) -> Tensor:
    """Patch by patch, with scissors."""
    _, _, height, width = images.shape
    corners = [(r, c) for r in range(0, height, size) for c in range(0, width, size)]
    cut = [
        torch.stack([i[:, r : r + size, c : c + size].flatten() for r, c in corners])
        for i in images
    ]
    return torch.stack(cut)


def ways(images: Tensor, size: int) -> dict[str, Cut]:
    """Functions that all return the same patches."""
    length = images.shape[1] * size**2
    kernels = torch.eye(length).reshape(length, images.shape[1], size, size)
    return {
        "patchify": lambda: patchify(images, size),
        "unfold": lambda: (
            F.unfold(images, size, stride=size).transpose(1, 2).contiguous()
        ),
        "convolution": lambda: (
            F.conv2d(images, kernels, stride=size)
            .flatten(2)
            .transpose(1, 2)
            .contiguous()
        ),
        "loops": lambda: by_loops(images, size),
    }


def seconds(cut: Cut, calls: int) -> float:
    """Seconds that one of so many calls takes."""
    start = time.perf_counter()
    for _ in range(calls):
        cut()
    return (time.perf_counter() - start) / calls


def measured(cuts: dict[str, Cut], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each way, round by round: whatever slows a round down slows all."""
    calls = {name: 1 + int(SHORTEST / seconds(cut, 3)) for name, cut in cuts.items()}
    found = [
        {name: seconds(cut, calls[name]) for name, cut in cuts.items()}
        for _ in range(rounds)
    ]
    return {name: [times[name] for times in found] for name in cuts}


def compared() -> list[dict]:
    """For each case how long each way takes: milliseconds, and times patchify."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    cases = []
    for shape, size in CASES:
        cuts = ways(torch.rand(shape), size)
        expected = cuts["patchify"]()
        assert all(torch.equal(cut(), expected) for cut in cuts.values())
        times = measured(cuts)
        case = {"shape": shape, "patch_size": size, "ways": {}}
        for name in cuts:
            pairs = zip(times[name], times["patchify"], strict=True)
            quartiles = statistics.quantiles([a / b for a, b in pairs], n=4)
            milliseconds = round(statistics.median(times[name]) * 1e3, 3)
            ratios = [round(ratio, 2) for ratio in quartiles]
            case["ways"][name] = {"milliseconds": milliseconds, "times": ratios}
        cases.append(case)
    return cases


def main() -> list[dict]:
    """Measure each way, and print medians and quartiles."""
    cases = compared()
    for case in cases:
        title = " × ".join(map(str, case["shape"]))
        print(f"{title} into patches of {case['patch_size']}: ", end="")
        print(f"{ROUNDS} rounds in turn, one thread")
        print(f"{'':12}{'median':>12}{'times patchify: median (quartiles)':>40}")
        for name, way in case["ways"].items():
            low, middle, high = way["times"]
            ratios = f"{middle:.2f} ({low:.2f} to {high:.2f})"
            print(f"{name:12}{way['milliseconds']:9.3f} ms{ratios:>40}")
    return cases
