"""Attention maps of other libraries' ViTs, which do not hand them out unasked."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

from vitlib.inspection.checks import check_recorded
from vitlib.inspection.stream import at_rest


def peer_attention_maps(model: nn.Module, images: Tensor) -> Tensor:
    """Every block's attention weights, of a ViT of timm, transformers or torchvision.

    Afterwards the model computes as before, also if it fails on the images.

    Args: such a model; images, (B, C, H, W), as it takes them.
    Returns: (B, L, h, T, T), T tokens: the class token, registers if any, patches.
    Raises: TypeError: of another library. ValueError: it has no such weights.
    """
    names = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    known = names & WAYS.keys()
    if not known:
        raise TypeError(
            f"peer_attention_maps knows the models of {', '.join(WAYS)}, got "
            f"{type(model).__name__}; for a vitlib.ViT there is attention_maps, and a "
            "compiled model holds its own as _orig_mod"
        )
    with at_rest(model):
        maps = WAYS[known.pop()](model, images)  # L × (B, h, T, T)
    check_recorded(maps, model)
    return torch.stack(tuple(maps), dim=1)  # (B, L, h, T, T)


def timm_maps(model: nn.Module, images: Tensor) -> list[Tensor]:
    """What reaches each ``attn_drop``; the fused kernel, which passes it by, is off."""
    parts = [part for part in model.modules() if hasattr(part, "fused_attn")]
    maps = []
    with ExitStack() as stack:
        for part in parts:
            stack.enter_context(changed(part, "fused_attn", False))
            hook = part.attn_drop.register_forward_hook(
                lambda module, inputs, output: maps.append(inputs[0])
            )
            stack.enter_context(hook)  # is removed at the end
        model(images)
    return maps


def transformers_maps(model: nn.Module, images: Tensor) -> tuple[Tensor, ...]:
    """What they return when asked; with "sdpa", their default, that would be ``()``."""
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        return model(pixel_values=images, output_attentions=True).attentions
    finally:
        model.set_attn_implementation(before)


def torchvision_maps(model: nn.Module, images: Tensor) -> list[Tensor]:
    """What ``nn.MultiheadAttention`` returns when called with ``need_weights=True``."""
    maps = []

    def ask(module: nn.Module, inputs: tuple, options: dict) -> tuple[tuple, dict]:
        return inputs, options | {"need_weights": True, "average_attn_weights": False}

    def keep(module: nn.Module, inputs: tuple, output: tuple) -> None:
        maps.append(output[1])  # (B, h, T, T)

    with ExitStack() as stack:
        for part in model.modules():
            if isinstance(part, nn.MultiheadAttention):
                before = part.register_forward_pre_hook(ask, with_kwargs=True)
                stack.enter_context(before)
                stack.enter_context(part.register_forward_hook(keep))
        model(images)
    return maps


@contextmanager
def changed(part: object, name: str, value: object) -> Iterator[None]:
    """An attribute set to something else for a while."""
    before = getattr(part, name)
    setattr(part, name, value)
    try:
        yield
    finally:
        setattr(part, name, before)


Maps = list[Tensor] | tuple[Tensor, ...]
WAYS: dict[str, Callable[[nn.Module, Tensor], Maps]] = {
    "timm": timm_maps,
    "transformers": transformers_maps,
    "torchvision": torchvision_maps,
}
