"""Chapters 8 and 9. The whole Vision Transformer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor, nn

from vitlib.encoder import Encoder, EncoderBlock
from vitlib.position import sinusoidal_position_encoding
from vitlib.tokens import PatchEmbed, prepend_class_token


@dataclass(frozen=True)
class ViTConfig:
    """All that a ViT is built from; widths in numbers, sizes in pixels.

    ``num_classes=1`` is a regression, 0 leaves the head out.

    Source: Dosovitskiy et al. 2021, table 1; names as in timm.
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
    pool: str = "cls"  # or "mean", over the patches' rows
    pos_embed: str = "learned"  # or "sinusoidal" or "none"
    pos_embed_std: float = 0.02
    drop_rate: float = 0.0
    attn_drop_rate: float = 0.0
    drop_path_rate: float = 0.0
    act_layer: Callable = nn.GELU
    norm_layer: Callable = partial(nn.LayerNorm, eps=1e-6)

    def __post_init__(self):
        for name, known in (
            ("pool", ("cls", "mean")),
            ("pos_embed", ("learned", "sinusoidal", "none")),
        ):
            if getattr(self, name) not in known:
                wanted = " or ".join(map(repr, known))
                raise ValueError(
                    f"{name} must be {wanted}, got {getattr(self, name)!r}"
                )
        if self.depth < 1 or self.num_classes < 0:
            raise ValueError(
                f"need a depth of 1 or more and 0 or more classes, got depth "
                f"{self.depth} and {self.num_classes} classes"
            )


WIDTHS = {  # letter: depth, width, heads
    "Ti": (12, 192, 3),
    "S": (12, 384, 6),
    "B": (12, 768, 12),
    "L": (24, 1024, 16),
    "H": (32, 1280, 16),
}
CONFIGS = {
    f"{letter}/{patch}": ViTConfig(
        patch_size=patch, depth=depth, embed_dim=width, num_heads=heads
    )
    for letter, (depth, width, heads) in WIDTHS.items()
    for patch in (14, 16, 32)
}


class ViT(nn.Module):
    """The Vision Transformer: y = Linear(LN(z_L)), z_L from L blocks (equations 1 to 4).

    Args:
        config: what to build; ``CONFIGS["B/16"]`` for example.
        changes: fields of the config to change.

    Shapes: images (B, C, H, W) → logits (B, K).

    Source: Dosovitskiy et al. 2021, section 3.1.
    """

    def __init__(self, config: ViTConfig | None = None, **changes):
        super().__init__()
        self.config = c = replace(config or ViTConfig(), **changes)
        self.patch_embed = PatchEmbed(
            c.image_size, c.patch_size, c.in_chans, c.embed_dim
        )
        rows, columns = self.patch_embed.grid_size
        self.cls_token = nn.Parameter(torch.zeros(1, 1, c.embed_dim))
        self.add_positions(rows * columns + 1)
        self.pos_drop = nn.Dropout(c.drop_rate)
        self.blocks = Encoder(self.block(i) for i in range(c.depth))
        self.norm = c.norm_layer(c.embed_dim)
        head = nn.Linear(c.embed_dim, c.num_classes) if c.num_classes else nn.Identity()
        self.head = head
        self.apply(init_weights)

    def block(self, i: int) -> EncoderBlock:
        """Block number ``i``; the later it comes, the more often it is left out."""
        c = self.config
        return EncoderBlock(
            c.embed_dim,
            c.num_heads,
            c.mlp_ratio,
            drop_path=c.drop_path_rate * i / max(c.depth - 1, 1),
            drop=c.drop_rate,
            act_layer=c.act_layer,
            norm_layer=c.norm_layer,
            qkv_bias=c.qkv_bias,
            qk_scale=c.qk_scale,
            attn_drop=c.attn_drop_rate,
        )

    def add_positions(self, count: int) -> None:
        """``pos_embed``, (1, N+1, D): learned, a fixed table, or none."""
        c = self.config
        if c.pos_embed == "learned":
            table = torch.empty(1, count, c.embed_dim)
            self.pos_embed = nn.Parameter(
                nn.init.trunc_normal_(table, std=c.pos_embed_std)
            )
        else:
            fixed = c.pos_embed == "sinusoidal"
            table = sinusoidal_position_encoding(count, c.embed_dim) if fixed else None
            self.register_buffer(
                "pos_embed", None if table is None else table[None], persistent=False
            )

    def embed(self, images: Tensor) -> Tensor:
        """Tokens with class token and positions: (B, C, H, W) → (B, N+1, D)."""
        x = self.patch_embed(images)  # (B, N, D)
        x = prepend_class_token(self.cls_token, x)  # (B, N+1, D)
        if self.pos_embed is not None:
            x = x + self.pos_embed
        return self.pos_drop(x)

    def forward_features(self, images: Tensor) -> Tensor:
        """All rows after the final norm: (B, C, H, W) → (B, N+1, D)."""
        return self.norm(self.blocks(self.embed(images)))

    def forward(self, images: Tensor) -> Tensor:
        """(B, C, H, W) → (B, K) logits, or (B, D) without a head."""
        if self.config.pool == "mean":
            x = self.forward_features(images)[:, 1:].mean(dim=1)  # (B, D)
        else:  # of the last block only the class row is ever read
            x = self.norm(self.blocks(self.embed(images), queries=1))[:, 0]  # (B, D)
        return self.head(x)  # (B, K)

    def no_weight_decay(self) -> set[str]:
        """Parameters that are no matrices of a layer, and shall not be pulled to zero."""
        names = {"cls_token", "pos_embed"}
        return {name for name, _ in self.named_parameters() if name in names}


def init_weights(module: nn.Module) -> None:
    """Weights of linear layers: normal with std 0.02, cut at ±2; biases zero."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
