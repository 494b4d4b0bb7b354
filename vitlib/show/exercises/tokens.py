"""Chapter 2. Checks of the exercises."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from vitlib.patches import patchify
from vitlib.show.exercises import called, numbers, right, shaped, unanswered, wrong


def sample_linear(inputs: int, outputs: int) -> nn.Linear:
    """A linear layer with the same random weights each time; no other draw changes."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        return nn.Linear(inputs, outputs)


def check_parameters(answer: int | None) -> None:
    """Parameters of ViT-L/32's projection: 224 × 224, three channels, width 1024."""
    if unanswered(answer):
        return
    pixels, width, places = 3 * 32**2, 1024, 7 * 7
    count = pixels * width + width
    slips = {
        count - width: "those are the weights; each of the 1,024 numbers has a bias.",
        32**2 * width + width: "that is one channel; a patch holds all three.",
        32**2 * width: "that is one channel, and the biases are still to come.",
        count * places: "one projection serves all 49 places: do not multiply by them.",
        (count - width) * places: "one projection serves all 49 places, with a bias.",
        places * width
        + width: "the projection takes a patch's pixels, not the patches.",
        224**2 * 3 * width + width: "that takes the whole picture; E takes a patch.",
        pixels * width + pixels: "a bias belongs to each number that comes out: 1,024.",
        pixels * 768 + 768: "that is width 768; a ViT-L has 1,024.",
    }
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        wrong(f"one number is asked, as in 590592; got {answer!r}.")
    elif answer == count:
        right(f"{pixels:,} · {width:,} + {width:,} = {count:,}, at any picture's size.")
    else:
        hint = "multiply the numbers in a patch by the width; then the biases."
        wrong(slips.get(answer, f"not {answer:,}: {hint}"))


def check_brightness(weight: Tensor | Sequence[float] | None) -> None:
    """Weights (400,) with which a token's number is the mean of a patch's pixels."""
    if unanswered(weight):
        return
    whole = isinstance(weight, Tensor) and weight.shape == (1, 400)
    row = numbers(weight[0] if whole else weight, (400,))
    if row is None:
        return
    if torch.allclose(row, torch.full_like(row, 1 / 400), rtol=1e-3, atol=0):
        right("400 times 1/400: this number of the token is the patch's brightness.")
    elif row.eq(row[0]).all():
        hint = "that adds the pixels up: " if row.sum() == 400 else ""
        wrong(f"{hint}a patch of ones gives {row.sum():g}, and its mean is 1.")
    elif abs(row.sum() - 1) < 1e-6:
        wrong("a patch of ones gives 1, but some pixels count for more than others.")
    else:
        wrong(f"a patch of ones gives {row.sum():.3g}, and its mean is 1.")


@torch.no_grad()  # so that a reader may write into weights
def check_as_convolution(
    as_convolution: Callable[[nn.Linear, int, int], nn.Conv2d],
) -> None:
    """A function from a projection of patches to the same projection as Conv2d.

    It gets a ``Linear`` of C·P² inputs and D outputs, C, and P.
    """
    channels, size, width = 3, 4, 5
    linear = sample_linear(channels * size**2, width)
    found = called(as_convolution, linear, channels, size)
    if found is None:
        return
    if not isinstance(found, nn.Conv2d):
        wrong(f"an nn.Conv2d is asked, got {type(found).__name__}.")
    elif complaint := misbuilt(found, (width, channels, size, size)):
        wrong(complaint)
    else:
        compare_convolution(found, linear, channels, size)


def misbuilt(found: nn.Conv2d, shape: tuple[int, ...]) -> str:
    """What is wrong with a convolution's sizes; "" if nothing is."""
    size = shape[-1]
    if tuple(found.weight.shape) != shape:
        got = tuple(found.weight.shape)
        return f"its weight should be (D, C, P, P) = {shape}, got {got}."
    if found.stride != (size, size):
        cut = f"patches lie P = {size} pixels apart"
        return f"its stride is {found.stride}: {cut}, so the stride is P too."
    if found.padding not in ((0, 0), "valid") or found.dilation != (1, 1):
        return "no padding and no dilation: patches are cut as they lie."
    if found.bias is None:
        return "it has no bias, and the linear layer has one."
    return ""


def compare_convolution(
    found: nn.Conv2d, linear: nn.Linear, channels: int, size: int
) -> None:
    """Say whether a convolution gives the tokens of a linear layer, on any images."""
    images = torch.arange(2.0 * channels * 8 * 12).sin().reshape(2, channels, 8, 12)
    maps = called(found, images)
    if maps is None:
        return
    tokens = maps.flatten(2).transpose(1, 2)  # (2, 6, D)
    wanted = linear(patchify(images, size))  # (2, 6, D)
    shape = (-1, size, size, channels)
    mixed = linear.weight.reshape(shape).permute(0, 3, 1, 2)  # (D, C, P, P)
    if torch.allclose(tokens, wanted, rtol=0, atol=1e-5):
        right("the same tokens: a linear layer on patches is a convolution.")
    elif not torch.allclose(found.bias, linear.bias):
        wrong("its bias is not the linear layer's; copy that as well.")
    elif torch.allclose(found.weight, mixed):
        wrong("its weights are in the order P, P, C; a row of patchify is C, P, P.")
    elif torch.allclose(found.weight, linear.weight.reshape(found.weight.shape).mT):
        wrong("rows and columns of pixels have changed places in each filter.")
    else:
        wrong("right sizes, other tokens: are its weights the linear layer's?")


@torch.no_grad()
def check_recover(recover: Callable[[Tensor, nn.Linear], Tensor]) -> None:
    """A function from tokens (N, D) and their projection back to patches (N, C·P²)."""
    linear = sample_linear(12, 20)
    patches = torch.arange(5 * 12.0).sin().reshape(5, 12)
    tokens = linear(patches)  # (5, 20)
    weight, bias = linear.weight, linear.bias  # (20, 12), (20,)
    back = torch.linalg.pinv(weight).T  # (20, 12)
    slips = {
        "subtract the bias first: it was added last.": tokens @ back,
        "Eᵀ does not undo E; its pseudo-inverse does.": (tokens - bias) @ weight,
        "subtract the bias, and undo E by its pseudo-inverse.": tokens @ weight,
    }
    found = shaped(called(recover, tokens, linear), (5, 12))
    if found is None:
        return
    if torch.allclose(found, patches, rtol=0, atol=1e-4):
        right("the pixels are back: with D ≥ C·P² numbers nothing is lost.")
    else:
        near = [said for said, slip in slips.items() if torch.allclose(found, slip)]
        wrong(near[0] if near else "right shape, other pixels than went in.")
