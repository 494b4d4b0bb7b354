"""A model's weights as a page takes them, for ``model_math.js`` to run."""

import base64

import torch
from torch import nn

from vitlib.model import ViT


def packed_model(model: ViT) -> dict:
    """A model for the front end: its sizes, and its weights as float16 in base64.

    Args:
        model: with LayerNorm, exact GELU and scores over √(D/h), as in the paper; its
            weights are numbers that float16 holds exactly: those of
            ``model.half().float()`` are.

    Returns:
        "config"; "shapes", of each tensor its name and shape, in a list because
        notebooks sort dictionaries; and "halves", all their numbers in that order, two
        bytes each, the lower byte first.

    Raises:
        ValueError: the model has other layers, or a weight would have to be rounded.
    """
    check_layers(model)
    tensors = dict(model.state_dict())
    if model.pos_embed is not None:  # a fixed table is not among the weights
        tensors["pos_embed"] = model.pos_embed
    for name, tensor in tensors.items():
        if not tensor.isfinite().all() or (tensor.half() != tensor).any():
            raise ValueError(
                f"{name} has numbers that float16 does not hold: round the model's "
                "weights first, model.half().float()"
            )
    numbers = torch.cat([tensor.detach().flatten() for tensor in tensors.values()])
    halves = numbers.half().numpy().astype("<f2").tobytes()
    return {
        "config": sizes(model),
        "shapes": [[name, [*t.shape]] for name, t in tensors.items()],
        "halves": base64.b64encode(halves).decode(),
    }


def sizes(model: ViT) -> dict:
    """What ``model_math.js`` needs to know beside the weights."""
    c, embed = model.config, model.patch_embed
    height, width = embed.image_size
    return {
        "channels": c.in_chans,
        "height": height,
        "width": width,
        "patch": [*embed.patch_size],
        "patches": embed.grid_size[0] * embed.grid_size[1],
        "dim": c.embed_dim,
        "hidden": model.blocks[0].mlp.fc1.out_features,
        "depth": c.depth,
        "heads": c.num_heads,
        "pool": c.pool,
        "eps": model.norm.eps,
    }


def check_layers(model: ViT) -> None:
    """Refuse what ``model_math.js`` does not compute."""
    block = model.blocks[0]
    known = (
        isinstance(model.norm, nn.LayerNorm) and model.norm.elementwise_affine,
        isinstance(block.mlp.act, nn.GELU) and block.mlp.act.approximate == "none",
        model.config.qk_scale is None,
    )
    if not all(known):
        raise ValueError(
            "a page runs models with nn.LayerNorm, exact nn.GELU and the scale "
            f"1/√(D/h), got {model.config}"
        )
