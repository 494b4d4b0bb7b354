"""What vitlib takes on its own: to be imported, to show attention, for many tokens."""

import itertools
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import torch

from bench.model import Run, forward, in_turn, quartiles, seconds
from vitlib import CONFIGS, ViT
from vitlib.attention import Attention

ROUNDS = 15
TOKENS = (784, 3136, 12_544)  # each four times as many as the one before


def importing(module: str) -> Run:
    """A fresh process that imports a module."""
    return lambda: subprocess.run(
        [sys.executable, "-c", f"import {module}"], check=True
    )


def children(run: Run) -> float:
    """The processor's seconds for processes that a call starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def with_maps(model: ViT, images: torch.Tensor) -> tuple[torch.Tensor, list]:
    """Logits, and the weights of every head in every block."""
    x, maps = model.embed(images), []
    for block in model.blocks:
        y, weights = block.attn.forward_with_weights(block.norm1(x))
        x = x + y
        x = x + block.mlp(block.norm2(x))
        maps.append(weights)
    return model.head(model.norm(x)[:, 0]), maps


def report(what: str, ratios: tuple[float, float, float], goal: float) -> dict:
    """Print quartiles of a ratio."""
    low, middle, high = ratios
    print(f"{what}: {middle:.3f} ({low:.3f} to {high:.3f}), goal {goal}", flush=True)
    return {"what": what, "ratio": ratios, "goal": goal}


def imports() -> dict:
    """How much longer it takes to import vitlib than torch alone."""
    runs = {name: importing(name) for name in ("torch", "vitlib")}
    for run in runs.values():
        run()
    rounds = [
        {name: children(run) for name, run in runs.items()} for _ in range(ROUNDS)
    ]
    times = {name: [r[name] for r in rounds] for name in runs}
    ratios = quartiles(times["vitlib"], times["torch"])
    return report("import vitlib / import torch", ratios, goal=1.05)


def maps() -> dict:
    """How much longer B/16 takes when it returns all maps of attention."""
    model, images = ViT(CONFIGS["B/16"]).eval(), torch.rand(1, 3, 224, 224)

    def run() -> None:
        with torch.inference_mode():
            with_maps(model, images)

    times = in_turn({"maps": run, "forward": forward(model, images)}, ROUNDS)
    ratios = quartiles(times["maps"], times["forward"])
    return report("B/16 with all maps / without", ratios, goal=1.15)


def attending(tokens: int) -> Run:
    """Ti's attention among so many tokens."""
    return forward(Attention(192, 3), torch.rand(1, tokens, 192))


def growth() -> dict:
    """How much longer attention takes among four times as many tokens."""
    medians = []
    for run in map(attending, TOKENS):
        medians.append(statistics.median(seconds(run, 1) for _ in range(7)))
    ratios = [b / a for a, b in itertools.pairwise(medians)]
    times = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    print(f"time of {TOKENS} tokens, each to the one before: {times}, goal 17")
    return {"tokens": TOKENS, "seconds": medians, "goal": 17}


def resident(field: str) -> float:
    """MiB of memory that Linux says this process holds, or has held at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def extra() -> None:
    """Print the memory that attention takes beside its input; in a fresh process."""
    torch.set_num_threads(1)
    attending(64)()
    run = attending(TOKENS[-1])
    Path("/proc/self/clear_refs").write_text("5")  # forget what was held at most
    before = resident("VmRSS")
    run()
    print(f"{TOKENS[-1]} tokens take {resident('VmHWM') - before:.0f} MiB, goal 64")


def main() -> list[dict]:
    """Measure and print all four."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    print(f"{ROUNDS} rounds in turn, one thread, the processor's time", flush=True)
    freed = {"MALLOC_MMAP_THRESHOLD_": "65536"}  # at once, or old pages would be reused
    command = [sys.executable, "-c", "from bench.alone import extra; extra()"]
    subprocess.run(command, check=True, env=os.environ | freed)
    return [imports(), maps(), growth()]
