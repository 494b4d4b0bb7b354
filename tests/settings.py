"""What widgets refuse, as the tests see it."""

import re
from collections.abc import Callable, Iterator

import pytest
from traitlets import TraitError

from vitlib.show.widgets.base import Widget


def refuses(widget: type[Widget], cases: list[tuple[str, object, str]]) -> Callable:
    """A test: a widget refuses each value of a trait, saying what would work.

    Nothing of it is changed then, and none is made with such a value.
    """

    @pytest.mark.parametrize(("trait", "value", "words"), cases)
    def test(trait: str, value: object, words: str):
        made = widget()
        before = made.state()
        with pytest.raises(TraitError) as caught:
            setattr(made, trait, value)
        assert words in str(caught.value)
        assert str(value) in str(caught.value) or words == "read-only"
        assert made.state() == before
        with pytest.raises(TraitError, match=re.escape(words)):
            widget(**{trait: value})

    return test


HOSTILE = "</script><img src=x onerror=alert(1)>"


def edited(state: dict, limits: dict) -> Iterator[tuple[str, dict]]:
    """Copies of a page's state, in each a trait wrong, with the trait's name."""
    for name, wanted in limits.items():
        yield name, {key: value for key, value in state.items() if key != name}
        wrong = [None, [HOSTILE], 0.5, 1e308, -1e308]
        wrong += [] if wanted.get("kind") == "a text" else [HOSTILE, "1"]
        if wanted.get("kind") == "a list":
            wrong[1] = {"0": 1}
        if wanted.get("kind") == "a number":
            wrong.remove(0.5)
        for value in wrong[:2] if wanted.get("kind") == "a table" else wrong:
            yield name, state | {name: value}


def inside(state: dict) -> Iterator[dict]:
    """Copies of a page's state in which something within a text or table is wrong."""
    for name, value in state.items():
        if isinstance(value, str):
            for other in (HOSTILE, "", "__proto__"):
                yield state | {name: other}
        if not isinstance(value, dict):
            continue
        yield state | {name: {}}
        for key in [*value][:3]:
            for other in (None, 1e9, HOSTILE):
                yield state | {name: value | {key: other}}
        within = next(iter(value.values()))
        for part in within if isinstance(within, dict) else ():
            yield state | {name: value | {next(iter(value)): within | {part: 1e9}}}
