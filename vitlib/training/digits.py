"""The small trained model of digits that chapters look into."""

from pathlib import Path

from vitlib.checkpoints import load_checkpoint
from vitlib.encoder import ViTConfig
from vitlib.model import ViT

WEIGHTS = Path(__file__).parents[1] / "weights" / "digits.safetensors"
DIGITS = ViTConfig(8, 2, 1, 10, embed_dim=48, depth=4, num_heads=4, mlp_ratio=2.0)


def digits_model() -> ViT:
    """The small ViT that ``python -m vitlib.weights`` trained on the digits."""
    model = ViT(DIGITS)
    load_checkpoint(model, WEIGHTS)
    return model.eval()
