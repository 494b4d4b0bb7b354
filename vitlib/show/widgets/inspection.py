"""Chapter 11. A drawing that the trained model reads at every stroke."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor
from traitlets import TraitError

from vitlib import training
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.inspection_still import HEIGHT, draw_still
from vitlib.show.widgets.inspection_words import verdict
from vitlib.show.widgets.looked_at import LooksIntoDigits, digits_model
from vitlib.show.widgets.patches import unpacked

OWN = "your own"
LOOKS = ("head 1", "head 2", "head 3", "head 4", "mean", "rollout")
FULL = 16  # levels of ink


class DigitReader(LooksIntoDigits, Widget):
    """What the trained model makes of a digit, an example's or one that you draw.

    Traits, which drive the controls and follow them:
        picture: the name of a digit, of ``reader.pictures``, or "your own".
        pixels: its 64 levels of ink, row by row, from 0 (paper) to 16; setting them
            draws, and what a reader has drawn is read here.
        layer: whose attention is shown large, 1 to 4.
        look: what of it: "head 1" to "head 4", their "mean", or the "rollout" up to it.
    """

    module = "inspection"
    pixels = traitlets.List(traitlets.Int(min=0, max=FULL)).tag(sync=True)
    layer = traitlets.Int(4, min=1, max=training.DIGITS.depth).tag(sync=True)
    look = traitlets.Unicode("mean").tag(sync=True)

    @traitlets.default("pixels")
    def _drawn(self) -> list[int]:
        return [0] * 64 if self.picture == OWN else self._levels_of(self.picture)

    @traitlets.validate("picture")
    def _known(self, proposal) -> str:
        return one_of((*self.pictures, OWN), proposal.value, "picture {!r}")

    @traitlets.validate("look")
    def _known_look(self, proposal) -> str:
        return one_of(LOOKS, proposal.value, "look {!r}")

    @traitlets.validate("pixels")
    def _whole(self, proposal) -> list[int]:
        if len(proposal.value) != 64:
            raise TraitError(
                "pixels must be 64 levels of ink, 8 rows of 8, from 0 to 16; got "
                f"{len(proposal.value)}: {proposal.value}"
            )
        return proposal.value

    @traitlets.observe("picture")
    def _follow_picture(self, _change) -> None:
        if self.picture != OWN:
            self.pixels = self._levels_of(self.picture)

    @traitlets.observe("pixels")
    def _follow_pixels(self, _change) -> None:
        shown = self.picture
        if shown != OWN and self.pixels != self._levels_of(shown):
            self.picture = OWN

    def _levels_of(self, name: str) -> list[int]:
        """An example's levels of ink."""
        image = unpacked(self.pictures[name])
        return (FULL * image).round().int().flatten().tolist()

    def draw(self, image: Tensor) -> None:
        """Show a picture, as if it had been drawn.

        Args:
            image: (8, 8) or (1, 8, 8) from 0 (paper) to 1 (ink), as in
                ``vitlib.data.digits()``; it is rounded to sixteenths.

        Raises:
            ValueError: the picture has another shape, or holds other numbers.
        """
        image = torch.as_tensor(image).float()
        if tuple(image.shape) not in ((8, 8), (1, 8, 8)):
            raise ValueError(
                f"a drawing must be (8, 8) or (1, 8, 8), got {tuple(image.shape)}"
            )
        low, high = image.min().item(), image.max().item()
        if not (low >= 0 and high <= 1):  # nor NaN, which is neither
            raise ValueError(
                f"a drawing's ink must be between 0 and 1, got {low:g} to {high:g}"
            )
        self.pixels = (FULL * image).round().int().flatten().tolist()

    def images(self) -> Tensor:
        """The drawing as the model takes it, (1, 1, 8, 8) from 0 to 1."""
        return torch.tensor(self.pixels).reshape(1, 1, 8, 8) / FULL

    @torch.no_grad()
    def rows_and_maps(self) -> tuple[Tensor, Tensor]:
        """The stream before layer 1 and after each, and all attention.

        Returns:
            (5, 17, 48), and (4, 4, 17, 17): by layer and head, each row's sum is 1.
        """
        rows, maps = [digits_model().embed(self.images())], []  # (1, 17, 48)
        for block in digits_model().blocks:
            _, weights = block.attn.forward_with_weights(block.norm1(rows[-1]))
            maps.append(weights)  # (1, 4, 17, 17)
            rows.append(block(rows[-1]))
        return torch.cat(rows), torch.cat(maps)

    def attention(self) -> Tensor:
        """The class token's attention by layer and look, (4, 6, 17).

        The looks are those of ``LOOKS``; the class token's share of itself comes first.
        """
        maps = self.rows_and_maps()[1]
        mean = maps.mean(dim=1, keepdim=True)  # (4, 1, 17, 17)
        rolled, halves = [], (mean[:, 0] + torch.eye(17)) / 2  # (4, 17, 17)
        for half in halves:
            rolled.append(half @ rolled[-1] if rolled else half)
        rollout = torch.stack(rolled)[:, None]  # (4, 1, 17, 17)
        return torch.cat([maps, mean, rollout], dim=1)[:, :, 0]

    def norms(self) -> Tensor:
        """The lengths of the tokens' rows before layer 1 and after each, (5, 17)."""
        return self.rows_and_maps()[0].norm(dim=2)

    @torch.no_grad()
    def probabilities(self) -> Tensor:
        """Of the digits 0 to 9, (10,)."""
        return digits_model()(self.images()).softmax(dim=1)[0]

    def verdict(self) -> tuple[list[int], list[str]]:
        """The digits that the panel names, none if it sees no digit, and its words."""
        return verdict(self.pixels, self.probabilities().tolist())

    def still(self) -> Figure:
        """The drawing, the answer, and where the class token looks."""
        figure, axes = plots.canvas(HEIGHT)
        shares = self.attention()[self.layer - 1, LOOKS.index(self.look)]
        title = f"{self.look}, layer {self.layer}: gathers, in %"
        draw_still(
            axes, self.images()[0], self.probabilities(), self.verdict(), shares, title
        )
        return figure
