"""Chapter 7. The encoder: blocks of attention and MLP around one residual stream."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vitlib.attention import Attention
from vitlib.checks import check_at_least, check_known


def layer_norm(dim: int) -> nn.LayerNorm:
    """The paper's LayerNorm: PyTorch's would add 1e-5 to the variance, not 1e-6."""
    return nn.LayerNorm(dim, eps=1e-6)


@dataclass(frozen=True)
class ViTConfig:
    """All that a ViT is built from; names as in timm, sizes in pixels.

    ``num_classes`` 1 is a regression, 0 leaves the head out. ``pool`` reads the class
    token's row ("cls") or the mean of the patches' rows ("mean"). ``pos_embed`` is
    "learned", "sinusoidal" or "none".

    Source: Dosovitskiy et al. 2021, table 1.
    """

    image_size: int | tuple[int, int] = 224
    patch_size: int | tuple[int, int] = 16
    in_chans: int = 3
    num_classes: int = 1000
    embed_dim: int = 768
    depth: int = 12
    num_heads: int = 12
    mlp_ratio: float = 4.0
    qkv_bias: bool = True
    qk_scale: float | None = None
    pool: str = "cls"
    pos_embed: str = "learned"
    pos_embed_std: float = 0.02
    drop_rate: float = 0.0
    attn_drop_rate: float = 0.0
    drop_path_rate: float = 0.0
    act_layer: Callable[[], nn.Module] = nn.GELU
    norm_layer: Callable[[int], nn.Module] = layer_norm

    def __post_init__(self):
        check_known("pool", self.pool, ("cls", "mean"))
        check_known("pos_embed", self.pos_embed, ("learned", "sinusoidal", "none"))
        check_at_least("depth", self.depth, 1)
        check_at_least("num_classes", self.num_classes, 0)


class Mlp(nn.Module):
    """Two layers on each token alone: MLP(x) = W₂ GELU(W₁ x + b₁) + b₂.

    Args:
        dim: D, numbers in a token.
        hidden_dim: width between the layers, 4·D in the paper.
        act_layer: makes the activation.
        drop: dropout rate after each layer.

    Source: Dosovitskiy et al. 2021, section 3.1.
    """

    def __init__(self, dim: int, hidden_dim: int, act_layer=nn.GELU, drop: float = 0.0):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden_dim)
        self.act = act_layer()
        self.fc2 = nn.Linear(hidden_dim, dim)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        x = self.drop(self.act(self.fc1(x)))  # (B, N, hidden)
        return self.drop(self.fc2(x))  # (B, N, D)


def drop_path(branch: Tensor, rate: float, training: bool) -> Tensor:
    """Stochastic depth: leave (B, N, D) out for a share ``rate`` of the images.

    Source: Huang et al. 2016, arXiv 1603.09382.
    """
    if not training or rate == 0:
        return branch
    kept = torch.rand(branch.shape[0], 1, 1, device=branch.device) >= rate
    return branch * kept / (1 - rate)


class EncoderBlock(nn.Module):
    """z' = z + MSA(LN(z)) and z'' = z' + MLP(LN(z')) (equations 2 and 3).

    Args:
        config: widths, heads, layers and dropout.
        drop_path_rate: share of images for which a branch is left out in training.

    Source: Dosovitskiy et al. 2021, equations 2 and 3.
    """

    def __init__(self, config: ViTConfig, drop_path_rate: float = 0.0):
        super().__init__()
        c, dim = config, config.embed_dim
        scores = (c.qkv_bias, c.qk_scale, c.attn_drop_rate)
        self.norm1 = c.norm_layer(dim)
        self.attn = Attention(dim, c.num_heads, *scores, c.drop_rate)
        self.norm2 = c.norm_layer(dim)
        self.mlp = Mlp(dim, round(dim * c.mlp_ratio), c.act_layer, c.drop_rate)
        self.drop_path_rate = drop_path_rate

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or its first M rows where only they are read."""
        attended = self.attn(self.norm1(x), queries)  # (B, M, D)
        x = x[:, :queries] + drop_path(attended, self.drop_path_rate, self.training)
        changed = self.mlp(self.norm2(x))  # (B, M, D)
        return x + drop_path(changed, self.drop_path_rate, self.training)


class Encoder(nn.ModuleList):
    """Blocks one after the other, each with weights of its own."""

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or (B, M, D), its first M rows.

        All rows of the earlier blocks are needed, as keys and values of the next. Rows
        of the last block that nobody reads need not be computed.
        """
        for block in self[:-1]:
            x = block(x)
        return self[-1](x, queries)
