"""Chapters 2 and 3. Patches to tokens (Dosovitskiy et al. 2021, equation 1)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checks import Size, as_pair, check_input, is_plain
from vitlib.patches import grid_size, patchify


class PatchEmbed(nn.Module):
    """Linear projection of flattened patches: z_n = x_n E (equation 1) + b.

    E is kept in the shape of a ``Conv2d`` kernel with stride P, as in published
    checkpoints; one saved by a ``Linear``, in the shape (D, C·P²), loads as well.
    """

    def __init__(self, image_size: Size, patch_size: Size, in_chans=3, embed_dim=768):
        super().__init__()
        self.image_size = as_pair(image_size, "image size")
        self.patch_size = as_pair(patch_size, "patch size")
        self.grid_size = grid_size(image_size, patch_size)  # (rows, columns)
        self.proj = nn.Conv2d(in_chans, embed_dim, self.patch_size, self.patch_size)
        self.register_load_state_dict_pre_hook(reshape_linear_weight)

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, D). Raises TypeError, ValueError for other images."""
        weight = self.proj.weight  # (D, C, P, P)
        check_input(images, (weight.shape[1], *self.image_size), like=weight)
        if not is_plain(self.proj):  # its hooks, or what replaced it, are called
            return self.proj(images).flatten(2).mT  # (B, N, D)
        x = patchify(images, self.patch_size)  # (B, N, C·P²)
        return F.linear(x, weight.flatten(1), self.proj.bias)  # (B, N, D)


def reshape_linear_weight(embed: PatchEmbed, state_dict: dict, prefix: str, *_) -> None:
    """Let a projection saved by a ``Linear`` load: (D, C·P²) → (D, C, P, P)."""
    key, shape = f"{prefix}proj.weight", embed.proj.weight.shape
    if key in state_dict and state_dict[key].shape == (shape[0], shape[1:].numel()):
        state_dict[key] = state_dict[key].reshape(shape)


def prepend_class_token(cls_token: Tensor, tokens: Tensor) -> Tensor:
    """[x_class; z_1; …; z_N], the same x_class for every image (equation 1).

    Args: cls_token, (1, 1, D), which is learned; tokens, (B, N, D).
    Returns: (B, N+1, D), of which the first row is x_class.
    """
    first = cls_token.expand(tokens.shape[0], -1, -1)  # (B, 1, D), not copied
    return torch.cat([first, tokens], dim=1)  # (B, N+1, D)
