"""A choice among a few names, and what is said of any other."""

from collections.abc import Iterable

from vitlib.checks import one_of


def check_known(what: str, name: object, known: Iterable[str]) -> None:
    """Raise unless a name is one of those that are known."""
    known = list(known)
    if name not in known:
        raise ValueError(
            f"{what} must be {one_of(list(map(repr, known)))}, got {name!r}"
        )
