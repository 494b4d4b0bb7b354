"""A model's blocks, whatever they are called, and what goes through them."""

from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vitlib.mistakes.subject import Subject


@dataclass
class Call:
    """A block, and what went in and out: (B, N, D), and other arguments."""

    name: str
    block: nn.Module
    x: Tensor
    others: tuple
    named: dict
    y: Tensor
    changed: bool  # the input, by the block

    def again(self, x: Tensor) -> Tensor:
        """What the block makes of other tokens."""
        with torch.no_grad():
            return first_of(self.block(x.clone(), *self.others, **self.named))


def first_of(output: object) -> Tensor:
    """A tensor, or the first of several."""
    return output[0] if isinstance(output, tuple | list) else output


def blocks_of(model: nn.Module) -> list[tuple[str, nn.Module]]:
    """The longest row of modules of one kind that have norms and layers in them."""
    rows = [[]]
    for name, part in model.named_modules():
        if isinstance(part, nn.ModuleList | nn.Sequential) and len(part):
            named = [(f"{name}.{i}", block) for i, block in enumerate(part)]
            kinds = {type(block) for block in part}
            inner = [type(p).__name__ for p in part[0].modules() if p is not part[0]]
            if len(kinds) == 1 and any("Norm" in kind for kind in inner):
                rows.append(named)
    return max(rows, key=len)


def calls(s: Subject, images: Tensor) -> tuple[list[Call], Tensor]:
    """What goes through each block while the model answers; and the logits."""
    found, waiting = [], []
    names = {block: name for name, block in reversed(blocks_of(s.model))}

    def before(block: nn.Module, arguments: tuple) -> None:
        kept = [a.detach().clone() for a in arguments[:1] if isinstance(a, Tensor)]
        waiting.append((kept, [a._version for a in arguments[:1] if kept]))

    def after(block: nn.Module, arguments: tuple, named: dict, output: object) -> None:
        (kept, versions), y = waiting.pop(), first_of(output)
        if kept and isinstance(y, Tensor) and y.ndim == kept[0].ndim == 3:
            if y.requires_grad:
                y.retain_grad()
            changed = arguments[0]._version != versions[0]
            others = arguments[1:]
            call = Call(names[block], block, kept[0], others, named, y, changed)
            found.append(call)

    with ExitStack() as stack:
        for block in names:
            stack.enter_context(block.register_forward_pre_hook(before))
            stack.enter_context(block.register_forward_hook(after, with_kwargs=True))
        logits = s.answer(images)
    return found, logits
