"""Chapter 5. One query's way through a head of attention."""

import math
from functools import cache

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib.attention import scaled_dot_product_attention
from vitlib.patches import grid_size, patchify
from vitlib.show import plots
from vitlib.show.widgets.attention_still import draw_still
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.looked_at import scenes
from vitlib.show.widgets.patches import LARGEST_PATCH, unpacked
from vitlib.show.widgets.tokens import percent, random_filters

HEADS = (1, 2, 4, 8, 16, 32, 64)  # features of a head
FEWEST, MOST = 12, 150  # patches that one can tell apart in a map
EPS = 1e-6  # keeps a patch that is all of the picture's mean near 0
EQUAL = 1e-9  # weights that differ by less are the same, but for rounding


def patch_sizes(picture: dict) -> list[int]:
    """The sizes that leave no pixel over, and make 12 to 150 patches."""
    sides = picture["height"], picture["width"]
    sizes = range(1, LARGEST_PATCH + 1)
    fitting = [p for p in sizes if not any(side % p for side in sides)]
    return [p for p in fitting if FEWEST <= math.prod(grid_size(sides, p)) <= MOST]


def tokens_from(patches: Tensor) -> Tensor:
    """(N, D) less the mean of all numbers, each row scaled to the mean square 1."""
    centred = patches - patches.mean()
    return centred / (centred.square().mean(dim=1, keepdim=True) + EPS).sqrt()


@cache
def random_projections(width: int) -> Tensor:
    """W_q and W_k of the widest head, transposed, (2, 64, D); entries' variance 1/D."""
    return random_filters(2 * HEADS[-1], width).unflatten(0, (2, -1))


class AttentionExplorer(Widget):
    """One head of attention over a picture's patches, as one of them asks the others.

    A token is a patch's D = C·P² pixels less the picture's mean, scaled so that their
    mean square is 1. The values are the pixels themselves, so that one sees their mean.

    Traits, which drive the controls and follow them:
        picture: "mountains" or "photograph".
        patch_size: P in pixels, 10 or 20 for the mountains, 16 or 32 for the
            photograph.
        query: the patch that asks, counted from 1 in reading order.
        head_dim: d, how many numbers queries and keys have: 1, 2, 4, 8, 16, 32 or 64.
        divide_by: what scores are divided by: "nothing", "head", √d, or "width", √D.
        projections: random, not trained: "shared", W_k = W_q, or "separate".
    """

    module = "attention"
    picture = traitlets.Unicode("mountains").tag(sync=True)
    patch_size = traitlets.Int(10).tag(sync=True)
    query = traitlets.Int(36, min=1).tag(sync=True)
    head_dim = traitlets.Enum(HEADS, 16).tag(sync=True)
    divide_by = traitlets.Enum(("nothing", "head", "width"), "head").tag(sync=True)
    projections = traitlets.Enum(("shared", "separate"), "shared").tag(sync=True)
    pictures = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("pictures")
    def _default_pictures(self) -> dict:
        return scenes()

    @traitlets.validate("picture")
    def _known(self, proposal) -> str:
        return one_of(self.pictures, proposal.value, "picture {!r}")

    @traitlets.validate("patch_size")
    def _fitting(self, proposal) -> int:
        sizes = patch_sizes(self.pictures[self.picture])
        return one_of(sizes, proposal.value, f"patch size {{}} for the {self.picture}")

    @traitlets.observe("picture", "patch_size", "query")
    def _keep_in_range(self, _change) -> None:
        size, sizes = self.patch_size, patch_sizes(self.pictures[self.picture])
        if size not in sizes:  # it fitted another picture: as fine or coarse as there
            others = map(patch_sizes, self.pictures.values())
            self.patch_size = next(sizes[o.index(size)] for o in others if size in o)
        self.query = min(self.query, math.prod(self.grid()))

    def image(self) -> Tensor:
        """The chosen picture, (C, H, W)."""
        return unpacked(self.pictures[self.picture])

    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return grid_size(self.image().shape[1:], self.patch_size)

    def patches(self) -> Tensor:
        """All patches as rows of pixels, (N, D) in float64: the values."""
        return patchify(self.image()[None].double(), self.patch_size)[0]

    def queries_and_keys(self) -> tuple[Tensor, Tensor]:
        """What the patches ask and what they answer to, (N, d) each."""
        tokens = tokens_from(self.patches())
        w_q, w_k = random_projections(tokens.shape[1])[:, : self.head_dim]
        if self.projections == "shared":
            w_k = w_q
        return tokens @ w_q.T, tokens @ w_k.T

    def scores(self) -> Tensor:
        """q·k of the query with each patch, not divided yet, (N,)."""
        queries, keys = self.queries_and_keys()
        return keys @ queries[self.query - 1]

    def divisor(self) -> float:
        """What the scores are divided by: 1, √d or √D."""
        inside = {"nothing": 1, "head": self.head_dim}
        return math.sqrt(inside.get(self.divide_by, self.patches().shape[1]))

    def attention(self) -> tuple[Tensor, Tensor]:
        """The mean of the patches' pixels, (D,), by the weights, (N,)."""
        queries, keys = self.queries_and_keys()
        asking, scale = queries[self.query - 1, None], 1 / self.divisor()
        found = scaled_dot_product_attention(asking, keys, self.patches(), scale)
        return found[0][0], found[1][0]

    def entropy(self) -> float:
        """−Σ w ln w, in nats: 0 if one weight is all, ln N if all are equal."""
        return torch.special.entr(self.attention()[1]).sum().item()

    def largest(self) -> list[int]:
        """The patches of the largest weight, from 1; equal patches share it."""
        weights = self.attention()[1]
        return ((weights >= weights.max() * (1 - EQUAL)).nonzero()[:, 0] + 1).tolist()

    def outcome(self) -> str:
        """How the weights are spread, in words."""
        weights = self.attention()[1]
        most = f"ln {len(weights)} = {math.log(len(weights)):.2f}"
        share = percent(weights.max().item())
        return f"Entropy {self.entropy():.2f} of at most {most}; largest weight {share}"

    def still(self) -> Figure:
        """The query, the weights, and the mean, without controls."""
        figure, axes = plots.canvas(350)
        mean, weights = self.attention()
        asked = (self.image(), self.patch_size, self.query)
        draw_still(axes, *asked, weights, mean, self.outcome())
        return figure
