"""Where the time of a training step goes, kind by kind, in vitlib and in timm.

The 8 × 8 model is shown, for which everything beside matrix products weighs most. Times
are those of PyTorch's operators alone, without those that they call.
"""

from collections import Counter

import torch
from torch.profiler import ProfilerActivity, profile

from bench.model import CASES, models, training_step

STEPS = 30
KINDS = {  # kind: how its operators' names begin
    "matrix products": ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"),
    "fused attention": ("aten::_scaled_dot_product",),
    "GELU": ("aten::gelu",),
    "copies": ("aten::copy_", "aten::cat", "aten::clone", "aten::stack"),
    "sums and products": ("aten::add", "aten::mul", "aten::sum", "aten::div"),
    "softmax": ("aten::_softmax", "aten::_log_softmax"),
    "norms": ("aten::native_layer_norm",),
    "convolution": ("aten::mkldnn_conv", "aten::convolution", "aten::thnn"),
    "optimizer": ("aten::_fused_adamw", "Optimizer"),
}


def kind(operator: str) -> str:
    """Which kind an operator belongs to; what only arranges others is "the rest"."""
    found = [name for name, starts in KINDS.items() if operator.startswith(starts)]
    return found[0] if found else "the rest"


def milliseconds(model: torch.nn.Module, images: torch.Tensor) -> Counter:
    """A training step's time, by kind."""
    run = training_step(model, images)
    for _ in range(5):
        run()
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        for _ in range(STEPS):
            run()
    spent = Counter()
    for event in seen.key_averages():
        spent[kind(event.key)] += event.self_cpu_time_total / 1e3 / STEPS
    return spent


def main() -> None:
    """Print both models' times, kind by kind."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    case = next(case for case in CASES if case.name == "8 × 8, training")
    images = torch.rand(case.batch, case.config.in_chans, 8, 8)
    spent = {n: milliseconds(m, images) for n, m in models(case.config).items()}
    print(f"{case.name}, batch {case.batch}: milliseconds a step, of {STEPS} steps")
    print(f"{'':20}" + "".join(f"{name:>16}" for name in spent))
    for name in (*KINDS, "the rest"):
        times = [(found[name], found[name] / found.total()) for found in spent.values()]
        cells = "".join(f"{ms:9.2f} ({share:4.0%})" for ms, share in times)
        print(f"{name:20}{cells}")
    print(
        f"{'all':20}"
        + "".join(f"{found.total():9.2f}       " for found in spent.values())
    )
