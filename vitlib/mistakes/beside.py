"""A model whose parts have timm's names, beside vitlib's with the same weights."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vitlib.attention import Attention
from vitlib.encoder import Mlp, layer_norm
from vitlib.mistakes.altered import WAYS, put_together
from vitlib.mistakes.black_box import Seen
from vitlib.mistakes.blocks import first_of
from vitlib.mistakes.broken_ends import ChannelLast, Columns, Reshaped, Unturned
from vitlib.mistakes.subject import Subject
from vitlib.tokens import PatchEmbed

CUTS = (Reshaped, Columns, ChannelLast, Unturned)
PARTS = ("norm1", "attn", "norm2", "mlp")  # of a block, timm's names


def as_in_vitlib(s: Subject) -> Seen:
    """Each part that has timm's name, against vitlib's, on what it was given."""
    count = 0
    for name, part, x, y in recorded(s):
        ours = built(name, part, s)
        if ours is None or x.ndim != 3 + (name == "patch_embed"):
            continue
        with torch.no_grad():
            right = ours(x)
        if right.shape == y.shape and not s.same(right, y):
            far = ((right - y).abs().max() / right.abs().max()).item()
            named = f" ({key})" if (key := suspect(s, ours, x, y)) else ""
            return False, f"{name} is off by {far:.2g} of its largest number{named}"
        count += 1
    if not count:
        return True, "no parts with timm's names"
    return True, f"{count} parts as in vitlib, with the same weights"


def recorded(s: Subject) -> list[tuple[str, nn.Module, Tensor, Tensor]]:
    """Parts with timm's names, with what went in and came out, in their order."""
    found = []

    def noted(name: str, part: nn.Module, arguments: tuple, output: object) -> None:
        if arguments and isinstance(first_of(output), Tensor):
            found.append((name, part, arguments[0].detach().clone(), first_of(output)))

    with ExitStack() as stack:
        for name, part in s.model.named_modules():
            last = name.rpartition(".")[2]
            if name == "patch_embed" or ("blocks." in name and last in PARTS):
                hook = part.register_forward_hook(partial(noted, name))
                stack.enter_context(hook)
        s.logits(s.images())
    return [row for row in found if len(row[2]) == s.batch]


def built(name: str, part: nn.Module, s: Subject) -> nn.Module | None:
    """Vitlib's part with the weights of another; nothing if they do not fit it."""
    state = {key: value.to(s.dtype) for key, value in part.state_dict().items()}
    last = name.rpartition(".")[2]
    try:
        ours = empty(last, part, state, s)
        ours.load_state_dict(state)
    except (RuntimeError, KeyError, AttributeError, ValueError):
        return None
    return ours.to(s.dtype).eval()


def empty(last: str, part: nn.Module, state: dict, s: Subject) -> nn.Module:
    """Vitlib's part of the size of another, by its name."""
    if last == "patch_embed":
        width = len(state["proj.weight"])
        return PatchEmbed(s.image_size, s.patch_size, s.in_chans, width)
    if last == "attn":
        width = len(state["proj.weight"])
        return Attention(width, part.num_heads, "qkv.bias" in state)
    if last == "mlp":
        hidden, width = state["fc1.weight"].shape
        return Mlp(width, hidden)
    return layer_norm(len(state["weight"]))


def suspect(s: Subject, ours: nn.Module, x: Tensor, y: Tensor) -> str:
    """The mistake with which vitlib's part gives what was found, if there is one."""
    with torch.no_grad():
        for key, found in otherwise(ours, x):
            if found.shape == y.shape and s.same(found, y):
                return key
    return ""


def otherwise(ours: nn.Module, x: Tensor) -> Iterator[tuple[str, Tensor]]:
    """What a part would give with a mistake in it, by the mistake's key."""
    if isinstance(ours, Attention):
        for key, way in WAYS.items():
            yield key, put_together(ours, x, **way)
    if isinstance(ours, Mlp):
        yield "gelu-behind-the-mlp", F.gelu(ours(x))
        changed = copy.deepcopy(ours)
        changed.act = nn.GELU(approximate="tanh")
        yield "gelu-by-tanh", changed(x)
    if isinstance(ours, nn.LayerNorm):
        yield "eps-of-torch", F.layer_norm(x, x.shape[-1:], ours.weight, ours.bias)
    if isinstance(ours, PatchEmbed):
        yield from tokens_otherwise(ours, x)


def tokens_otherwise(ours: PatchEmbed, images: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Tokens of patches that were cut in another way."""
    for kind in CUTS:
        changed = copy.deepcopy(ours)
        changed.__class__ = kind
        yield kind.__doc__.partition(":")[0], changed(images)
