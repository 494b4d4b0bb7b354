"""Chapter 9. What a ViT costs, by formula: weights, multiply-adds and memory.

In all formulas N is the number of tokens, D their width, M that of the MLP, h the
number of heads and L that of blocks. Costs come by part, and their sum is the model's.
"""

from dataclasses import dataclass
from math import prod

from vitlib.attention import EXPLICIT_TOKENS, EXPLICIT_WIDTH
from vitlib.checks import as_pair
from vitlib.encoder import ViTConfig
from vitlib.patches import grid_size


@dataclass(frozen=True)
class Sizes:
    """The numbers that the formulas are made of."""

    patches: int  # in an image
    pixels: int  # in a patch, of all channels: C·P²
    tokens: int  # N, the class token among them
    width: int  # D
    hidden: int  # M
    heads: int  # h
    depth: int  # L
    classes: int  # K

    @classmethod
    def of(cls, config: ViTConfig) -> "Sizes":
        """The sizes that follow from a config."""
        patches = prod(grid_size(config.image_size, config.patch_size))
        return cls(
            patches=patches,
            pixels=config.in_chans * prod(as_pair(config.patch_size, "patch size")),
            tokens=patches + 1,
            width=config.embed_dim,
            hidden=round(config.embed_dim * config.mlp_ratio),
            heads=config.num_heads,
            depth=config.depth,
            classes=config.num_classes,
        )


def parameters(config: ViTConfig) -> dict[str, int]:
    """Numbers that a model learns, by part; parts of the blocks over all blocks.

    A block has 4D² + 2DM in matrices, which is 12D² where M = 4D, and 9D + M beside.
    """
    s = Sizes.of(config)
    n, d, m = s.tokens, s.width, s.hidden
    return {
        "patch_embed": s.pixels * d + d,
        "cls_token": d,
        "pos_embed": n * d if config.pos_embed == "learned" else 0,
        "norm1": s.depth * 2 * d,
        "attn.qkv": s.depth * (3 * d * d + (3 * d if config.qkv_bias else 0)),
        "attn.proj": s.depth * (d * d + d),
        "norm2": s.depth * 2 * d,
        "mlp.fc1": s.depth * (d * m + m),
        "mlp.fc2": s.depth * (m * d + d),
        "norm": 2 * d,
        "head": d * s.classes + s.classes,
    }


def multiply_adds(config: ViTConfig, class_row: bool = False) -> dict[str, int]:
    """Multiplications, each with an addition, in the matrix products for one image.

    A block takes 12ND² + 2N²D where M = 4D: as N grows, the share of attention's own
    products does, N / (N + 6D). Libraries that say "FLOPs" often mean this number,
    and PyTorch's counter twice as much.

    Args:
        config: of the model.
        class_row: what ``ViT.forward`` computes, which leaves out rows of the last
            block that the class token does not need; else all rows.
    """
    s = Sizes.of(config)
    n, d, m = s.tokens, s.width, s.hidden
    row = class_row and config.pool == "cls"
    whole = s.depth - row  # blocks of which all rows are computed
    return {
        "patch_embed": s.patches * s.pixels * d,
        "attn.qkv": whole * 3 * n * d * d + row * 3 * d * d,
        "scores": whole * n * n * d + row * s.heads * n * d,
        "means": whole * n * n * d + row * s.heads * n * d,
        "attn.proj": whole * n * d * d + row * d * d,
        "mlp.fc1": whole * n * d * m + row * d * m,
        "mlp.fc2": whole * n * m * d + row * m * d,
        "head": d * s.classes,
    }


def attention_maps(config: ViTConfig) -> int:
    """Numbers in the weights of all heads of all blocks for one image, L·h·N².

    The fused kernel never holds them, whatever the number of tokens.
    """
    s = Sizes.of(config)
    return s.depth * s.heads * s.tokens**2


def activations(config: ViTConfig) -> dict[str, int]:
    """Numbers kept for one image of a batch from ``ViT.forward`` to its gradient.

    A block keeps 16ND + (4 + h)N where M = 4D: what goes into each product and norm,
    two statistics of each row and norm, and one number of each row and head, from which
    the fused kernel makes its weights anew. Explicit attention keeps hN² instead.
    """
    s = Sizes.of(config)
    n, d, h = s.tokens, s.width, s.heads
    row = config.pool == "cls"
    whole, rows = s.depth - row, (s.depth - row) * n + row
    explicit = n in EXPLICIT_TOKENS and d // h <= EXPLICIT_WIDTH
    scores = n if explicit else 1  # kept of each row and head
    return {
        "patch_embed": s.patches * s.pixels,
        "norm1": s.depth * n * (d + 2),
        "attn.qkv": s.depth * n * d,
        "attention": whole * n * (3 * d + h * scores) + row * (d + 2 * h * d + h * n),
        "attn.proj": rows * d,
        "norm2": rows * (d + 2),
        "mlp": rows * (d + 2 * s.hidden),
        "norm": (1 if row else n) * (d + 2),
        "head": d if s.classes else 0,
    }


def training_memory(config: ViTConfig, batch: int = 1) -> dict[str, int]:
    """Bytes that training in float32 with AdamW holds between forward and backward."""
    learned = 4 * sum(parameters(config).values())
    return {
        "weights": learned,
        "gradients": learned,
        "optimizer": 2 * learned,  # running means of gradients and of their squares
        "activations": 4 * batch * sum(activations(config).values()),
    }
