"""Chapter 3. What the class token gathers, layer by layer."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import training
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.class_token_still import draw_still
from vitlib.show.widgets.looked_at import LooksIntoDigits, digits_model
from vitlib.show.widgets.patches import unpacked


class ClassTokenGatherer(LooksIntoDigits, Widget):
    """Where the class token looks in two pictures, and how its rows move apart.

    Traits, which drive the controls and follow them:
        layer: the layer just passed, 1 to 4; 0 is before the first.
        picture, other: names of the two digits, of ``gatherer.pictures``.
    """

    module = "class_token"
    layer = traitlets.Int(1, min=0, max=training.DIGITS.depth).tag(sync=True)
    other = traitlets.Unicode("8").tag(sync=True)

    @traitlets.validate("other")
    def _known_other(self, proposal) -> str:
        return one_of(self.pictures, proposal.value, "picture {!r}")

    def images(self) -> Tensor:
        """The two chosen pictures, (2, 1, 8, 8)."""
        chosen = (self.picture, self.other)
        return torch.stack([unpacked(self.pictures[name]) for name in chosen])

    @torch.no_grad()
    def class_rows(self) -> Tensor:
        """Both pictures' class rows before layer 1 and after each, (2, 5, 48)."""
        rows = [digits_model().embed(self.images())]  # (2, 17, 48)
        for block in digits_model().blocks:
            rows.append(block(rows[-1]))
        return torch.stack(rows, dim=1)[:, :, 0]

    def distances(self) -> Tensor:
        """How far apart the class rows are before layer 1 and after each, (5,).

        The Euclidean distance: the root of the sum of the squared differences.
        """
        one, other = self.class_rows().double()
        return (one - other).norm(dim=1)

    @torch.no_grad()
    def attention(self) -> Tensor | None:
        """Shares of the class token's attention in the chosen layer, (2, 17).

        The mean over the heads; the share of the class token itself comes first. Before
        the first layer there is none.
        """
        if self.layer == 0:
            return None
        *before, block = digits_model().blocks[: self.layer]
        x = digits_model().embed(self.images())
        for earlier in before:
            x = earlier(x)
        _, weights = block.attn.forward_with_weights(block.norm1(x))  # (2, 4, 17, 17)
        return weights[:, :, 0].mean(dim=1)

    @torch.no_grad()
    def answers(self) -> Tensor:
        """Probabilities of the digits, were the chosen layer's rows read, (2, 10)."""
        model = digits_model()
        return model.head(model.norm(self.class_rows()[:, self.layer])).softmax(dim=1)

    def still(self) -> Figure:
        """The pictures, where the class token looks, and the distances."""
        figure, axes = plots.canvas(420)
        names, apart = (self.picture, self.other), self.distances()
        draw_still(axes, names, self.images(), self.attention(), apart, self.layer)
        return figure
