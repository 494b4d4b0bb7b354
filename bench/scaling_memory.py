"""What training holds, and what each remedy takes away; ViT-B/16.

Kept bytes are those of the tensors that autograd holds between forward and backward,
weights and pictures apart. They are counted for two pictures and for three, which
tells what each picture adds and what is held once. Seconds are the processor's, of
steps of ``STEP`` pictures on one thread: a GPU's ratios differ, above all in bfloat16,
with which a processor whose ``units`` are AVX2 cannot multiply.
"""

import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from bench.model import Run, in_turn
from vitlib import CONFIGS, ViT
from vitlib.cost import training_memory

NAME, BATCH = "B/16", 64  # whose memory is told
PARTS, PROCESSES = 4, 8  # of an accumulated batch; that share a model
STEP, ROUNDS = 4, 3  # pictures in a step that is timed, and how often it is
Change = Callable[[ViT], None]  # of how a model computes


def explicit(model: ViT) -> None:
    """Hold the attention weights."""
    for block in model.blocks:
        block.attn.forward = holding(block.attn)


def holding(attention: nn.Module) -> Callable[..., Tensor]:
    """Attention's forward with all its weights."""

    def forward(x: Tensor, class_row: bool = False) -> Tensor:
        y, _ = attention.forward_with_weights(x)  # (B, N, D)
        return y[:, :1] if class_row else y

    return forward


def recomputing(model: ViT) -> None:
    """Keep what goes into each block alone; the way back computes the rest anew."""
    for block in model.blocks:
        block.forward = checkpointed(block.forward)


def checkpointed(forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A forward whose inside is not kept."""
    return lambda *inputs: checkpoint(forward, *inputs, use_reentrant=False)


CHANGES: dict[str, Change] = {
    "as it is": lambda model: None,
    "explicit attention": explicit,
    "accumulated": lambda model: None,
    "checkpointing": recomputing,
    "bfloat16": lambda model: None,
}


def autocast(name: str) -> AbstractContextManager:
    """The precision of a way's products."""
    low = torch.autocast("cpu", torch.bfloat16)
    return low if name == "bfloat16" else nullcontext()


@lru_cache(maxsize=2)
def fresh(depth: int | None) -> ViT:
    """B/16, or fewer blocks of it; its 86 million weights are drawn in seconds."""
    torch.manual_seed(0)
    blocks = {} if depth is None else {"depth": depth}
    return ViT(CONFIGS[NAME], **blocks)


def changed(name: str, depth: int | None = None) -> ViT:
    """One that computes in one of the ways."""
    model = deepcopy(fresh(depth))
    CHANGES[name](model)
    return model


def kept(name: str, batch: int, depth: int | None = None) -> int:
    """Bytes of what autograd keeps of a forward pass, weights and pictures apart."""
    model, images = changed(name, depth), torch.rand(batch, 3, 224, 224)
    known = {p.untyped_storage().data_ptr() for p in [*model.parameters(), images]}
    storages = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage  # held, or its place would be used anew
        return tensor

    hooks = torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor)
    with hooks, autocast(name):
        model(images)
    return sum(s.nbytes() for place, s in storages.items() if place not in known)


def line(name: str, depth: int | None = None) -> dict[str, int]:
    """Kept bytes: what each picture adds, and what is held once."""
    two, three = (kept(name, batch, depth) for batch in (2, 3))
    return {"each": three - two, "once": 3 * two - 2 * three}


def one_block() -> int:
    """Bytes that a block's inside takes for a picture, while it is computed anew."""
    more, less = (line("as it is", depth)["each"] for depth in (3, 2))
    return more - less


def steps() -> dict[str, Run]:
    """A step of training in each way, of the same weights, which move with each."""
    model = changed("as it is")
    weights = dict(model.named_parameters())
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    runs = {}
    for name in CHANGES:
        other = changed(name).train()
        other.load_state_dict(weights, assign=True)
        runs[name] = step(name, other, optimizer)
    return runs


def step(name: str, model: ViT, optimizer: torch.optim.Optimizer) -> Run:
    """A step of training with ``STEP`` pictures, in ``PARTS`` if accumulated."""
    parts = PARTS if name == "accumulated" else 1
    images, labels = torch.rand(STEP, 3, 224, 224), torch.zeros(STEP, dtype=torch.long)

    def run() -> None:
        optimizer.zero_grad()
        for part, right in zip(images.chunk(parts), labels.chunk(parts), strict=True):
            with autocast(name):
                loss = F.cross_entropy(model(part), right)
            (loss / parts).backward()
        optimizer.step()

    return run


def timed() -> dict[str, list[float]]:
    """Seconds of a step in each way, round by round, in turn."""
    times = in_turn(steps(), ROUNDS)
    for name, found in times.items():
        print(f"{name}: {statistics.median(found):.2f} s a step", flush=True)
    return {name: [round(t, 3) for t in found] for name, found in times.items()}


def remedies(record: dict) -> dict[str, dict[str, int]]:
    """Bytes by what holds them, for each way to train with a batch of ``BATCH``."""
    whole = training_memory(CONFIGS[NAME], BATCH)
    found = {}
    for name, line in record["kept"].items():
        pictures = BATCH // PARTS if name == "accumulated" else BATCH
        found[name] = whole | {"activations": line["once"] + pictures * line["each"]}
    anew = BATCH * record["block"]  # of the block whose way back is under way
    found["checkpointing"]["activations"] += anew
    found["fully sharded"] = sharded(whole)
    return found


def sharded(whole: dict[str, int]) -> dict[str, int]:
    """Of a process among ``PROCESSES``, each with a whole batch of its own.

    Beside its share it holds the weights of one block, gathered for as long as they
    are needed, and their gradients before they are shared out.
    """
    block = 4 * sum(p.numel() for p in ViT(CONFIGS[NAME], depth=1).blocks.parameters())
    shares = {what: -(-size // PROCESSES) for what, size in whole.items()}
    shares["weights"] += block
    shares["gradients"] += block
    return shares | {"activations": whole["activations"]}


def main() -> dict:
    """Count and time each way, and print and return what comes of it."""
    torch.set_num_threads(1)
    kept_by = {name: line(name) for name in CHANGES}
    record = {"kept": kept_by, "block": one_block()}
    for name, parts in remedies(record).items():
        words = ", ".join(f"{what} {size / 1e6:,.0f}" for what, size in parts.items())
        print(f"{name}: {sum(parts.values()) / 1e6:,.0f} MB: {words}", flush=True)
    units = torch.backends.cpu.get_cpu_capability()
    return record | {"units": units, "seconds": timed()}
