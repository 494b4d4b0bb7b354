"""ViTs with one mistake each, whose shapes are all right; most of them learn."""

import math
from collections.abc import Callable
from functools import partial

from torch import nn

from vitlib.checks import as_pair, one_of
from vitlib.encoder import ViTConfig
from vitlib.mistakes import broken_blocks as blocks
from vitlib.mistakes import broken_ends as ends
from vitlib.mistakes.altered import WAYS
from vitlib.model import ViT
from vitlib.patches import grid_size

BATCH = 4  # images, where a mistake needs to know
SMALL = ViTConfig(
    image_size=(8, 12),
    patch_size=2,
    in_chans=3,
    num_classes=10,
    embed_dim=24,
    depth=2,
    num_heads=3,
)


def set_eps(model: nn.Module) -> None:
    """``nn.LayerNorm``'s own eps in all norms."""
    for part in model.modules():
        if isinstance(part, nn.LayerNorm):
            part.eps = 1e-5


def set_tanh(model: ViT) -> None:
    """The approximate GELU in all blocks."""
    for block in model.blocks:
        block.mlp.act = nn.GELU(approximate="tanh")


def without_final_norm(model: ViT) -> None:
    """The head reads the stream as it is."""
    model.norm = nn.Identity()


def listed(model: ViT) -> None:
    """Blocks in a Python list, of which PyTorch knows nothing."""
    model.blocks = blocks.Listed(model.blocks)


def becomes(kind: type[ViT]) -> Callable[[ViT], None]:
    """The whole model does something else with its parts."""

    def alter(model: ViT) -> None:
        model.__class__ = kind

    return alter


CHANGES: dict[str, Callable[[ViT], None]] = {  # by the mistake's key
    "plain-reshape": partial(ends.embedding, ends.Reshaped),
    "columns-before-rows": partial(ends.embedding, ends.Columns),
    "channel-last": partial(ends.embedding, ends.ChannelLast),
    "border-cropped": partial(ends.embedding, ends.Cropping),
    "transpose-forgotten": partial(ends.embedding, ends.Unturned),
    "batch-in-the-parameter": partial(ends.class_tokens, batch_size=BATCH),
    "class-token-last": becomes(ends.ClassTokenLast),
    "plain-tensor": ends.plain_class_token,
    "mean-of-everything": becomes(ends.MeanOfEverything),
    "one-position-for-all": partial(ends.positions, rows=1),
    "one-for-each-image": partial(ends.positions, rows=BATCH),
    **{key: blocks.attention(key) for key in WAYS},
    "batch-not-first": blocks.batch_not_first,
    "added-in-place": blocks.blocks(blocks.InPlace),
    "norm-after-adding": blocks.blocks(blocks.PostNorm),
    "nothing-added": blocks.blocks(blocks.NothingAdded),
    "defaults-of-torch": blocks.defaults_of_torch,
    "one-norm-for-both": blocks.one_norm_for_both,
    "one-block-thrice": blocks.one_block_again,
    "gelu-behind-the-mlp": blocks.bent,
    "eps-of-torch": set_eps,
    "gelu-by-tanh": set_tanh,
    "softmax-twice": becomes(ends.Softmax),
    "no-final-norm": without_final_norm,
    "another-row-read": becomes(ends.LastRow),
    "tested-while-training": becomes(ends.Restless),
    "norm-over-the-batch": blocks.norm_over_the_batch,
    "blocks-in-a-list": listed,
}


def broken(key: str, config: ViTConfig = SMALL) -> ViT:
    """A ViT with the mistake ``key``, of ``broken_keys(config)``; random weights.

    Raises: ValueError: no such mistake, or none that a model of this config can have.
    """
    if key not in broken_keys(config):
        known = one_of(broken_keys(config))
        raise ValueError(f"no ViT of this config has {key!r}; there are {known}")
    model = ViT(config)
    CHANGES[key](model)
    return model


def broken_keys(config: ViTConfig = SMALL) -> list[str]:
    """The mistakes that a ViT of this config can have, though its shapes are right."""
    pixels = config.in_chans * math.prod(as_pair(config.patch_size, "patch size"))
    left_out = set() if config.in_chans > 1 else {"channel-last"}
    rows, columns = grid_size(config.image_size, config.patch_size)
    if rows * columns != pixels:
        left_out.add("transpose-forgotten")
    return [key for key in CHANGES if key not in left_out]
