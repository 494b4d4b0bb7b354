"""Chapter 7. Blocks around one residual stream (Dosovitskiy et al. 2021, eq. 2–3)."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from vitlib.attention import Attention
from vitlib.checks import Size, check_config


def layer_norm(dim: int) -> nn.LayerNorm:
    """LN(x) = γ (x − mean) / √(variance + 1e-6) + β; PyTorch's own would add 1e-5."""
    return nn.LayerNorm(dim, eps=1e-6)


@dataclass(frozen=True)
class ViTConfig:
    """All that a ViT is built from, checked; names as in timm, sizes in pixels."""

    image_size: Size = 224
    patch_size: Size = 16
    in_chans: int = 3
    num_classes: int = 1000  # 1 is a regression, 0 leaves the head out
    embed_dim: int = 768
    depth: int = 12
    num_heads: int = 12
    mlp_ratio: float = 4.0
    qkv_bias: bool = True
    qk_scale: float | None = None
    pool: str = "cls"  # the class token's row, or the "mean" of the patches' rows
    pos_embed: str = "learned"  # or "sinusoidal", or "none"
    pos_embed_std: float = 0.02
    drop_rate: float = 0.0
    attn_drop_rate: float = 0.0
    drop_path_rate: float = 0.0
    act_layer: Callable[[], nn.Module] = nn.GELU
    norm_layer: Callable[[int], nn.Module] = layer_norm

    def __post_init__(self):
        check_config(self)


class Mlp(nn.Module):
    """MLP(x) = W₂ GELU(W₁ x + b₁) + b₂ of each token alone, dropout after each W."""

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
    """Leave (B, N, D) out for a share of images, E[·] unchanged (Huang et al. 2016)."""
    if not training or rate == 0:
        return branch
    kept = branch.new_empty(branch.shape[0], 1, 1).bernoulli_(1 - rate)
    return branch * kept / (1 - rate)


class EncoderBlock(nn.Module):
    """z' = z + MSA(LN(z)) and z'' = z' + MLP(LN(z')) (equations 2 and 3).

    In training, each branch is left out for a share ``drop_path_rate`` of the images.
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

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone, (B, 1, D)."""
        y = self.attn(self.norm1(x), class_row)  # (B, N, D) or (B, 1, D)
        x = x[:, : y.shape[1]] + drop_path(y, self.drop_path_rate, self.training)
        y = self.mlp(self.norm2(x))  # (B, N, D) or (B, 1, D)
        return x + drop_path(y, self.drop_path_rate, self.training)


class Encoder(nn.ModuleList):
    """z_l = block_l(z_{l−1}) for l = 1 … L, each block with weights of its own."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone, (B, 1, D)."""
        for number, block in enumerate(self, start=1):
            x = block(x, class_row and number == len(self))  # earlier, all are read
        return x
