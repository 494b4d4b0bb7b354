"""Checks of the reader's answers, chapter by chapter; each says right, or why not."""

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor


def unanswered(answer: object) -> bool:
    """Whether the place of an answer is still empty; if so, say how to fill it."""
    if answer is not None:
        return False
    print("… no answer yet: change this cell and run it again.")
    return True


def right(words: str) -> None:
    """Say that an answer is right, and what it shows."""
    print(f"✓ {words}")


def wrong(words: str) -> None:
    """Say that an answer is wrong, and where to look."""
    print(f"✗ {words}")


def called(function: Callable, *arguments: object, hint: str = "") -> object:
    """What the reader's function returns; ``None``, having said why, if nothing.

    ``hint`` is said as well if the function stops with an error.
    """
    try:
        result = function(*arguments)
    except Exception as error:  # whatever may be wrong with it, the check says so
        said = str(error).partition("\n")[0]
        wrong(f"the function stopped with {type(error).__name__}: {said}{hint}")
        return None
    return None if unanswered(result) else result


def shaped(
    result: object, shape: tuple[int, ...], hints: dict | None = None
) -> Tensor | None:
    """A tensor of this shape, in float32 with its gradient; else ``None``, said why.

    ``hints`` tells what went wrong by the shape that came out. Of ``None``, which
    ``called`` returns, all has been said.
    """
    if result is None:
        return None
    if not isinstance(result, Tensor):
        wrong(f"a tensor is asked, got {type(result).__name__}.")
        return None
    return result.float() if fits(result, shape, hints or {}) else None


def numbers(answer: object, shape: tuple[int, ...]) -> Tensor | None:
    """Numbers of this shape, however given, in float64; else ``None``, said why.

    Of ``None``, which ``called`` returns, all has been said.
    """
    if answer is None:
        return None
    try:
        found = torch.as_tensor(answer).detach().double()
    except (TypeError, ValueError, RuntimeError):
        wrong(f"numbers of shape {shape} are asked; got {type(answer).__name__}.")
        return None
    return found if fits(found, shape, {}) else None


def fits(found: Tensor, shape: tuple[int, ...], hints: dict) -> bool:
    """Whether a tensor has the shape; else say which it has, and what went wrong."""
    got = tuple(found.shape)
    turned = "that is turned on its side" if got == shape[::-1] else ""
    hint = hints.get(got, turned)
    if got != shape:
        wrong(f"shape {got} where {shape} is asked{hint and ': '}{hint}.")
    return got == shape


def as_long(function: Callable, other: Callable, *arguments: object) -> str:
    """How long a function takes by another, in words: by the shortest of five calls.

    The calls take turns, so that whatever slows the machine down slows both.
    """
    shortest = [math.inf, math.inf]
    for _ in range(5):
        for i, call in enumerate((function, other)):
            start = time.perf_counter()
            call(*arguments)
            shortest[i] = min(shortest[i], time.perf_counter() - start)
    times = float(f"{shortest[0] / shortest[1]:.1g}")  # the rest is chance
    return f"about {times:g} times as long as" if times >= 2 else "no longer than"
