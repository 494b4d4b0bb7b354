"""Weights of a ViT: from files of whichever library, safely to disk, from the hub."""

from vitlib.checkpoints.layouts import export_state_dict
from vitlib.checkpoints.loading import Loaded, load_checkpoint
from vitlib.checkpoints.pretrained import from_pretrained
from vitlib.checkpoints.saving import save_checkpoint

__all__ = [
    "Loaded",
    "export_state_dict",
    "from_pretrained",
    "load_checkpoint",
    "save_checkpoint",
]
