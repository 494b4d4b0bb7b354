"""Chapter 3. What the class token gathers, layer by layer."""

from functools import cache

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import data, training
from vitlib.model import ViT
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.class_token_still import draw_still
from vitlib.show.widgets.patches import packed, unpacked
from vitlib.show.widgets.weights import packed_model

HELD_OUT = {  # two hands for each digit, by their place among the test digits
    0: (33, 82),
    1: (6, 65),
    2: (70, 12),
    3: (80, 25),
    4: (26, 42),
    5: (44, 72),
    6: (34, 90),
    7: (10, 22),
    8: (87, 30),
    9: (81, 20),
}
MISREAD = 394  # a zero that the model takes for an eight


@cache
def digits_model() -> ViT:
    """The trained model, read once."""
    return training.digits_model()


@cache
def packed_digits_model() -> dict:
    """The trained model as the front end takes it, packed once."""
    return packed_model(digits_model())


@cache
def pictures() -> dict:
    """The digits to choose from, as the front end takes them."""
    images, _ = data.digits("test")
    places = {f"{digit}": first for digit, (first, _) in HELD_OUT.items()}
    places |= {f"another {digit}": second for digit, (_, second) in HELD_OUT.items()}
    places["a misread 0"] = MISREAD
    return {name: packed(images[place], levels=16) for name, place in places.items()}


class ClassTokenGatherer(Widget):
    """Where the class token looks in two pictures, and how its rows move apart.

    Traits, which drive the controls and follow them:
        layer: the layer just passed, 1 to 4; 0 is before the first.
        picture, other: names of the two digits, of ``gatherer.pictures``.
    """

    module = "class_token"
    layer = traitlets.Int(1, min=0, max=training.DIGITS.depth).tag(sync=True)
    picture = traitlets.Unicode("3").tag(sync=True)
    other = traitlets.Unicode("8").tag(sync=True)
    pictures = traitlets.Dict().tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)

    @traitlets.default("pictures")
    def _default_pictures(self) -> dict:
        return pictures()

    @traitlets.default("weights")
    def _default_weights(self) -> dict:
        return packed_digits_model()

    @traitlets.validate("picture", "other")
    def _known(self, proposal) -> str:
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
