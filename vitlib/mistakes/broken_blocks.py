"""Blocks with a mistake, which take the place of a ViT's."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.attention import Attention
from vitlib.encoder import Encoder, EncoderBlock, Mlp
from vitlib.mistakes.altered import WAYS, put_together
from vitlib.model import ViT


class Altered(Attention):
    """Attention with a step done in another way."""

    way: dict[str, Callable]

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        y = put_together(self, x, **self.way)
        return y[:, :1] if class_row else y


class BatchSecond(nn.Module):
    """batch-not-first: PyTorch's layer, which is not told where the batch is."""

    def __init__(self, dim: int, num_heads: int):
        super().__init__()
        self.inner = nn.MultiheadAttention(dim, num_heads)

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        y, _ = self.inner(x, x, x)
        return y[:, :1] if class_row else y


class Bent(Mlp):
    """gelu-behind-the-mlp: a curve after the second layer too."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        return F.gelu(super().forward(x))


class InPlace(EncoderBlock):
    """added-in-place: overwrites what it was given."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        x += self.attn(self.norm1(x))
        x = x + self.mlp(self.norm2(x))
        return x[:, :1] if class_row else x


class PostNorm(EncoderBlock):
    """norm-after-adding: as in the transformer of 2017."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        x = self.norm1(x + self.attn(x))
        x = self.norm2(x + self.mlp(x))
        return x[:, :1] if class_row else x


class NothingAdded(EncoderBlock):
    """nothing-added: each branch replaces what was there."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        x = self.mlp(self.norm2(self.attn(self.norm1(x))))
        return x[:, :1] if class_row else x


class Defaults(nn.TransformerEncoderLayer):
    """defaults-of-torch: post-norm, ReLU, dropout, the batch second."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        x = super().forward(x)
        return x[:, :1] if class_row else x


def attention(key: str) -> Callable[[ViT], None]:
    """Changes every block's attention."""

    def alter(model: ViT) -> None:
        for block in model.blocks:
            block.attn.__class__ = Altered
            block.attn.way = WAYS[key]

    return alter


def blocks(kind: type[EncoderBlock]) -> Callable[[ViT], None]:
    """Changes what every block does with its parts."""

    def alter(model: ViT) -> None:
        for block in model.blocks:
            block.__class__ = kind

    return alter


def batch_not_first(model: ViT) -> None:
    """PyTorch's attention in every block."""
    for block in model.blocks:
        block.attn = BatchSecond(model.config.embed_dim, model.config.num_heads)


def bent(model: ViT) -> None:
    """One GELU more in every block."""
    for block in model.blocks:
        block.mlp.__class__ = Bent


def defaults_of_torch(model: ViT) -> None:
    """PyTorch's blocks as they come."""
    c = model.config
    layers = [Defaults(c.embed_dim, c.num_heads) for _ in range(c.depth)]
    model.blocks = Encoder(layers)


def one_norm_for_both(model: ViT) -> None:
    """Each block has one norm, under two names."""
    for block in model.blocks:
        block.norm2 = block.norm1


def one_block_again(model: ViT) -> None:
    """The first block in the place of all."""
    model.blocks = Encoder([model.blocks[0]] * model.config.depth)


def norm_over_the_batch(model: ViT) -> None:
    """A batch norm of each token's features, before the blocks."""
    model.pos_drop = BatchNorm(model.config.embed_dim)


class BatchNorm(nn.BatchNorm1d):
    """norm-over-the-batch: (B, N, D), normalised over images and tokens."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        return super().forward(x.mT).mT


class Listed(nn.Module):
    """blocks-in-a-list: of which PyTorch knows nothing."""

    def __init__(self, blocks: Encoder):
        super().__init__()
        self.blocks = list(blocks)

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone."""
        for block in self.blocks:
            x = block(x)
        return x[:, :1] if class_row else x
