"""Chapter 9. The shapes in a ViT of any size, and what it costs."""

import traitlets
from matplotlib.figure import Figure

from vitlib import cost, data
from vitlib.encoder import ViTConfig
from vitlib.model import CONFIGS
from vitlib.patches import grid_size
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.cost_still import HEIGHT, draw_still, draw_why_not
from vitlib.show.widgets.cost_words import brief, size_in_bytes
from vitlib.show.widgets.patches import packed

OWN = "your own"
NAMES = ("Ti/16", "S/16", "B/32", "B/16", "L/32", "L/16", "H/14")
FIXED = ("patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio")  # by a preset


def whole(value: int, most: int, least: int = 1) -> traitlets.Int:
    """A trait for a whole number that the panel has a field for."""
    return traitlets.Int(value, min=least, max=most).tag(sync=True)


class CostInspector(Widget):
    """A ViT of any size: shapes, parameters, multiply-adds and memory.

    Traits, which drive the controls and follow them, named as in ``ViTConfig``:
        image_height, image_width, in_chans, patch_size: the picture and its cut.
        embed_dim, depth, num_heads, mlp_ratio: the encoder.
        num_classes: of the head; 0 leaves it out.
        batch: how many images training takes at a time.
        preset: the name of the model that these make, or "your own"; naming one sets
            what it fixes, and leaves picture, classes and batch.

    A trait refuses what no model has. What does not go together, heads that do not
    divide the width, is said where it matters: in the panel, and by ``config``.
    """

    module = "cost"
    preset = traitlets.Unicode("B/16").tag(sync=True)
    image_height = whole(224, 4096)
    image_width = whole(224, 4096)
    in_chans = whole(3, 16)
    patch_size = whole(16, 4096)
    embed_dim = whole(768, 16384)
    depth = whole(12, 64)
    num_heads = whole(12, 1024)
    mlp_ratio = traitlets.Float(4.0, min=0, max=64).tag(sync=True)
    num_classes = whole(1000, 100_000, least=0)
    batch = whole(1, 65536)
    mountains = traitlets.Dict(read_only=True).tag(sync=True)

    @traitlets.default("mountains")
    def _default_mountains(self) -> dict:
        return packed(data.mountains(), levels=10)

    @traitlets.validate("preset")
    def _known(self, proposal) -> str:
        return one_of((*NAMES, OWN), proposal.value, "model {!r}")

    @traitlets.observe("preset")
    def _take(self, change) -> None:
        if change.new in NAMES:
            with self.hold_trait_notifications():
                for name in FIXED:
                    setattr(self, name, getattr(CONFIGS[change.new], name))
        self._follow()

    @traitlets.observe(*FIXED)
    def _follow(self, change=None) -> None:
        self.preset = self.model_name()

    def model_name(self) -> str:
        """The preset whose model the settings describe, or "your own"."""
        for name in NAMES:
            if all(getattr(self, n) == getattr(CONFIGS[name], n) for n in FIXED):
                return name
        return OWN

    @property
    def config(self) -> ViTConfig:
        """The model's config; ``ValueError`` says why there is none, and what works."""
        height, width = self.image_height, self.image_width
        shared = ("patch_size", "in_chans", "num_classes", "embed_dim", "depth")
        values = {n: getattr(self, n) for n in (*shared, "num_heads", "mlp_ratio")}
        config = ViTConfig(height if height == width else (height, width), **values)
        grid_size(config.image_size, config.patch_size)
        return config

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of what passes through the model, for one image."""
        config = self.config
        s = cost.Sizes.of(config)
        stream = (s.tokens, s.width)
        return {
            "picture": (config.in_chans, self.image_height, self.image_width),
            "patches": (s.patches, s.pixels),
            "tokens": (s.patches, s.width),
            "class token": stream,
            "positions": stream,
            "heads": (s.heads, s.tokens, s.width // s.heads),
            "weights": (s.heads, s.tokens, s.tokens),
            "hidden": (s.tokens, s.hidden),
            "stream": stream,
            "head": (s.classes or s.width,),
        }

    def attention_bytes(self) -> int:
        """What the attention weights of a batch would take in float32."""
        return 4 * self.batch * cost.attention_maps(self.config)

    def summary(self) -> str:
        """The model and its costs in a line, as the panel says them."""
        config, name = self.config, self.preset
        tokens = cost.Sizes.of(config).tokens
        parameters = sum(cost.parameters(config).values())
        products = brief(sum(cost.multiply_adds(config).values()))
        return (
            f"{'Your own' if name == OWN else name}: {tokens:,} tokens, "
            f"{parameters:,} parameters, {products} multiply-adds"
        )

    def training_words(self) -> str:
        """What training holds, as the panel says it."""
        held = sum(cost.training_memory(self.config, self.batch).values())
        images = f"{self.batch:,} image{'s' * (self.batch > 1)}"
        return f"Training on {images} at a time holds {size_in_bytes(held)}."

    def still(self) -> Figure:
        """The shapes stage by stage, and where the parameters and products sit."""
        figure, axes = plots.canvas(HEIGHT)
        try:
            lines = [self.summary(), self.training_words()]
        except ValueError as why_not:
            draw_why_not(axes, str(why_not))
        else:
            draw_still(axes, lines, self.shapes(), self.config)
        return figure
