"""Chapter 9. Checks of the exercises."""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

from vitlib.cost import parameters
from vitlib.encoder import ViTConfig
from vitlib.model import ViT
from vitlib.show.exercises import called, numbers, right, shaped, wrong
from vitlib.show.exercises.attention_slips import near, slip
from vitlib.show.exercises.model_slips import (
    in_bias,
    in_groups,
    in_parameters,
    in_rows,
    in_weight,
)
from vitlib.training import parameter_groups

SIZES = (
    "image_size",
    "patch_size",
    "in_chans",
    "num_classes",
    "embed_dim",
    "depth",
    "mlp_ratio",
)
COUNTED = (
    (224, 16, 3, 1000, 768, 12, 4.0),
    (28, 7, 1, 10, 48, 2, 4.0),
    (12, 4, 3, 5, 20, 3, 1.5),
)
GROUPED = ({}, {"pos_embed": "sinusoidal", "qkv_bias": False, "num_classes": 0})
LAYERS = ((8, 2), (20, 4))  # D and h, of which no two orders of rows are the same
KERNEL = (6, 3, 2, 4)  # D, C, and the rows and columns of a patch
SUMMED = {  # biases that were summed over too few axes
    (KERNEL[0], *KERNEL[2:]): "sum over a patch's pixels too, axes 1, 2 and 3",
    KERNEL[:2]: "sum over the channels too, axes 1, 2 and 3",
    KERNEL[1:]: "each feature has a bias of its own: sum over axes 1, 2 and 3",
    (KERNEL[1],): "that has a number for each channel; sum them for each feature",
    (): "each feature has a bias of its own: sum over axes 1, 2 and 3",
}


def check_parameters(function: Callable[..., int]) -> None:
    """(image, patch, channels, classes, dim, depth, ratio) → a ViT's parameters."""
    for sizes in COUNTED:
        found = numbers(called(function, *sizes), ())
        if found is None:
            return
        config = ViTConfig(**dict(zip(SIZES, sizes, strict=True)), num_heads=1)
        total = sum(parameters(config).values())
        if found == total:
            continue
        parts = "patch projection, class token, positions, blocks, norm and head."
        hint = in_parameters(config).get(total - found.item(), parts)
        case = ", ".join(f"{size:g}" for size in sizes)
        return wrong(f"{found.item():,.0f} for ({case}), not {total:,}: {hint}")
    right("every weight is counted; how many heads share them makes no difference.")


def sample_model(**changes: object) -> ViT:
    """A small model; no other random draw changes."""
    sizes = {"image_size": 8, "patch_size": 4, "embed_dim": 12, "num_heads": 3}
    with torch.random.fork_rng(devices=[]):
        return ViT(ViTConfig(**sizes, num_classes=5, depth=2), **changes)


def check_groups(
    function: Callable[[ViT], tuple[Iterable[str], Iterable[str]]],
) -> None:
    """A function (model) → names of parameters that decay, and of those that don't."""
    for changes in GROUPED:
        model = sample_model(**changes)
        axes = {name: weight.ndim for name, weight in model.named_parameters()}
        decayed = {id(w) for w in parameter_groups(model, 1.0)[0]["params"]}
        wanted = {name for name, w in model.named_parameters() if id(w) in decayed}
        found = called(lambda given: listed(function(given)), model)
        if found is None:
            return
        if len(found) != 2 or not all(
            isinstance(n, str) for part in found for n in part
        ):
            return wrong(
                "two lists of names are asked: what decays, and what does not."
            )
        if words := in_groups(*found, wanted, axes):
            return wrong(words)
    right("matrices decay; biases, norms, class token and positions are left alone.")


def listed(groups: object) -> list[list] | None:
    """Groups of names as lists; a name alone is a group of nothing that is asked."""
    if groups is None:
        return None
    return [[None] if isinstance(part, str) else list(part) for part in groups]


def check_qkv_rows(function: Callable[[int, int], Sequence[int] | Tensor]) -> None:
    """(dim, heads) → for each row in the order (h d qkv), which of timm's it is."""
    for dim, heads in LAYERS:
        found = numbers(called(function, dim, heads), (3 * dim,))
        if found is None:
            return
        every = torch.arange(3 * dim).double()
        if not torch.equal(found.sort().values, every):
            count = len(set(found.tolist()) & set(every.tolist()))
            return wrong(
                f"{count} of the {3 * dim} rows are there; each is asked once."
            )
        wanted = every.view(3, dim).mT.flatten()
        if not torch.equal(found, wanted):
            row = int((found != wanted).nonzero()[0])
            got = f"row {row} is timm's {found[row]:.0f}, not {wanted[row]:.0f}."
            words = slip(found, in_rows(dim, heads))
            return wrong(words or f"for ({dim}, {heads}) {got}")
    right("q, k and v take turns; heads and features stay in order, so h cancels out.")


def check_folded(
    function: Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]],
) -> None:
    """(weight, bias, mean, std) → weight and bias that take pixels as they are."""
    given = projection()
    result = called(function, *(copies := [tensor.clone() for tensor in given]))
    if result is None:
        return
    if not isinstance(result, tuple | list) or len(result) != 2:
        return wrong("two tensors are asked, the weight and the bias.")
    for part, found, slips in zip(
        ("weight", "bias"), result, (in_weight, in_bias), strict=True
    ):
        wanted, wrongly = slips(*given)
        found = shaped(found, tuple(wanted.shape), SUMMED)
        if found is None:
            return
        if not near(found, wanted):
            far = (found - wanted).abs().max()
            other = (
                f"the {part} is off by up to {far:.2g}: write W (x − mean) / std out."
            )
            return wrong(slip(found, wrongly) or other)
    if not all(map(torch.equal, copies, given)):
        return wrong("right numbers, but written over those that were given.")
    right("the same tokens, and pixels go in as they are.")


def projection() -> list[Tensor]:
    """A patch projection's weight and bias; mean and std of each channel."""
    drawn = torch.Generator().manual_seed(9)
    dim, channels = KERNEL[:2]
    weight, bias = (torch.randn(size, generator=drawn) for size in (KERNEL, dim))
    mean, std = torch.rand(2, channels, generator=drawn) + 0.25  # (C,) each
    return [weight, bias, mean, std]
