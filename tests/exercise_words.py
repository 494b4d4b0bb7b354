"""What the checks of exercises say, as the tests see it."""

from collections.abc import Callable, Collection

import pytest
import torch

KINDS = {"…", "✓", "✗"}  # an answer is missing, right or wrong
Cases = dict[Callable, list[tuple[object, str]]]


def check_said(capsys, words: str) -> None:
    """One line has been printed: it begins so, and holds what stands after " … "."""
    first, *further = words.split(" … ")
    said = capsys.readouterr().out
    assert said.startswith(first)
    assert all(part in said for part in further)
    assert said.count("\n") == 1


def said_to(cases: Cases, drawing: Collection[Callable] = ()) -> Callable:
    """A test of checks: for each, answers, and what the line that it says begins with.

    A check leaves the reader's random numbers as they are, unless the answers to it
    are ``drawing`` some. What the line says further on stands after " … ".

    Raises:
        ValueError: a check says less to these answers than it can.
    """
    for check, answers in cases.items():
        if missing := KINDS - {words[0] for _, words in answers}:
            raise ValueError(f"{check.__name__}: no answer at which it says {missing}")

    @pytest.mark.parametrize(
        ("check", "answer", "words"),
        [(check, *case) for check, answers in cases.items() for case in answers],
    )
    def test(check: Callable, answer: object, words: str, capsys) -> None:
        before = torch.get_rng_state()
        check(answer)
        check_said(capsys, words)
        assert check in drawing or torch.equal(torch.get_rng_state(), before)

    return test
