"""What weights do not show of the model that they were learned in."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from torch import Tensor, nn

from vitlib.cost import parameters
from vitlib.encoder import ViTConfig
from vitlib.patches import grid_size

ACTIVATIONS = {  # by Hugging Face's names
    "gelu": nn.GELU,
    "gelu_new": partial(nn.GELU, approximate="tanh"),
    "gelu_pytorch_tanh": partial(nn.GELU, approximate="tanh"),
    "relu": nn.ReLU,
}
FIELDS = {  # of this book's config, and of Hugging Face's
    "image_size": "image_size",
    "patch_size": "patch_size",
    "in_chans": "num_channels",
    "embed_dim": "hidden_size",
    "depth": "num_hidden_layers",
    "num_heads": "num_attention_heads",
    "qkv_bias": "qkv_bias",
    "drop_rate": "hidden_dropout_prob",
    "attn_drop_rate": "attention_probs_dropout_prob",
}
DERIVED = ("intermediate_size", "layer_norm_eps", "hidden_act")
SIDES = ("image_size", "patch_size")  # of which a list of two may be said


def facts_of(config: ViTConfig) -> dict:
    """What changes logits but no weight's shape; eps and grid can be put right."""
    usual = (config.embed_dim // config.num_heads) ** -0.5
    return {
        "heads": config.num_heads,
        "activation": str(config.act_layer()),
        "scale": None if config.qk_scale == usual else config.qk_scale,
        "positions": config.pos_embed,
        "eps": getattr(config.norm_layer(1), "eps", None),
        "grid": grid_size(config.image_size, config.patch_size),
    }


def norm_with_eps(dim: int, norm_layer: Callable, eps: float) -> nn.Module:
    """What ``norm_layer`` makes, with another eps."""
    norm = norm_layer(dim)
    norm.eps = eps
    return norm


def read_json(path: Path) -> dict:
    """What a JSON file says by name.

    Raises:
        FileNotFoundError, ValueError: no file, or nothing by name in it.
    """
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON of a config: {error}") from error


def read_config(path: Path) -> ViTConfig:
    """Hugging Face's ``config.json`` of a ViT as this book's config.

    Raises:
        FileNotFoundError, ValueError: no file, or not of a ViT that can be built.
    """
    config = read_json(path)
    config.setdefault("qkv_bias", True)  # old ones do not speak of it
    kind = config.get("model_type")
    missing = {*FIELDS.values(), *DERIVED} - config.keys()
    if kind != "vit" or missing:
        what = (
            f"lacks {', '.join(sorted(missing))}" if kind == "vit" else f"is {kind!r}"
        )
        raise ValueError(f"{path} is of no ViT of Hugging Face's: it {what}")
    check_numbers(path, config)
    act = config["hidden_act"]
    if not isinstance(act, str) or act not in ACTIVATIONS:
        raise ValueError(f"{path}: {act!r} is none of {', '.join(ACTIVATIONS)}")
    return ViTConfig(
        **{ours: config[theirs] for ours, theirs in FIELDS.items()},
        mlp_ratio=config["intermediate_size"] / config["hidden_size"],
        act_layer=ACTIVATIONS[act],
        norm_layer=partial(nn.LayerNorm, eps=config["layer_norm_eps"]),
    )


def check_numbers(path: Path, config: dict) -> None:
    """Raise unless what a config says in numbers are such, and its width is above 0."""
    for name in (*FIELDS.values(), *DERIVED[:2]):
        kinds = int | float | list if name in SIDES else int | float
        if not isinstance(config[name], kinds):
            raise ValueError(f"{path}: {name} must be a number, got {config[name]!r}")
    if not config["hidden_size"] >= 1:
        width = config["hidden_size"]
        raise ValueError(f"{path}: hidden_size must be at least 1, got {width!r}")


def check_held(path: Path, config: ViTConfig, state: Mapping[str, Tensor]) -> None:
    """Raise if a config is of a model far larger than the weights, before it is made.

    What is a little larger can be made, and each weight be named that is missing.
    """
    asked = sum(parameters(config).values())
    held = sum(weight.numel() for weight in state.values())
    if asked > 10 * held:
        raise ValueError(
            f"{path} is of a model of {asked:,} numbers; the weights beside it are only"
            f" {held:,}, those of another one"
        )
