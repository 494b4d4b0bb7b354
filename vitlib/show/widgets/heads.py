"""Chapter 6. One attention layer, cut into heads."""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import training
from vitlib.attention import Attention, scaled_dot_product_attention, split_heads
from vitlib.patches import grid_size
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.heads_layers import (
    COUNTS,
    DIM,
    cut_model,
    fitting,
    random_layer,
    random_tokens,
    right_answers,
)
from vitlib.show.widgets.heads_still import draw_still
from vitlib.show.widgets.looked_at import digit_pictures, packed_digits_model, scenes
from vitlib.show.widgets.patches import unpacked


class HeadsExplorer(Widget):
    """One query's attention, head by head, for any number of heads.

    Traits, which drive the controls and follow them:
        weights: "random", an untrained layer, or "trained", one of the digits' model.
        heads: how many, 1, 2, 3, 4, 6, 8 or 12; 48 features are cut into so many.
        picture: what the random layer looks at, "mountains" or "photograph".
        patch_size: P of the random layer, one that fits the picture.
        digit: what the trained layer looks at, a name in ``explorer.digits``.
        layer: which of the trained ones, 1 to 4.
        query: the token that asks: patches from 1; 0, the class token, if trained.
    """

    module = "heads"
    weights = traitlets.Enum(("random", "trained"), "random").tag(sync=True)
    heads = traitlets.Int(4).tag(sync=True)
    picture = traitlets.Unicode("mountains").tag(sync=True)
    patch_size = traitlets.Int(10).tag(sync=True)
    digit = traitlets.Unicode("3").tag(sync=True)
    layer = traitlets.Int(1, min=1, max=training.DIGITS.depth).tag(sync=True)
    query = traitlets.Int(18, min=0).tag(sync=True)
    pictures = traitlets.Dict(read_only=True).tag(sync=True)
    digits = traitlets.Dict(read_only=True).tag(sync=True)
    trained = traitlets.Dict(read_only=True).tag(sync=True)
    right = traitlets.Dict(read_only=True).tag(sync=True)

    _default_pictures = traitlets.default("pictures")(lambda self: scenes())
    _default_digits = traitlets.default("digits")(lambda self: digit_pictures())
    _default_right = traitlets.default("right")(lambda self: right_answers())

    @traitlets.default("trained")
    def _default_trained(self) -> dict:
        return packed_digits_model()

    @traitlets.validate("heads")
    def _known_heads(self, proposal) -> int:
        return one_of(COUNTS, proposal.value, f"cut of {DIM} features into {{}} heads")

    @traitlets.validate("picture")
    def _known_picture(self, proposal) -> str:
        return one_of(self.pictures, proposal.value, "picture {!r}")

    @traitlets.validate("digit")
    def _known_digit(self, proposal) -> str:
        return one_of(self.digits, proposal.value, "digit {!r}")

    @traitlets.validate("patch_size")
    def _known_size(self, proposal) -> int:
        sizes = fitting(self.pictures[self.picture])
        return one_of(sizes, proposal.value, f"patch size {{}} for the {self.picture}")

    @traitlets.observe("weights", "picture", "query", "patch_size")
    def _keep_in_range(self, _change) -> None:
        sizes = fitting(self.pictures[self.picture])
        self.patch_size = min(sizes, key=lambda size: abs(size - self.patch_size))
        rows, columns = self.grid()
        self.query = min(max(self.query, self.first()), rows * columns)

    def first(self) -> int:
        """The first token that can ask: the class token, 0, or patch 1."""
        return 0 if self.weights == "trained" else 1

    def image(self) -> Tensor:
        """The picture that is looked at, (C, H, W)."""
        if self.weights == "trained":
            return unpacked(self.digits[self.digit])
        return unpacked(self.pictures[self.picture])

    def grid(self) -> tuple[int, int]:
        """Rows and columns of its patches."""
        trained = self.weights == "trained"
        size = training.DIGITS.patch_size if trained else self.patch_size
        return grid_size(self.image().shape[1:], size)

    def attention_layer(self) -> Attention:
        """The layer that is looked into, with the chosen number of heads."""
        if self.weights == "trained":
            return cut_model(self.heads).blocks[self.layer - 1].attn
        return random_layer(self.heads)

    @torch.no_grad()
    def tokens(self) -> Tensor:
        """What that layer gets, (N, 48); if trained, the class token comes first."""
        if self.weights == "random":
            return random_tokens(self.image(), self.patch_size)
        model = cut_model(self.heads)
        *before, block = model.blocks[: self.layer]
        x = model.embed(self.image()[None].double())  # (1, 17, 48)
        for earlier in before:
            x = earlier(x)
        return block.norm1(x)[0]

    @torch.no_grad()
    def split(self) -> tuple[Tensor, Tensor]:
        """The query's q, k and v, (3, h, 48/h), and its weights A, (h, N)."""
        layer, row = self.attention_layer(), self.query - self.first()
        qkv = layer.qkv(self.tokens()[None])  # (1, N, 144)
        q, k, v = split_heads(qkv, layer.num_heads)  # (1, h, N, 48/h) each
        asked = q[:, :, row, None]  # (1, h, 1, 48/h)
        _, weights = scaled_dot_product_attention(asked, k, v, layer.scale)
        own = torch.stack([q, k, v])[:, 0, :, row]  # (3, h, 48/h)
        return own, weights[0, :, 0]

    def entropies(self) -> Tensor:
        """−Σ a ln a of each head's weights, (h,), in nats; at most ln N."""
        return torch.special.entr(self.split()[1]).sum(dim=1)

    def counts(self) -> tuple[int, int]:
        """Parameters of the layer, 4 · 48² + 4 · 48, and attention weights, h · N²."""
        parameters = self.attention_layer().parameters()
        tokens = len(self.tokens())
        return sum(p.numel() for p in parameters), self.heads * tokens**2

    @torch.no_grad()
    def answer(self) -> tuple[int, float] | None:
        """What the trained model so cut takes the picture for, and how surely."""
        if self.weights == "random":
            return None
        model = cut_model(self.heads)
        share, digit = model(self.image()[None].double())[0].softmax(dim=0).max(dim=0)
        return int(digit), share.item()

    def still(self) -> Figure:
        """The picture with its query, and a map of attention for each head."""
        figure, axes = plots.canvas(454)
        _, weights = self.split()
        draw_still(axes, self.image(), self.grid(), self.query, weights, self.facts())
        return figure

    def facts(self) -> list[str]:
        """What the still picture says of the chosen cut."""
        parameters, attention = self.counts()
        heads = f"{self.heads} head{'s' * (self.heads > 1)}"
        asks = f"patch {self.query}" if self.query else "the class token"
        lines = [
            f"{heads} of {DIM // self.heads} features",
            f"the query: {asks}",
            f"parameters: {parameters:,}",
            f"attention weights: {attention:,}",
        ]
        if self.weights == "random":
            return [*lines, "weights: random"]
        digit, share = self.answer()
        read = f"{self.right[str(self.heads)]} of 450 digits right"
        return [*lines, f"layer {self.layer}; read as {digit} ({share:.0%})", read]
