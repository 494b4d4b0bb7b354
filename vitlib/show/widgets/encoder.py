"""Chapter 7. Through one encoder block, step by step."""

from typing import NamedTuple

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import training
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.encoder_still import HEIGHT, draw_still
from vitlib.show.widgets.looked_at import LooksIntoDigits, digits_model
from vitlib.show.widgets.patches import unpacked

STEPS = {  # what each step does, the first before any
    "pre-norm": ("input", "norm", "attention", "add", "norm", "MLP", "add"),
    "post-norm": ("input", "attention", "add", "norm", "MLP", "add", "norm"),
}


class Moments(NamedTuple):
    """Of each token the mean and the variance of its numbers, (17,) each."""

    means: Tensor
    variances: Tensor

    @classmethod
    def of(cls, table: Tensor) -> "Moments":
        """Those of a table of tokens, (17, 48)."""
        return cls(table.mean(dim=1), table.var(dim=1, correction=0))


class BlockExplorer(LooksIntoDigits, Widget):
    """The tokens at each of a block's seven steps, with the branches on or off.

    Traits, which drive the controls and follow them:
        step: 0 to 6, of ``STEPS``; 0 is what enters the block.
        picture: the name of a digit, of ``explorer.pictures``.
        layer: whose weights the block has, 1 to 4.
        norm: "pre-norm", x + f(LN(x)), as trained, or "post-norm", LN(x + f(x)), with
            the same weights.
        attention, mlp: whether the branch is on; one that is off adds 0.
    """

    module = "encoder"
    step = traitlets.Int(0, min=0, max=6).tag(sync=True)
    layer = traitlets.Int(1, min=1, max=training.DIGITS.depth).tag(sync=True)
    norm = traitlets.Unicode("pre-norm").tag(sync=True)
    attention = traitlets.Bool(True).tag(sync=True)
    mlp = traitlets.Bool(True).tag(sync=True)

    @traitlets.validate("norm")
    def _known_norm(self, proposal) -> str:
        return one_of(STEPS, proposal.value, "order {!r} of norm and branch")

    @torch.no_grad()
    def stages(self) -> list[Tensor]:
        """The table of tokens at each of the seven steps, (17, 48)."""
        model = digits_model()
        x = model.embed(unpacked(self.pictures[self.picture])[None])  # (1, 17, 48)
        *before, block = model.blocks[: self.layer]
        for earlier in before:
            x = earlier(x)
        tables = [x]
        for norm, branch, on in (
            (block.norm1, block.attn, self.attention),
            (block.norm2, block.mlp, self.mlp),
        ):
            inside = norm(x) if self.norm == "pre-norm" else x
            added = branch(inside) if on else torch.zeros_like(x)
            if self.norm == "pre-norm":
                x = x + added
                tables += [inside, added, x]
            else:
                tables += [added, x + added, norm(x + added)]
                x = tables[-1]
        return [table[0] for table in tables]

    def tokens(self) -> Tensor:
        """The table at the chosen step, (17, 48)."""
        return self.stages()[self.step]

    def moments(self) -> Moments:
        """Mean and variance of each token at the chosen step."""
        return Moments.of(self.tokens())

    def plain_moments(self) -> Moments | None:
        """The same before γ and β, if the chosen step is a norm."""
        if STEPS[self.norm][self.step] != "norm":
            return None
        normed = self.stages()[self.step - 1]  # (17, 48)
        eps = digits_model().norm.eps
        return Moments.of(torch.nn.functional.layer_norm(normed, (48,), eps=eps))

    def change(self) -> float:
        """How far a number that leaves the block is from the one that enters, at most.

        With both branches off in pre-norm it is 0: the block is the identity.
        """
        first, *_, last = self.stages()
        return (last - first).abs().max().item()

    def off(self) -> set[str]:
        """The branches that are off."""
        on = {"attention": self.attention, "MLP": self.mlp}
        return {name for name, passes in on.items() if not passes}

    def title(self) -> str:
        """What the table at the chosen step is called."""
        name = STEPS[self.norm][self.step]
        if name in self.off():
            return f"{name} off"
        return name if name == "input" else f"after {name}"

    def still(self) -> Figure:
        """The way through the block, and the tokens at the chosen step."""
        figure, axes = plots.canvas(HEIGHT)
        names, title = STEPS[self.norm], self.title()
        head = f"layer {self.layer}, {self.norm}"
        draw_still(axes, head, names, self.step, self.off(), title, self.tokens())
        return figure
