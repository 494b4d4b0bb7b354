"""Chapter 9. What readers make instead of what is asked, by what went wrong."""

import torch
from torch import Tensor

from vitlib.cost import Sizes, parameters
from vitlib.encoder import ViTConfig

CHANNELS = (1, -1, 1, 1)  # of a kernel (D, C, P, P), for numbers (C,)


def in_parameters(config: ViTConfig) -> dict[int, str]:
    """What to say of a number of parameters, by how many are missing in it."""
    s, parts = Sizes.of(config), parameters(config)
    biases = (5 * s.width + s.hidden) * s.depth
    return in_depths(s, parts) | {
        biases: "the linear layers of the blocks have biases.",
        biases + s.classes: "blocks and head have biases too.",
        biases + s.classes + s.width: "every linear layer has a bias.",
        **around_blocks(s, parts, config.in_chans),
    }


def in_depths(s: Sizes, parts: dict[str, int]) -> dict[int, str]:
    """The same of what is missing in the blocks."""
    d, depth, norms = s.width, s.depth, 2 * parts["norm1"]
    mlp = parts["mlp.fc1"] + parts["mlp.fc2"]
    blocks = norms + parts["attn.qkv"] + parts["attn.proj"] + mlp
    narrow = 4 * d - s.hidden  # by so many is the layer narrower than it often is
    return {
        blocks - blocks // depth: f"that is one block; there are {depth}.",
        blocks: "the blocks are missing.",
        norms: "the norms of the blocks are missing: two, with γ and β, in each.",
        norms + 2 * d: "norms are missing: two in each block, and one at the end.",
        norms // 2: "each block has two norms, and each has γ and β.",
        norms // 2 + d: "each norm has γ and β.",
        3 * d * depth: "qkv has a bias too, of 3 D.",
        parts["attn.qkv"]: "q, k and v are missing.",
        parts["attn.qkv"] * 2 // 3: "q, k and v are three matrices, not one.",
        parts["attn.proj"]: "proj, attention's output projection, is missing.",
        mlp: "the MLPs are missing.",
        -(2 * d + 1) * narrow * depth: "an MLP's hidden layer has ratio · D numbers.",
    }


def around_blocks(s: Sizes, parts: dict[str, int], channels: int) -> dict[int, str]:
    """The same of what is missing before and after the blocks."""
    d, table = s.width, parts["pos_embed"]
    coloured = s.pixels - s.pixels // channels  # of a patch, but for one channel
    return {
        coloured * d: "a patch has the pixels of all channels.",
        parts["patch_embed"]: "the patch projection is missing.",
        table: "the positions are missing.",
        table - d: "the positions of the patches are missing.",
        table + d: "class token and positions are missing; they are learned too.",
        parts["head"]: "the head is missing.",
        d * s.classes: "the head's matrix, D × K, is missing.",
        s.classes: "the head has a bias too, of K.",
        2 * d: "2 D are missing: the class token and its position, or γ and β of the "
        "final norm.",
        d: "D are missing: the class token, its position, or the bias of the patch "
        "projection.",
        -d: "that is D too many: one class token, and one position of it.",
    }


def in_groups(
    decayed: list[str], spared: list[str], wanted: set[str], axes: dict[str, int]
) -> str:
    """What is wrong with two groups of names; nothing if those that decay are wanted.

    ``axes`` has the number of axes of every parameter, by name.
    """
    named = decayed + spared
    for name in named:
        if name not in axes:
            return f"{name!r} is no parameter of this model; it has {len(axes)}."
        if named.count(name) > 1:
            both = name in decayed and name in spared
            return f"{name} stands {'in both lists' if both else 'there twice'}."
    if lost := [name for name in axes if name not in named]:
        return f"{len(lost)} of {len(axes)} are in neither list, such as {lost[0]}."
    if {*spared} == wanted:
        return "the lists have changed places: what decays comes first."
    tables = {name for name in axes if name in ("cls_token", "pos_embed")}
    if {*decayed} == wanted | tables:
        return f"{' and '.join(sorted(tables))} decay: three axes, and no matrix."
    return misplaced({*decayed}, wanted, axes)


def misplaced(decayed: set[str], wanted: set[str], axes: dict[str, int]) -> str:
    """The first parameter that stands in the wrong one of two groups, and why."""
    for name, count in axes.items():
        if name in wanted - decayed:
            kernel = ": a kernel, of four axes" if count == 4 else ""
            return f"{name} is a matrix{kernel}; it should decay."
        if name in decayed - wanted:
            kind = "a bias" if name.endswith("bias") else "the scale of a norm"
            kind = kind if count == 1 else "no matrix, whatever its axes"
            return f"{name} decays, and is {kind}."
    return ""


def in_rows(dim: int, heads: int) -> dict[str, Tensor]:
    """Other orders of timm's rows than (h d qkv)."""
    rows = torch.arange(3.0 * dim).double().view(3, heads, -1)  # (3, h, d)
    ways = {"h qkv d": (1, 0, 2), "d qkv h": (2, 0, 1), "qkv d h": (0, 2, 1)}
    orders = {
        f"that is ({order}); (h d qkv) is asked.": rows.permute(way).flatten()
        for order, way in ways.items()
    }
    back = rows.permute(1, 2, 0).flatten().argsort().double()
    return orders | {
        "that is (d h qkv): heads and features have changed places.": (
            rows.permute(2, 1, 0).flatten()
        ),
        "that is the way back, to timm's from (h d qkv); argsort turns it.": back,
        "that is timm's own order, (qkv h d).": rows.flatten(),
    }


def in_weight(weight: Tensor, bias: Tensor, mean: Tensor, std: Tensor) -> tuple:
    """The weight that takes pixels as they are, and mistakes with it."""
    wide = std.view(CHANNELS)
    return weight / wide, {
        "multiplied by std; x was divided by it, so the weight is too.": weight * wide,
        "the weight is as it was; each channel's is divided by its std.": weight,
        "one std for all channels; each has its own.": weight / std.mean(),
        "the mean goes into the bias, not into the weight.": (
            (weight - mean.view(CHANNELS)) / wide
        ),
    }


def in_bias(weight: Tensor, bias: Tensor, mean: Tensor, std: Tensor) -> tuple:
    """The bias that takes pixels as they are, and mistakes with it."""
    wide, middle = std.view(CHANNELS), mean.view(CHANNELS)
    shares = weight / wide * middle  # (D, C, P, P)
    taken = {
        "the bias is as it was; W mean / std is to be subtracted.": 0 * shares,
        "the sign: W mean / std is subtracted, not added.": -shares,
        "std is missing in the bias: W mean / std, of the new weight.": shares * wide,
        "multiplied by std in the bias; the mean was divided by it.": (
            shares * wide.square()
        ),
        "divided by std twice in the bias.": shares / wide,
        "one mean for all channels; each has its own.": weight / wide * mean.mean(),
        "averaged, not summed, over channels and pixels.": shares / shares[0].numel(),
    }
    found = {words: bias - share.sum((1, 2, 3)) for words, share in taken.items()}
    asked = bias - shares.sum((1, 2, 3))
    return asked, found | {
        "b itself is lost: b − W mean / std.": asked - bias,
        "the weight is missing in the bias: b − W mean / std.": (
            bias - (mean / std).sum()
        ),
    }
