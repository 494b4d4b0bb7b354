"""Two processes train one model: what they tell each other, and what each one holds.

    torchrun --standalone --nproc-per-node 2 -m vitlib.scaling.two

``torchrun`` starts this file twice, on Linux and macOS, and in Colab; on Windows in
WSL, since torch's own build for Windows lacks what ``torchrun`` talks through (libuv).
A CPU is enough: the processes talk through "gloo"; GPUs would talk through "nccl".
"""

import sys
from collections.abc import Callable

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import DIGITS

BATCH, STEPS = 64, 3


def main() -> None:
    """Both parts, in each process; the first one prints."""
    if not dist.is_torchelastic_launched():
        sys.exit("start it as torchrun --nproc-per-node 2 -m vitlib.scaling.two")
    dist.init_process_group("gloo")
    images, labels = (part[:BATCH] for part in digits("train"))
    say = print if dist.get_rank() == 0 else lambda *_: None
    compare_gradients(images, labels, say)
    compare_memory(images, labels, say)
    dist.destroy_process_group()


def new_model() -> ViT:
    """The digits' model with the same weights in each process."""
    torch.manual_seed(0)
    return ViT(DIGITS)


def own_part(whole: Tensor) -> Tensor:
    """This process's share of a batch."""
    return whole.tensor_split(dist.get_world_size())[dist.get_rank()]


def gradients(model: nn.Module, images: Tensor, labels: Tensor) -> list[Tensor]:
    """Of the loss on these images."""
    F.cross_entropy(model(images), labels).backward()
    return [weight.grad for weight in model.parameters()]


def compare_gradients(images: Tensor, labels: Tensor, say: Callable) -> None:
    """Print how far the processes' averaged gradients are from the whole batch's.

    That is the largest difference, as a share of the largest gradient.
    """
    wanted = gradients(new_model(), images, labels)
    largest = max(gradient.abs().max().item() for gradient in wanted)
    parts = {
        "each its own half": (own_part(images), own_part(labels)),
        "both the first": (images[: BATCH // 2], labels[: BATCH // 2]),
    }
    for name, part in parts.items():
        averaged = gradients(DistributedDataParallel(new_model()), *part)
        pairs = zip(averaged, wanted, strict=True)
        off = max((a - b).abs().max().item() for a, b in pairs) / largest
        say(f"{name + ':':18} gradients off by {off:.1%}")


def compare_memory(images: Tensor, labels: Tensor, say: Callable) -> None:
    """Print the loss after a few steps and what is held, sharded and not."""
    say("\nbytes   weights gradients optimizer   loss")
    alone = trained(new_model(), images, labels)
    say(row("alone", *alone))
    held = trained(sharded(new_model()), own_part(images), own_part(labels))
    every = [None] * dist.get_world_size()
    dist.all_gather_object(every, held)
    for rank, one in enumerate(every):
        say(row(f"rank {rank}", *one))
    *sums, losses = map(sum, zip(*every, strict=True))
    say(row("both", *sums, losses / len(every)))


def sharded(model: ViT) -> nn.Module:
    """A model of which each process holds a part of every weight.

    A block is put together in all of them when its turn comes, and let go of after.
    """
    mesh = init_device_mesh("cpu", (dist.get_world_size(),))
    for block in model.blocks:
        fully_shard(block, mesh=mesh)
    return fully_shard(model, mesh=mesh)  # and what stands in no block


def trained(model: nn.Module, images: Tensor, labels: Tensor) -> list[float]:
    """Bytes of weights, gradients and optimizer after a few steps, and the loss."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    weights = list(model.parameters())
    states = [state for each in optimizer.state.values() for state in each.values()]
    means = [state for state in states if state.ndim]  # and no counts of steps
    parts = (weights, [weight.grad for weight in weights], means)
    return [*(sum(map(held_bytes, part)) for part in parts), loss.item()]


def held_bytes(tensor: Tensor) -> int:
    """What a tensor takes here; of a sharded one, this process's shard."""
    return (tensor.to_local() if hasattr(tensor, "to_local") else tensor).nbytes


def row(name: str, weights: int, gradients: int, optimizer: int, loss: float) -> str:
    """A line of the table."""
    return f"{name:6}{weights:9,}{gradients:10,}{optimizer:10,}{loss:7.4f}"


if __name__ == "__main__":
    main()
