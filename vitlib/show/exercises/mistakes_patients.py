"""Three small ViTs, each with a mistake; no name tells which."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Part(nn.Module):
    """A block, with attention of its own making."""

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.asked, self.joined = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.wide, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        parts = self.asked(self.first(x)).chunk(3, dim=-1)
        q, k, v = (self.cut(part) for part in parts)  # (B, h, N, D/h)
        y = self.mean(q, k, v).transpose(1, 2).flatten(2)  # (B, N, D)
        x = x + self.joined(y)
        return x + self.narrow(F.gelu(self.wide(self.second(x))))

    def cut(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, h, N, D/h)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def mean(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Three times (B, h, N, D/h) → (B, h, N, D/h)."""
        return (q @ k.mT * q.shape[-1] ** -0.5).softmax(dim=-1) @ v


class CutAgain(Part):
    """The second patient's."""

    def cut(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, h, N, D/h)."""
        return x.reshape(len(x), self.heads, x.shape[1], -1)


class MeanAgain(Part):
    """The third patient's."""

    def mean(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Three times (B, h, N, D/h) → (B, h, N, D/h)."""
        return (q @ k.mT * q.shape[-1] ** -0.5).softmax(dim=-2) @ v


class Patient(nn.Module):
    """A ViT for patches of 2 × 2 of small grey pictures: (B, 1, 8, 8) → (B, 10)."""

    def __init__(self, kind: type[Part], places: int, dim: int = 24):
        super().__init__()
        self.patches = nn.Conv2d(1, dim, 2, 2)
        self.token = nn.Parameter(torch.randn(1, 1, dim) / 5)
        self.places = nn.Parameter(torch.randn(1, places, dim) / 5)
        self.parts = nn.Sequential(kind(dim, 3), kind(dim, 3))
        self.last, self.classes = nn.LayerNorm(dim), nn.Linear(dim, 10)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 1, 8, 8) → (B, 10)."""
        if images.shape[1:] != (1, 8, 8):
            raise ValueError(f"(B, 1, 8, 8) is asked, got {tuple(images.shape)}")
        rows = self.patches(images).flatten(2).mT  # (B, 16, D)
        x = torch.cat([self.token.expand(len(rows), -1, -1), rows], dim=1)
        return self.classes(self.last(self.parts(x + self.places))[:, 0])


PATIENTS = (  # the key of the mistake, the kind of block, rows of the table
    ("one-position-for-all", Part, 1),
    ("view-without-transpose", CutAgain, 17),
    ("softmax-over-queries", MeanAgain, 17),
)


def patient(number: int) -> Patient:
    """The first, second or third ViT, always the same; ``eval()`` is called."""
    if number not in range(1, len(PATIENTS) + 1):
        raise ValueError(f"there are patients 1, 2 and 3, got {number!r}")
    _, kind, places = PATIENTS[number - 1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(number)
        return Patient(kind, places).eval()
