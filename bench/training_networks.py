"""The networks that chapter 10 compares, beside the ViT as it is."""

from torch import Tensor, nn

from vitlib.model import ViT


class CNN(nn.Sequential):
    """Three convolutions of 3 × 3, halving the picture twice, then a linear layer."""

    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 16, 3, padding=1),  # (B, 16, 8, 8)
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1),  # (B, 32, 8, 8)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (B, 32, 4, 4)
            nn.Conv2d(32, 64, 3, padding=1),  # (B, 64, 4, 4)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (B, 64, 2, 2)
            nn.Flatten(),  # (B, 256)
            nn.Linear(256, 10),  # (B, 10)
        )

    def no_weight_decay(self) -> set[str]:
        """Nothing beside biases."""
        return set()


class Stretched(nn.Module):
    """Put before a network's class: its pixels go from -2 to 2, not from 0 to 1."""

    def forward(self, images: Tensor) -> Tensor:
        """Logits: (B, 1, 8, 8) → (B, 10)."""
        return super().forward(4 * images - 2)


class StretchedCNN(Stretched, CNN):
    """The CNN, with such pixels."""


class StretchedViT(Stretched, ViT):
    """The ViT, with such pixels."""
