"""A model under examination: a copy, questioned without its knowing."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from vitlib.checks import Size, as_integer, as_pair, check_at_least
from vitlib.mistakes.collection import drawn
from vitlib.patches import grid_size

FAILS = (RuntimeError, ValueError, TypeError, AssertionError, IndexError)  # of models


@dataclass
class Subject:
    """A model that takes (batch, in_chans, height, width) and returns logits.

    ``exact`` is the share of the largest logit that counts as rounding.
    """

    model: nn.Module
    image_size: tuple[int, int]
    patch_size: tuple[int, int]
    in_chans: int
    batch: int
    dtype: torch.dtype = torch.float64

    @property
    def exact(self) -> float:
        """What of a number may be rounding."""
        return 1e-9 if self.dtype == torch.float64 else 2e-5

    def images(self, seed: int = 0) -> Tensor:
        """A batch of random images, others for another seed."""
        shape = (self.batch, self.in_chans, *self.image_size)
        return drawn(*shape, seed=seed).to(self.dtype)

    @cached_property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return grid_size(self.image_size, self.patch_size)

    def answer(self, images: Tensor) -> Tensor:
        """Logits, with a graph; they are drawn alike each time, if drawn at all."""
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(0)
            return logits_of(self.model(images))

    @torch.no_grad()
    def logits(self, images: Tensor) -> Tensor:
        """Logits of (a multiple of the batch) images: (…, K)."""
        return torch.cat([self.answer(part) for part in images.split(self.batch)])

    def same(self, one: Tensor, other: Tensor) -> bool:
        """Whether two tensors are equal up to rounding."""
        size = max(one.abs().max().item(), other.abs().max().item())
        return bool((one - other).abs().max() <= self.exact * max(size, 1e-30))


def logits_of(output: object) -> Tensor:
    """The tensor in what a model returns."""
    if isinstance(output, Tensor):
        return output
    if hasattr(output, "logits"):
        return output.logits
    if isinstance(output, tuple | list) and isinstance(output[0], Tensor):
        return output[0]
    kind = type(output).__name__
    raise TypeError(f"the model must return logits, a tensor (B, K), got {kind}")


def subject_of(
    model: nn.Module,
    image_size: Size,
    in_chans: int = 3,
    patch_size: Size | None = None,
    batch: int = 4,
) -> Subject:
    """A copy of a model, ready to be examined; see ``examine``."""
    if not isinstance(model, nn.Module):
        kind = type(model).__name__
        raise TypeError(f"a model is an nn.Module that is made already, got {kind}")
    check_at_least("in_chans", as_integer(in_chans, "in_chans"), 1)
    check_at_least("batch", as_integer(batch, "batch"), 2)
    found = patch_size_of(model) if patch_size is None else patch_size
    sizes = as_pair(image_size, "image size"), as_pair(found, "patch size")
    grid_size(*sizes)
    subject = Subject(stirred(model), *sizes, in_chans, batch)
    if fails_in(subject, torch.float64) and (said := fails_in(subject, torch.float32)):
        shape = tuple(subject.images().shape)
        raise ValueError(
            f"the model fails on images of shape {shape}: {said}; tell what it takes, "
            "by image_size, in_chans and batch"
        )
    return subject


def fails_in(subject: Subject, dtype: torch.dtype) -> str:
    """Let a model compute in a type, at rest; what it says if it cannot.

    Raises: ValueError: it can, but does not return logits.
    """
    subject.dtype = dtype
    subject.model.to(dtype).eval()
    try:
        shape = tuple(subject.logits(subject.images()).shape)
    except FAILS as error:
        return str(error).partition("\n")[0] or type(error).__name__
    if len(shape) != 2 or len(subject.images()) != shape[0]:
        count = subject.batch
        raise ValueError(f"{count} images must have logits ({count}, K), got {shape}")
    return ""


def patch_size_of(model: nn.Module) -> Size:
    """The size of patches: a convolution's whose stride is its kernel, or as told."""
    for part in model.modules():
        if isinstance(part, nn.Conv2d) and part.kernel_size == part.stride != (1, 1):
            return part.kernel_size
    for part in model.modules():
        size = getattr(part, "patch_size", None)
        if isinstance(size, int | tuple | list):
            return size
    raise ValueError("no part of the model tells a patch size; tell it, patch_size=16")


def copied(model: nn.Module) -> nn.Module:
    """A copy on the CPU. Raises: ValueError: there is nothing to copy, or it fails."""
    if any(weight.is_meta for weight in model.parameters()):
        raise ValueError("the model is on the meta device; model.to_empty(device=…)")
    try:
        return copy.deepcopy(model).cpu()
    except RuntimeError as error:
        said = str(error).partition("\n")[0]
        raise ValueError(
            f"the model cannot be copied: {said}; examine one that has not been called"
        ) from error


@torch.no_grad()
def stirred(model: nn.Module) -> nn.Module:
    """A copy in which parameters that are all 0, or all 1, get random numbers as well.

    Behind a head of zeros nothing could be seen.
    """
    model = copied(model)
    for seed, weight in enumerate(model.parameters()):
        if weight.is_floating_point() and weight.min() == weight.max():
            spread = weight[0].numel() ** -0.5 if weight.ndim in (2, 4) else 0.1
            weight += spread * drawn(*weight.shape, seed=seed).to(weight)
    return model


@contextmanager
def training(subject: Subject) -> Iterator[None]:
    """A while in which the model is in training; its running means come back."""
    kept = copy.deepcopy(subject.model)
    subject.model.train()
    try:
        yield
    finally:
        subject.model = kept
