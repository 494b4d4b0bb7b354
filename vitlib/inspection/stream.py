"""The rows between the blocks, and the attention weights inside them."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from vitlib.inspection.checks import check_model
from vitlib.model import ViT


@contextmanager
def at_rest(model: nn.Module) -> Iterator[None]:
    """Without dropout or gradients; afterwards each module trains again if it did."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module in training:
            module.training = True


def stream(model: ViT, images: Tensor) -> Tensor:
    """z_0, as the first block finds it, and z_1 … z_L, as each block leaves it.

    All rows, also the last block's, of which the model computes the class row alone.

    Args: a ViT; images, (B, C, H, W).
    Returns: (L+1, B, N+1, D), row 0 the class token's; the model stays as it was.
    Raises: TypeError, ValueError: no ViT of vitlib's, or not its images.
    """
    check_model(model)
    with at_rest(model):
        rows = [model.embed(images)]  # (B, N+1, D)
        for block in model.blocks:
            rows.append(block(rows[-1]))
    return torch.stack(rows)  # (L+1, B, N+1, D)


def attention_maps(model: ViT, images: Tensor) -> Tensor:
    """A_l = softmax(Q Kᵀ / √d) of every block and head (equations 5 and 6).

    The model itself computes with a fused kernel, which never holds A; so each block's
    attention is computed once more, from the same rows, by ``forward_with_weights``.

    Args: a ViT; images, (B, C, H, W).
    Returns: (B, L, h, N+1, N+1); a row is a query's weights and sums to 1.
    Raises: TypeError, ValueError: no ViT of vitlib's, or not its images.
    """
    rows = stream(model, images)  # (L+1, B, N+1, D)
    maps = []
    with at_rest(model):
        for block, x in zip(model.blocks, rows[:-1], strict=True):
            _, weights = block.attn.forward_with_weights(block.norm1(x))
            maps.append(weights)  # (B, h, N+1, N+1)
    return torch.stack(maps, dim=1)  # (B, L, h, N+1, N+1)


def class_rows(model: ViT, images: Tensor) -> Tensor:
    """The class token's row before the first block and after each: (L+1, B, D)."""
    return stream(model, images)[:, :, 0]  # (L+1, B, D)


def stream_norms(model: ViT, images: Tensor) -> Tensor:
    """How long each row is, ‖z_l‖₂, before the first block and after each.

    Large models keep a few patches' rows ten times as long as the others, where little
    is to be seen, and use them as notepads (Darcet et al. 2024).

    Returns: (L+1, B, N+1).
    """
    return stream(model, images).norm(dim=-1)  # (L+1, B, N+1)
