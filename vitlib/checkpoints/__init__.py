"""Weights of a ViT: from files of whichever library, safely to disk, from the hub."""

from vitlib.checkpoints.beside import Preprocessing, read_labels, read_preprocessing
from vitlib.checkpoints.layouts import export_state_dict
from vitlib.checkpoints.loading import Loaded, load_checkpoint
from vitlib.checkpoints.peers import declare_operators
from vitlib.checkpoints.pretrained import from_pretrained
from vitlib.checkpoints.saving import save_checkpoint

__all__ = [
    "Loaded",
    "Preprocessing",
    "declare_operators",
    "export_state_dict",
    "from_pretrained",
    "load_checkpoint",
    "read_labels",
    "read_preprocessing",
    "save_checkpoint",
]
