"""What attention costs among more and more tokens: with its weights held, and fused.

``explicit`` is this book's function, which holds the weights of every head; ``fused``
is PyTorch's kernel, which makes them piece by piece. Times are the processor's.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from bench.alone import resident
from bench.model import Run, in_turn
from vitlib.attention import scaled_dot_product_attention

TOKENS = (50, 197, 577, 785, 1601, 3137)
HEADS, WIDTH = 12, 64  # of ViT-B: heads, and features of each
ROUNDS = 7
WAYS = {
    "explicit": scaled_dot_product_attention,
    "fused": F.scaled_dot_product_attention,
}


def attending(way: str, tokens: int) -> Run:
    """One layer's attention for one picture of so many tokens."""
    q, k, v = torch.rand(3, 1, HEADS, tokens, WIDTH)

    def run() -> object:
        with torch.inference_mode():
            return WAYS[way](q, k, v)

    return run


def most(run: Run) -> None:
    """Print the bytes that a call takes beside its input; in a fresh process."""
    Path("/proc/self/clear_refs").write_text("5")  # forget what was held at most
    before = resident("VmRSS")
    run()
    print(round((resident("VmHWM") - before) * 2**20))


def extra(way: str, tokens: int) -> None:
    """Print what ``most`` does of attention."""
    torch.set_num_threads(1)
    attending(way, 8)()
    most(attending(way, tokens))


def fresh(module: str, call: str) -> int:
    """The number that a call of a module's function prints in a process of its own."""
    freed = {"MALLOC_MMAP_THRESHOLD_": "65536"}  # at once, or old pages would be reused
    command = [sys.executable, "-c", f"from {module} import *; {call}"]
    done = subprocess.run(
        command, check=True, env=os.environ | freed, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout)


def memory(way: str, tokens: int) -> int:
    """The bytes that ``extra`` prints, from a process of its own."""
    return fresh("bench.attention", f"extra({way!r}, {tokens})")


def measured(tokens: int) -> dict:
    """Quartiles of the seconds, and bytes, of both ways among so many tokens."""
    times = in_turn({way: attending(way, tokens) for way in WAYS}, ROUNDS)
    quartiles = {way: statistics.quantiles(times[way], n=4) for way in WAYS}
    return {
        "tokens": tokens,
        "seconds": {w: [float(f"{q:.3g}") for q in quartiles[w]] for w in WAYS},
        "bytes": {way: memory(way, tokens) for way in WAYS},
        "weights": HEADS * tokens**2 * 4,  # bytes in float32, by formula
    }


def main() -> list[dict]:
    """Measure and print all numbers of tokens."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    print(f"{HEADS} heads of {WIDTH}, one picture, one thread")
    print(f"medians of {ROUNDS} rounds in turn")
    print(f"{'':8}{'milliseconds':>20}{'MiB beside the input':>22}{'MiB of':>12}")
    print(f"{'tokens':8}" + f"{'explicit':>12}{'fused':>10}" * 2 + f"{'weights':>10}")
    results = []
    for tokens in TOKENS:
        case = measured(tokens)
        times = [case["seconds"][way][1] * 1e3 for way in WAYS]
        taken = [case["bytes"][way] / 2**20 for way in WAYS]
        line = "".join(f"{a:12.2f}{b:10.2f}" for a, b in (times, taken))
        print(f"{tokens:<8}{line}{case['weights'] / 2**20:10.2f}", flush=True)
        results.append(case)
    return results
