"""Chapter 7. The encoder: blocks of attention and MLP around one residual stream."""

import torch
from torch import Tensor, nn

from vitlib.attention import Attention


class Mlp(nn.Module):
    """Two layers with an activation between: MLP(x) = W₂ GELU(W₁ x + b₁) + b₂.

    Args:
        dim: D, numbers in a token.
        hidden_dim: width between the layers, 4·D in the paper.
        act_layer: what makes the activation.
        drop: dropout rate after each layer.

    Shapes: (B, N, D) → (B, N, D), each token on its own.

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


class DropPath(nn.Module):
    """Stochastic depth: in training a branch is left out for some of the images.

    Args:
        rate: share of images that go without; the others are scaled by 1 / (1 - rate).

    Source: Huang et al. 2016, arXiv 1603.09382.
    """

    def __init__(self, rate: float = 0.0):
        super().__init__()
        self.rate = rate

    def forward(self, branch: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        if not self.training or self.rate == 0:
            return branch
        kept = torch.rand(branch.shape[0], 1, 1, device=branch.device) >= self.rate
        return branch * kept / (1 - self.rate)


class EncoderBlock(nn.Module):
    """One block: z' = z + MSA(LN(z)), then z'' = z' + MLP(LN(z')) (equations 2 and 3).

    Args:
        dim: D, numbers in a token.
        num_heads: h, heads of the attention.
        mlp_ratio: hidden width of the MLP as a multiple of D.
        drop_path: share of images for which a branch is left out in training.
        drop: dropout rate in the MLP and after the attention.
        act_layer: what makes the MLP's activation.
        norm_layer: what makes a norm of a given width.
        attention: further arguments of ``Attention``.

    Shapes: (B, N, D) → (B, N, D).

    Source: Dosovitskiy et al. 2021, equations 2 and 3.
    """

    def __init__(
        self,
        dim: int,
        num_heads: int,
        mlp_ratio: float = 4.0,
        drop_path: float = 0.0,
        drop: float = 0.0,
        act_layer=nn.GELU,
        norm_layer=nn.LayerNorm,
        **attention,
    ):
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = Attention(dim, num_heads, proj_drop=drop, **attention)
        self.norm2 = norm_layer(dim)
        self.mlp = Mlp(dim, round(dim * mlp_ratio), act_layer, drop)
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or the first M rows of it where only they are read."""
        attended = self.attn(self.norm1(x), queries)
        x = x[:, :queries] + self.drop_path(attended)
        return x + self.drop_path(self.mlp(self.norm2(x)))


class Encoder(nn.ModuleList):
    """Blocks one after the other, each with weights of its own.

    Shapes: (B, N, D) → (B, N, D).
    """

    def forward(self, x: Tensor, queries: int | None = None) -> Tensor:
        """(B, N, D) → (B, N, D), or (B, M, D): its first M rows.

        Rows of the last block which nobody reads need not be computed; all rows of
        the blocks before it are needed, as keys and values.
        """
        for block in self[:-1]:
            x = block(x)
        return self[-1](x, queries)
