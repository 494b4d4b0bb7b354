"""ViTs with a mistake before the blocks, or behind them."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.model import ViT, pool
from vitlib.patches import patchify
from vitlib.tokens import PatchEmbed


class Cut(PatchEmbed):
    """Tokens of patches that are cut in another way."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, D)."""
        rows = self.cut(images)  # (B, N, C·P²)
        return F.linear(rows, self.proj.weight.flatten(1), self.proj.bias)


class Reshaped(Cut):
    """plain-reshape: lines of the picture, folded up."""

    def cut(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, C·P²)."""
        return images.reshape(len(images), -1, self.proj.weight[0].numel())


class Columns(Cut):
    """columns-before-rows: patches in the order of columns."""

    def cut(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, C·P²)."""
        rows = patchify(images, self.patch_size).unflatten(1, self.grid_size)
        return rows.transpose(1, 2).flatten(1, 2)


class ChannelLast(Cut):
    """channel-last: the colours of a pixel side by side."""

    def cut(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, C·P²)."""
        rows = patchify(images, self.patch_size)
        return rows.unflatten(2, (images.shape[1], -1)).transpose(2, 3).flatten(2)


class Unturned(Cut):
    """transpose-forgotten: columns for rows, where there are as many of both."""

    def cut(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, C·P²)."""
        return F.unfold(images, self.patch_size, stride=self.patch_size)


class Cropping(PatchEmbed):
    """border-cropped: what does not fit is left out."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N, D)."""
        return self.proj(images).flatten(2).mT


class ClassTokens(ViT):
    """batch-in-the-parameter: a class token for each place in the batch."""

    def embed(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N+1, D)."""
        return torch.cat([self.cls_token, self.patch_embed(images)], 1) + self.pos_embed


class ClassTokenLast(ViT):
    """class-token-last: row 0, which the head reads, is a patch's."""

    def embed(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, N+1, D)."""
        last = self.cls_token.expand(len(images), -1, -1)
        return torch.cat([self.patch_embed(images), last], dim=1) + self.pos_embed


class MeanOfEverything(ViT):
    """mean-of-everything: the class token is averaged along."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K)."""
        return self.head(self.forward_features(images).mean(dim=1))


class LastRow(ViT):
    """another-row-read: the head reads the last patch."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K)."""
        return self.head(self.forward_features(images)[:, -1])


class Softmax(ViT):
    """softmax-twice: shares where the loss expects logits."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K), which sum to 1."""
        return super().forward(images).softmax(dim=1)


class Restless(ViT):
    """tested-while-training: dropout that no ``eval()`` turns off."""

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K)."""
        x = self.forward_features(images, class_row=True)
        return self.head(F.dropout(pool(x, "cls"), 0.1))


def embedding(kind: type[PatchEmbed], model: ViT) -> None:
    """Cut patches in another way, with the weights that are there."""
    c, weights = model.config, model.patch_embed.state_dict()
    changed = kind(c.image_size, c.patch_size, c.in_chans, c.embed_dim)
    changed.load_state_dict(weights)
    model.patch_embed = changed


def plain_class_token(model: ViT) -> None:
    """plain-tensor: neither learned nor saved."""
    token = 0.02 * torch.randn(1, 1, model.config.embed_dim)
    del model.cls_token
    model.cls_token = token


def class_tokens(model: ViT, batch_size: int) -> None:
    """batch-in-the-parameter: so many class tokens."""
    model.__class__ = ClassTokens
    model.cls_token = nn.Parameter(torch.randn(batch_size, 1, model.config.embed_dim))


def positions(model: ViT, rows: int) -> None:
    """A table (rows, 1, D), which is added to every token without complaint."""
    table = 0.02 * torch.randn(rows, 1, model.config.embed_dim)
    model.pos_embed = nn.Parameter(table)
