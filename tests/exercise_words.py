"""What the checks of exercises say, as the tests see it."""

from collections.abc import Callable

import pytest

KINDS = {"…", "✓", "✗"}  # an answer is missing, right or wrong
Cases = dict[Callable, list[tuple[object, str]]]


def check_said(capsys, words: str) -> None:
    """One line has been printed, which begins with these words."""
    said = capsys.readouterr().out
    assert said.startswith(words)
    assert said.count("\n") == 1


def said_to(cases: Cases) -> Callable:
    """A test of checks: for each, answers, and how the line begins that it says.

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
        check(answer)
        check_said(capsys, words)

    return test
