"""Chapter 9's mistakes: the whole model, and weights that move into it."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.cost import parameters
from vitlib.encoder import ViTConfig, layer_norm
from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.model import ViT
from vitlib.patches import grid_size

CHAPTER = Chapter(9)
CONFIG = ViTConfig(8, 4, 1, num_classes=10, embed_dim=8, depth=1, num_heads=2)
WEIGHTS = {"layer.weight": drawn(8, 8)}  # as another library calls them
WIDE = torch.zeros(1, 1, 60, 100)
BYTES = torch.arange(256).reshape(1, 1, 16, 16)


class Prepared(nn.Module):
    """Parts in the order in which they are needed."""

    def __init__(self, dim: int):
        super().__init__()  # ✓
        self.dim = dim  # ✓
        self.norm = layer_norm(self.dim)  # ✓


def is_made(way: Way) -> bool:
    """It can be built."""
    return isinstance(way(8), nn.Module)


@CHAPTER.mistake(
    right=Prepared,
    test=is_made,
    seen="AttributeError: no attribute 'dim'",
    missed="nothing is missed: it stops at once",
)
class UsedBeforeSet(nn.Module):
    """Wrong: the width is used before it is known."""

    def __init__(self, dim: int):
        super().__init__()  # ✗
        self.norm = layer_norm(self.dim)  # ✗
        self.dim = dim  # ✗


@CHAPTER.mistake(
    right=Prepared,
    test=is_made,
    seen="AttributeError: cannot assign module before Module.__init__() call",
    missed="nothing is missed: it stops at once",
)
class SetBeforeInit(nn.Module):
    """Wrong: a part is set before the module can take any."""

    def __init__(self, dim: int):
        self.dim = dim  # ✗
        self.norm = layer_norm(self.dim)  # ✗
        super().__init__()  # ✗


def count_of_patches(height: int, width: int, size: int) -> int:
    """Rows times columns."""
    return math.prod(grid_size((height, width), size))


def can_be_counted(way: Way) -> bool:
    """A count is a whole number."""
    return len(range(way(32, 32, 16))) == 4


@CHAPTER.mistake(
    right=count_of_patches,
    test=can_be_counted,
    seen="TypeError: 'float' object cannot be interpreted as an integer",
    missed="nothing is missed, until somebody writes int() around it",
)
def a_count_with_a_point(height: int, width: int, size: int) -> float:
    """Wrong: / makes a float."""
    return height * width / size**2


def whole_patches(height: int, width: int, size: int) -> int:
    """Rows that fit, times columns that fit."""
    return (height // size) * (width // size)


def counts_whole_ones(way: Way) -> bool:
    """As many as a convolution makes."""
    return way(60, 100, 16) == F.unfold(WIDE, 16, stride=16).shape[2]


@CHAPTER.mistake(
    right=whole_patches,
    test=counts_whole_ones,
    seen="23 positions for 18 patches",
    missed="for pictures that patches divide the number is right",
)
def one_division_for_both(height: int, width: int, size: int) -> int:
    """Wrong: what is left over in rows and columns makes patches that are none."""
    return height * width // size**2


def spared(model: nn.Module) -> set[str]:
    """Parameters without weight decay, of those that there are."""
    return model.no_weight_decay()


def names_parameters(way: Way) -> bool:
    """Each name is a parameter's."""
    return way(ViT(CONFIG)) <= dict(ViT(CONFIG).named_parameters()).keys()


@CHAPTER.mistake(
    right=spared,
    test=names_parameters,
    seen="positions shrink: 41% are left after a thousand steps",
    missed="a list of names has no shape, and a wrong one spares nothing",
)
def spared_by_another_name(model: nn.Module) -> set[str]:
    """Wrong: here they are called ``pos_embed``."""
    return {"cls_token", "pos_embedding"}


def all_parameters(model: nn.Module) -> int:
    """Every number that is learned."""
    return sum(p.numel() for p in model.parameters())


def counts_the_class_token(way: Way) -> bool:
    """By the formula of chapter 9."""
    return way(ViT(CONFIG)) == sum(parameters(CONFIG).values())


@CHAPTER.mistake(
    right=all_parameters,
    test=counts_the_class_token,
    seen="152,064 parameters fewer than there are, of a base model",
    missed="a sum over layers looks complete",
)
def bare_parameters_left_out(model: nn.Module) -> int:
    """Wrong: class token and positions belong to no layer."""
    layers = [part for part in model.modules() if not list(part.children())]
    return sum(p.numel() for layer in layers for p in layer.parameters())


def as_learned(pixels: Tensor) -> Tensor:
    """Bytes to −1 … 1: mean and std 0.5, as the paper's weights were learned."""
    return (pixels / 255 - 0.5) / 0.5


def is_centred(way: Way) -> bool:
    """All greys together have mean 0, and none lies beyond 1."""
    return abs(way(BYTES).mean()) < 0.01 and way(BYTES).abs().max() <= 1


@CHAPTER.mistake(
    right=as_learned,
    test=is_centred,
    seen="pretrained weights read badly, with logits much too large",
    missed="same shape, same picture on the screen",
)
def pixels_as_they_are(pixels: Tensor) -> Tensor:
    """Wrong: 0 … 255, where weights know −1 … 1."""
    return pixels.float()


def strictly(layer: nn.Module) -> nn.Module:
    """Weights under the layer's own names; what is left over is an error."""
    layer.load_state_dict({"weight": WEIGHTS["layer.weight"]})  # ✓
    return layer


def has_the_weights(way: Way) -> bool:
    """They have arrived."""
    return torch.equal(way(nn.Linear(8, 8, bias=False)).weight, WEIGHTS["layer.weight"])


@CHAPTER.mistake(
    right=strictly,
    test=has_the_weights,
    seen="pretrained weights are no better than random ones",
    missed="nothing fits, nothing is loaded, nothing is said",
)
def loaded_not_strictly(layer: nn.Module) -> nn.Module:
    """Wrong: names that differ are passed over."""
    layer.load_state_dict(WEIGHTS, strict=False)  # ✗
    return layer
