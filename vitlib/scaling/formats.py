"""Formats of numbers: how large, how small and how fine they are."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vitlib.checks import one_of

FORMATS = {  # by how many bits a number takes, and then how large it can be
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "float8_e5m2": torch.float8_e5m2,
    "float8_e4m3fn": torch.float8_e4m3fn,
}


@dataclass(frozen=True)
class NumberFormat:
    """± 1.fraction · 2^exponent: what a sign, an exponent and a fraction can say."""

    name: str
    exponent: int  # bits, which tell how large and how small
    fraction: int  # bits, which tell how fine
    largest: float
    smallest_normal: float  # below it, bits of the fraction are lost
    smallest: float  # above 0
    eps: float  # from 1 to the next larger number

    @property
    def bits(self) -> int:
        """Of a number, its sign among them."""
        return 1 + self.exponent + self.fraction


def number_format(dtype: torch.dtype) -> NumberFormat:
    """What numbers of a type are like, by ``torch.finfo``.

    Raises: ValueError: none of ``FORMATS``.
    """
    if dtype not in FORMATS.values():
        known = one_of([str(one) for one in FORMATS.values()])
        raise ValueError(f"dtype must be {known}, got {dtype!r}")
    info = torch.finfo(dtype)
    fraction = round(-math.log2(info.eps))  # eps = 2^−fraction
    return NumberFormat(
        name=str(dtype).removeprefix("torch."),
        exponent=info.bits - 1 - fraction,
        fraction=fraction,
        largest=info.max,
        smallest_normal=info.smallest_normal,
        smallest=info.smallest_normal * info.eps,
        eps=info.eps,
    )


def overflows(numbers: Tensor, dtype: torch.dtype) -> int:
    """How many finite numbers are too large for a type.

    They become infinite; in float8_e4m3fn, which has no infinity, its largest or NaN.
    """
    known = number_format(dtype)
    gap = known.eps * 2.0 ** math.floor(math.log2(known.largest))  # below the largest
    beyond = numbers.abs() > known.largest + gap / 2  # what is nearer is rounded to it
    lost = beyond | ~rounded(numbers, dtype).isfinite()
    return int((numbers.isfinite() & lost).sum())


def underflows(numbers: Tensor, dtype: torch.dtype) -> int:
    """How many numbers other than 0 are so small that a type makes 0 of them."""
    return int(((numbers != 0) & (rounded(numbers, dtype) == 0)).sum())


def rounded(numbers: Tensor, dtype: torch.dtype) -> Tensor:
    """The nearest numbers that a type has, in the type that they came in."""
    return numbers.to(dtype).to(numbers.dtype)
