"""Chapter 12. A model that counts how often each block is computed."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress

import torch
from torch import Tensor

from vitlib.model import ViT
from vitlib.training import loss_of

BLOCKS = 4
Context = AbstractContextManager


class StoppedError(Exception):
    """An error while the reader's context manager is entered."""


class Counted:
    """A small ViT with dropout, and how often each block was computed when.

    ``gradients`` and ``passes`` have what came "before", "within" and "after".
    """

    def __init__(self) -> None:
        sizes = {"embed_dim": 8, "num_heads": 2, "depth": BLOCKS, "drop_rate": 0.2}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(12)
            self.model = ViT(image_size=4, patch_size=2, in_chans=1, **sizes)
            self.images, self.labels = torch.rand(3, 1, 4, 4), torch.arange(3)
        self.count, self.passes, self.gradients = [0] * BLOCKS, {}, {}
        for place, block in enumerate(self.model.blocks):
            block.norm1.register_forward_hook(self.noted(place))
        self.step("before", nullcontext())

    def noted(self, place: int) -> Callable[..., None]:
        """A hook that counts one more."""

        def note(*_: object) -> None:
            self.count[place] += 1

        return note

    def step(self, name: str, context: Context) -> None:
        """Forward and backward, the forward in a context, from the same seed."""
        self.count, weights = [0] * BLOCKS, list(self.model.parameters())
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(5)
            with context:
                loss = loss_of(self.model(self.images), self.labels)
            self.model.zero_grad()
            loss.backward()
        self.passes[name] = self.count
        self.gradients[name] = torch.cat([weight.grad.flatten() for weight in weights])

    def within(self, function: Callable[[ViT], Context]) -> Tensor | None:
        """Steps within the reader's context manager, and after; None if it is none."""
        context = function(self.model)
        if context is None:
            return None
        self.step("within", context)
        self.step("after", nullcontext())
        with suppress(StoppedError), function(self.model):
            raise StoppedError
        self.step("after an error", nullcontext())
        return self.gradients["within"]


def in_passes(counted: Counted) -> str:
    """What is wrong with the passes and gradients; nothing if they are right."""
    twice = [count for count in counted.passes["within"] if count > 1]
    if len(twice) != BLOCKS // 2:
        half = f"half of them, {BLOCKS // 2}, are asked"
        return f"{len(twice)} of {BLOCKS} blocks are computed twice; {half}."
    wanted = counted.gradients["before"]
    if not torch.equal(counted.gradients["within"], wanted):
        return (
            "the gradient is another one: the second time dropout has to draw the same"
            " numbers; leave preserve_rng_state as it is."
        )
    for when in ("after", "after an error"):
        if max(counted.passes[when]) > 1:
            how = "; try … finally" if when != "after" else ""
            return f"{when}, blocks are still computed twice: del block.forward{how}."
    return ""
