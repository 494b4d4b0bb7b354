"""Chapters 2 and 3. From patches to tokens, and the class token before them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checks import as_pair, check_shape
from vitlib.patches import grid_size, patchify


class PatchEmbed(nn.Module):
    """Linear projection of flattened patches: z_n = E x_n + b (equation 1).

    The weight is kept in the shape of a ``Conv2d`` with kernel = stride = P, as in
    published checkpoints; one in the shape of a ``Linear``, (D, C·P²), loads as well.

    Args:
        image_size, patch_size: in pixels, integers or (height, width).
        in_chans: C, channels of the image.
        embed_dim: D, numbers in a token.

    Raises:
        ValueError: images are not of the size or channels that were configured.

    Source: Dosovitskiy et al. 2021, section 3.1 and equation 1.
    """

    def __init__(self, image_size, patch_size, in_chans: int = 3, embed_dim: int = 768):
        super().__init__()
        self.image_size = as_pair(image_size, "image size")
        self.patch_size = as_pair(patch_size, "patch size")
        self.grid_size = grid_size(image_size, patch_size)  # (rows, columns)
        self.proj = nn.Conv2d(in_chans, embed_dim, self.patch_size, self.patch_size)
        self.register_load_state_dict_pre_hook(reshape_linear_weight)

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, D)."""
        check_shape(images, (self.proj.in_channels, *self.image_size))
        x = patchify(images, self.patch_size)  # (B, N, C·P²)
        return F.linear(x, self.proj.weight.flatten(1), self.proj.bias)  # (B, N, D)


def reshape_linear_weight(
    module: PatchEmbed, state_dict: dict, prefix: str, *_
) -> None:
    """Let a projection saved by a ``Linear`` load: (D, C·P²) → (D, C, P, P)."""
    key, shape = f"{prefix}proj.weight", module.proj.weight.shape
    weight = state_dict.get(key)
    if weight is not None and weight.shape == (shape[0], shape[1:].numel()):
        state_dict[key] = weight.reshape(shape)


def prepend_class_token(cls_token: Tensor, tokens: Tensor) -> Tensor:
    """Put the class token before every sequence of tokens: z_0 = x_class (equation 1).

    Args:
        cls_token: (1, 1, D), one learned vector, the same for every image.
        tokens: (B, N, D).

    Returns:
        (B, N+1, D).

    Source: Dosovitskiy et al. 2021, section 3.1, after BERT's [class] token.
    """
    first = cls_token.expand(tokens.shape[0], -1, -1)  # (B, 1, D), not copied
    return torch.cat([first, tokens], dim=1)  # (B, N+1, D)
