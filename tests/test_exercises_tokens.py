"""What the checks of chapter 2's exercises say to right, wrong and missing answers."""

import torch
from torch import nn

from tests.exercise_words import said_to
from vitlib.show.exercises import tokens as exercises

PARAMETERS = [
    (None, "… no answer yet"),
    (3146752, "✓ 3,072 · 1,024 + 1,024 = 3,146,752"),
    (3145728, "✗ those are the weights; each of the 1,024"),
    (1049600, "✗ that is one channel; a patch holds all three"),
    (1048576, "✗ that is one channel, and the biases"),
    (49 * 3146752, "✗ one projection serves all 49 places: do not"),
    (49 * 3145728, "✗ one projection serves all 49 places, with"),
    (50 * 1024, "✗ the projection takes a patch's pixels"),
    (150528 * 1024 + 1024, "✗ that takes the whole picture"),
    (3072 * 1024 + 3072, "✗ a bias belongs to each number that comes out"),
    (3072 * 768 + 768, "✗ that is width 768"),
    (7, "✗ not 7: multiply"),
    ("3146752", "✗ one number is asked, as in 590592; got '3146752'"),
    ((3145728, 1024), "✗ one number is asked"),
]
BRIGHTNESS = [
    (None, "… no answer yet"),
    (torch.full((400,), 1 / 400), "✓ 400 times 1/400"),
    (nn.Parameter(torch.full((1, 400), 1 / 400)), "✓ 400 times 1/400"),
    ([1 / 400] * 400, "✓ 400 times 1/400"),
    (torch.ones(400), "✗ that adds the pixels up: a patch of ones gives 400"),
    (torch.full((400,), 1 / 768), "✗ a patch of ones gives 0.520833"),
    (torch.eye(400)[3], "✗ a patch of ones gives 1, but some pixels count"),
    (torch.arange(400), "✗ a patch of ones gives 7.98e+04"),
    (torch.ones(20, 20) / 400, "✗ shape (20, 20) where (400,) is asked"),
    (1 / 400, "✗ shape () where (400,) is asked"),
    ("1/400", "✗ numbers of shape (400,) are asked; got str"),
    (nn.Linear(400, 1), "✗ numbers of shape (400,) are asked; got Linear"),
]


def as_convolution(linear, c, p, order=(0, 1, 2, 3), **options):
    """A linear layer as a convolution, right unless options say otherwise."""
    settings = {"kernel_size": p, "stride": p, **options}
    convolution = nn.Conv2d(c, linear.out_features, **settings)
    with torch.no_grad():
        weight = linear.weight.reshape(-1, c, p, p).permute(*order)
        convolution.weight.copy_(weight)
        if convolution.bias is not None:
            convolution.bias.copy_(linear.bias)
    return convolution


def channels_last(linear, c, p):
    """The weights of a row whose pixels come colour by colour."""
    convolution = as_convolution(linear, c, p)
    mixed = linear.weight.reshape(-1, p, p, c).permute(0, 3, 1, 2)
    convolution.weight.copy_(mixed)
    return convolution


def other_bias(linear, c, p):
    """The bias that a convolution starts with."""
    convolution = as_convolution(linear, c, p)
    convolution.bias.fill_(7)
    return convolution


CONVOLUTIONS = [
    (as_convolution, "✓ the same tokens"),
    (lambda *_: None, "… no answer yet"),
    (lambda linear, c, p: linear, "✗ an nn.Conv2d is asked, got Linear"),
    (lambda linear, c, p: nn.Conv2d(p, 5, c), "✗ its weight should be (D, C, P, P)"),
    (lambda *a: as_convolution(*a, stride=1), "✗ its stride is (1, 1): patches lie"),
    (lambda *a: as_convolution(*a, padding=1), "✗ no padding and no dilation"),
    (lambda *a: as_convolution(*a, bias=False), "✗ it has no bias"),
    (other_bias, "✗ its bias is not the linear layer's"),
    (channels_last, "✗ its weights are in the order P, P, C"),
    (lambda *a: as_convolution(*a, (0, 1, 3, 2)), "✗ rows and columns of pixels"),
    (lambda linear, c, p: nn.Conv2d(c, 5, p, p), "✗ its bias is not"),
    (
        lambda *a: as_convolution(*a).requires_grad_(False).double(),
        "✗ the function stopped with RuntimeError",
    ),
    (lambda linear, c, p: linear.weight.reshape(p, p), "✗ the function stopped with"),
    (lambda linear: linear, "✗ the function stopped with TypeError"),
]


def recover(tokens, linear):
    """The patches that a layer made tokens of."""
    return (tokens - linear.bias) @ torch.linalg.pinv(linear.weight).T


RECOVERED = [
    (recover, "✓ the pixels are back"),
    (lambda *both: recover(*both).double(), "✓ the pixels are back"),
    (lambda z, e: torch.linalg.lstsq(e.weight, (z - e.bias).T)[0].T, "✓ the pixels"),
    (lambda *_: None, "… no answer yet"),
    (lambda z, e: z @ torch.linalg.pinv(e.weight).T, "✗ subtract the bias first"),
    (lambda z, e: (z - e.bias) @ e.weight, "✗ Eᵀ does not undo E"),
    (lambda z, e: z @ e.weight, "✗ subtract the bias, and undo E"),
    (lambda z, e: z[:, :12], "✗ right shape, other pixels"),
    (lambda z, e: z, "✗ shape (5, 20) where (5, 12) is asked"),
    (lambda z, e: recover(z, e).tolist(), "✗ a tensor is asked, got list"),
    (lambda z, e: torch.linalg.inv(e.weight), "✗ the function stopped with"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_parameters: PARAMETERS,
        exercises.check_brightness: BRIGHTNESS,
        exercises.check_as_convolution: CONVOLUTIONS,
        exercises.check_recover: RECOVERED,
    },
    drawing=[exercises.check_as_convolution],
)


def test_a_layer_is_always_the_same():
    first = exercises.sample_linear(4, 2).weight
    assert torch.equal(exercises.sample_linear(4, 2).weight, first)
