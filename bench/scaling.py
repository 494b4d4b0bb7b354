"""How attention's time and memory grow with the tokens, there and back.

One picture, one layer's attention, one head of 64 features: more heads multiply all
that is measured here alike. ``explicit`` holds the weights, ``fused`` makes them piece
by piece. Times are the processor's; bytes are the most that a fresh process holds
beside what it held before. To the least of them, fractions of a MiB, the system's
pages and threads add some.
"""

import math
import statistics

import torch

from bench.attention import WAYS, fresh, most
from bench.model import Run, in_turn

TOKENS = (196, 784, 3136, 12_544)  # each four times as many as the one before
WIDTH = 64
ROUNDS = 5
PASSES = ("forward", "training")  # there, and there and back


def attending(way: str, tokens: int, passes: str) -> Run:
    """One head's attention for one picture, and with "training" the way back."""
    back = passes == "training"
    q, k, v = (torch.rand(1, 1, tokens, WIDTH, requires_grad=back) for _ in range(3))
    attend = WAYS[way]

    def run() -> None:
        with torch.set_grad_enabled(back):
            out = attend(q, k, v)
        if back:
            mean = out if way == "fused" else out[0]  # the weights come second
            torch.autograd.grad(mean.sum(), (q, k, v))

    return run


def extra(way: str, tokens: int, passes: str) -> None:
    """Print the bytes that it takes beside its input; in a fresh process."""
    torch.set_num_threads(1)
    attending(way, 8, passes)()
    most(attending(way, tokens, passes))


def memory(way: str, tokens: int, passes: str) -> int:
    """The bytes that ``extra`` prints, from a process of its own."""
    return fresh("bench.scaling", f"extra({way!r}, {tokens}, {passes!r})")


def measured(tokens: int, passes: str) -> dict:
    """Median seconds and bytes of both ways among so many tokens."""
    times = in_turn({way: attending(way, tokens, passes) for way in WAYS}, ROUNDS)
    seconds = {way: float(f"{statistics.median(times[way]):.3g}") for way in WAYS}
    taken = {way: memory(way, tokens, passes) for way in WAYS}
    case = {"tokens": tokens, "passes": passes, "seconds": seconds, "bytes": taken}
    words = [f"{seconds[way] * 1e3:12.2f}{taken[way] / 2**20:10.2f}" for way in WAYS]
    print(f"{passes:10}{tokens:8,}{''.join(words)}", flush=True)
    return case


def slope(cases: list[dict], what: str, way: str, passes: str) -> float:
    """By which power of N seconds or bytes grow between the two largest numbers."""
    same = [case for case in cases if case["passes"] == passes]
    one, two = same[-2:]
    growth = two[what][way] / one[what][way]
    return math.log(growth) / math.log(two["tokens"] / one["tokens"])


def main() -> list[dict]:
    """Measure and print all numbers of tokens, there, and there and back."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    print(f"One head of {WIDTH}, one picture, one thread; medians of {ROUNDS} rounds")
    print(f"{'':18}{'explicit: ms':>12}{'MiB':>10}{'fused: ms':>12}{'MiB':>10}")
    cases = [measured(tokens, passes) for passes in PASSES for tokens in TOKENS]
    for passes in PASSES:
        for what in ("seconds", "bytes"):
            powers = {way: slope(cases, what, way, passes) for way in WAYS}
            words = ", ".join(f"{way} {power:.2f}" for way, power in powers.items())
            print(f"{what} of {passes} grow as N to the power of: {words}")
    return cases
