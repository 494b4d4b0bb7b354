"""What a mistake is: wrong code, the right code, and the line that tells them apart."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

MARKS = ("# ✗", "# ✓")  # end the lines of a way that tell; without, the last does
Way = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """Something wrong in a ViT, which runs, beside what is right.

    ``seen`` is what somebody would notice, ``missed`` why shapes and a falling loss do
    not show it. ``check`` is given one of the two ways, and true of the right one.
    """

    key: str
    chapter: int
    number: int  # in the chapter, from 1
    seen: str
    missed: str
    run_wrong: Way
    run_right: Way
    check: Callable[[Way], bool]

    @property
    def wrong(self) -> str:
        """The line that is wrong, or the lines, as it stands in ``run_wrong``."""
        return telling(self.run_wrong)

    @property
    def right(self) -> str:
        """The line that does it right, or the lines, as it stands in ``run_right``."""
        return telling(self.run_right)

    @property
    def test(self) -> str:
        """What must be true, as it stands in ``check``; ``way`` is what is tested."""
        return telling(self.check)

    def passes(self, way: Way) -> bool:
        """Whether a way passes the test; one that stops with an error does not."""
        with steady():
            try:
                return bool(self.check(way))
            except (ArithmeticError, AttributeError, RuntimeError, TypeError):
                return False

    def shown_by(self) -> str:
        """What shows the mistake first: "an error", "a shape", or only "a test"."""
        right, wrong = (self.results(way) for way in (self.run_right, self.run_wrong))
        if "error" in wrong:
            return "an error"
        pairs = zip(right, wrong, strict=False)  # a test may stop at the first one
        return "a shape" if any(a != b for a, b in pairs if a) else "a test"

    def results(self, way: Way) -> list[object]:
        """The shapes of what a way returns while it is tested, or "error"."""
        found = []

        def recorded(*arguments: object) -> object:
            try:
                result = way(*arguments)
            except Exception:
                found.append("error")
                raise
            found.append(shape_of(result))
            return result

        self.passes(recorded)
        return found


@dataclass
class Chapter:
    """A chapter's mistakes, in the order in which they stand in its file."""

    number: int
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(
        self, right: Way, test: Callable[[Way], bool], seen: str, missed: str
    ) -> Callable[[Way], Way]:
        """Marks a wrong way, with the right one and the test that tells them apart."""

        def marked(wrong: Way) -> Way:
            key = re.sub(r"_|(?<=[a-z])(?=[A-Z])", "-", wrong.__name__).lower()
            place = (self.number, len(self.mistakes) + 1)
            self.mistakes.append(Mistake(key, *place, seen, missed, wrong, right, test))
            return wrong

        return marked


def telling(function: Way) -> str:
    """The lines of a function that are marked, or else its last one."""
    text, body = source(function)
    lines = text.splitlines()
    marked = [part for part in body if lines[part.end_lineno - 1].endswith(MARKS)]
    return "; ".join(on_one_line(text, part) for part in marked or body[-1:])


def source(function: Way) -> tuple[str, list[ast.stmt]]:
    """A function's text, and its simple statements, those inside others too."""
    text = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(text).body
    body = [part for part in ast.walk(definition) if isinstance(part, ast.stmt)]
    words = definition.body[0]  # the docstring
    simple = [part for part in body if not hasattr(part, "body") and part is not words]
    return text, sorted(simple, key=lambda part: part.lineno)


def on_one_line(text: str, statement: ast.stmt) -> str:
    """A statement's text in one line; of ``return`` what is returned."""
    part = statement.value if isinstance(statement, ast.Return) else statement
    words = " ".join(ast.get_source_segment(text, part).split())
    return words.replace("( ", "(").replace(" )", ")").replace(",)", ")")


def shape_of(result: object) -> object:
    """A tensor's shape, or those of several; of anything else its kind."""
    if isinstance(result, Tensor):
        return tuple(result.shape)
    if isinstance(result, tuple | list):
        return [shape_of(part) for part in result]
    if result is None:  # refused
        return None
    return "callable" if callable(result) else type(result).__name__


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers, the same each time, that leave torch's own as they were."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@contextmanager
def steady() -> Iterator[None]:
    """What is drawn here is the same each time, and nothing outside notices."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        yield
