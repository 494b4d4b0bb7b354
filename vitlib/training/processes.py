"""Several processes that train one model together, and products of fewer bits."""

import os
import warnings
from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


class Processes:
    """This process among those that ``torchrun`` started; without it, the only one."""

    def __init__(self, device: str):
        self.rank = int(os.environ.get("RANK", 0))
        self.size = int(os.environ.get("WORLD_SIZE", 1))
        here = int(os.environ.get("LOCAL_WORLD_SIZE", 1))  # on this machine
        kind = chosen(device, here)
        place = [int(os.environ.get("LOCAL_RANK", 0))] if kind == "cuda" else []
        self.device = torch.device(kind, *place)

    def __enter__(self) -> "Processes":
        if self.size > 1:
            if self.device.type == "cuda":
                torch.cuda.set_device(self.device)
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")
        return self

    def __exit__(self, *_: object) -> None:
        if self.size > 1:
            dist.destroy_process_group()

    def by_first(self, task: Callable[[], Any]) -> Any:
        """What a task gives in the first process, told to all; an error ends all."""
        said = [None]
        if self.rank == 0:
            try:
                said = [task()]
            except (ValueError, OSError, ImportError) as error:
                said = [error]
        if self.size > 1:
            dist.broadcast_object_list(said)
        if isinstance(said[0], Exception):
            raise said[0] if self.rank == 0 else SystemExit(2)
        return said[0]

    def around(self, model: nn.Module, precision: str) -> nn.Module:
        """A module that computes as the model does, but divided, or in bfloat16."""
        if precision == "bfloat16":
            model = InBfloat16(model, self.device.type)
        return Divided(model, self.rank, self.size) if self.size > 1 else model


def chosen(device: str, processes: int) -> str:
    """The kind of device that is wanted; raises unless there are so many here."""
    kinds = {
        "cuda": torch.cuda.device_count(),
        "mps": int(torch.backends.mps.is_available()),
        "cpu": processes,  # they share it
    }
    kind = next(k for k in kinds if kinds[k]) if device == "auto" else device
    if kinds[kind] < processes:
        found = ", ".join(f"{count} {name}" for name, count in kinds.items() if count)
        raise ValueError(
            f"{processes} on {kind} are wanted, one a process; torch finds {found};"
            " give another --device"
        )
    return kind


class InBfloat16(nn.Module):
    """A model whose products are of bfloat16; weights and logits stay float32."""

    def __init__(self, model: nn.Module, device: str):
        super().__init__()
        self.model, self.device = model, device

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K)."""
        with torch.autocast(self.device, torch.bfloat16):
            return self.model(images).float()


class Divided(nn.Module):
    """A model that computes a share of each batch in each process; all know all logits.

    So the loss, and what follows from it, is everywhere the whole batch's, and so are
    the gradients, however the batch divides.
    """

    def __init__(self, model: nn.Module, rank: int, size: int):
        super().__init__()
        self.rank, self.size = rank, size
        self.model = DistributedDataParallel(model)
        # A batch of one image leaves gradients in another order, which costs nothing.
        warnings.filterwarnings("ignore", "Grad strides do not match bucket view")

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W), the same in all processes → (B, K)."""
        count = len(images)
        first, end = (count * (self.rank + i) // self.size for i in (0, 1))
        own = self.model(images[first:end])  # (B / size, K)
        logits = own.new_zeros(count, *own.shape[1:])  # (B, K)
        logits[first:end] = own.detach()
        dist.all_reduce(logits)  # the sum: the others have zeros there
        # Now 0 is added, for its gradient: DistributedDataParallel takes the mean of
        # the processes' gradients, and times their number that is the sum.
        logits[first:end] += self.size * (own - own.detach())
        return logits
