"""Chapters 8 and 9. The whole Vision Transformer (Dosovitskiy et al. 2021)."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from vitlib.encoder import Encoder, EncoderBlock, ViTConfig
from vitlib.position import sinusoidal_position_encoding
from vitlib.tokens import PatchEmbed, prepend_class_token

SIZES = {  # letter: depth, width, heads, table 1 (Ti and S: Touvron et al. 2021)
    "Ti": (12, 192, 3),
    "S": (12, 384, 6),
    "B": (12, 768, 12),
    "L": (24, 1024, 16),
    "H": (32, 1280, 16),
}
CONFIGS = {
    f"{letter}/{p}": ViTConfig(patch_size=p, depth=depth, embed_dim=dim, num_heads=h)
    for letter, (depth, dim, h) in SIZES.items()
    for p in (14, 16, 32)
}


class ViT(nn.Module):
    """y = LN(z_L)⁰ W + b, where z_0 has passed L blocks to be z_L (equations 1 to 4).

    Built from a config, with ``changes``: ``ViT(CONFIGS["B/16"], num_classes=10)``.
    Hooks in its last block see the class row alone; with ``forward_features`` all rows.
    """

    def __init__(self, config: ViTConfig | None = None, **changes):
        super().__init__()
        self.config = c = replace(config or ViTConfig(), **changes)
        dim = c.embed_dim
        self.patch_embed = PatchEmbed(c.image_size, c.patch_size, c.in_chans, dim)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.make_positions()
        self.pos_drop = nn.Dropout(c.drop_rate)
        rates = [c.drop_path_rate * i / max(c.depth - 1, 1) for i in range(c.depth)]
        self.blocks = Encoder(EncoderBlock(c, rate) for rate in rates)
        self.norm = c.norm_layer(dim)
        self.head = nn.Linear(dim, c.num_classes) if c.num_classes else nn.Identity()
        self.apply(init_weights)

    def make_positions(self) -> None:
        """``pos_embed``, (1, N+1, D): learned, a fixed table, or none."""
        rows, columns = self.patch_embed.grid_size
        shape = (rows * columns + 1, self.config.embed_dim)
        if self.config.pos_embed == "learned":
            self.pos_embed = nn.Parameter(torch.empty(1, *shape))
            nn.init.trunc_normal_(self.pos_embed, std=self.config.pos_embed_std)
        else:
            fixed = self.config.pos_embed == "sinusoidal"
            table = sinusoidal_position_encoding(*shape)[None] if fixed else None
            self.register_buffer("pos_embed", table, persistent=False)

    def embed(self, images: Tensor) -> Tensor:
        """z_0 = [x_class; E x_1; …; E x_N] + E_pos: (B, C, H, W) → (B, N+1, D)."""
        x = prepend_class_token(self.cls_token, self.patch_embed(images))
        return self.pos_drop(x if self.pos_embed is None else x + self.pos_embed)

    def forward_features(self, images: Tensor, class_row: bool = False) -> Tensor:
        """LN(z_L): (B, C, H, W) → (B, N+1, D), or its first row alone, (B, 1, D)."""
        return self.norm(self.blocks(self.embed(images), class_row))

    def forward(self, images: Tensor) -> Tensor:
        """Logits: (B, C, H, W) → (B, K), or (B, D) without a head."""
        x = self.forward_features(images, self.config.pool == "cls")  # (B, 1 or N+1, D)
        return self.head(pool(x, self.config.pool))  # (B, K)

    def no_weight_decay(self) -> set[str]:
        """Parameters beside biases and norms that decay would pull to no good end."""
        return {"cls_token", "pos_embed"} & dict(self.named_parameters()).keys()


def pool(x: Tensor, how: str) -> Tensor:
    """The row that the head reads: (B, N+1, D) → (B, D); "cls" asks for no other."""
    return x[:, 0] if how == "cls" else x[:, 1:].mean(dim=1)


def init_weights(module: nn.Module) -> None:
    """As in timm: normal of std 0.02, biases zero; the patches' as PyTorch does."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
