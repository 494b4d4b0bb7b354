"""The layers that the heads' widget cuts: an untrained one, and a trained model's."""

from dataclasses import replace
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from vitlib import data, training
from vitlib.attention import Attention
from vitlib.checks import divisors
from vitlib.model import ViT
from vitlib.patches import grid_size, patchify
from vitlib.position import sinusoidal_grid_encoding
from vitlib.show.widgets.looked_at import digits_model
from vitlib.show.widgets.tokens import GREY, random_filters

COUNTS = (1, 2, 3, 4, 6, 8, 12)
DIM = training.DIGITS.embed_dim  # 48, which each of them divides
TOKENS = range(15, 1025)  # so many are shown; of more, a map would have no room
CONTRAST = 3.0  # of patches: as loud as positions
GAIN = 1.4  # of random weights: the scores then spread by 1 to 2
FIRST = 2**20  # of the random weights after those of the patches


@cache
def cut_model(heads: int) -> ViT:
    """The trained model of digits with its weights as they are, cut into other heads.

    In float64, so that no answer hangs on rounding.
    """
    model = ViT(replace(training.DIGITS, num_heads=heads))
    model.load_state_dict(digits_model().state_dict())
    return model.double().eval()


@cache
@torch.no_grad()
def right_answers() -> dict[str, int]:
    """How many of the 450 test digits each cut of the trained model reads rightly."""
    images, labels = data.digits("test")
    answers = {n: cut_model(n)(images.double()).argmax(dim=1) for n in COUNTS}
    return {f"{n}": int((found == labels).sum()) for n, found in answers.items()}


def fitting(picture: dict) -> list[int]:
    """Sides of the square patches that fit a packed picture, and are not too many."""
    height, width = picture["height"], picture["width"]
    both = (p for p in divisors(height) if width % p == 0)
    return [p for p in both if height * width // p**2 in TOKENS]


def random_tokens(image: Tensor, patch_size: int) -> Tensor:
    """An image's tokens as an untrained layer gets them, (N, 48).

    LayerNorm(3 E (x − grey) + position), with random E and 2-D sinusoids.
    """
    patches = patchify(image[None].double(), patch_size)[0]  # (N, C·P²)
    projection = random_filters(DIM, patches.shape[1])
    tokens = CONTRAST * (patches - GREY) @ projection.T  # (N, 48)
    places = grid_size(image.shape[1:], patch_size)
    return F.layer_norm(tokens + sinusoidal_grid_encoding(*places, DIM), (DIM,))


@cache
def random_layer(heads: int) -> Attention:
    """An untrained layer of attention: the same weights for each number of heads."""
    layer = Attention(DIM, heads).double()
    layer.qkv.weight.data = GAIN * random_filters(3 * DIM, DIM, FIRST)
    layer.qkv.bias.data.zero_()
    return layer
