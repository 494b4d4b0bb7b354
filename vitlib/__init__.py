"""The Vision Transformer, illustrated: the code that the book explains and runs."""

from vitlib.encoder import ViTConfig
from vitlib.model import CONFIGS, ViT
from vitlib.patches import grid_size, patchify, unpatchify

__version__ = "0.1.0"
__all__ = ["CONFIGS", "ViT", "ViTConfig", "grid_size", "patchify", "unpatchify"]
