"""What widgets refuse, and what they leave in a notebook, as the tests see it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from IPython.core.formatters import DisplayFormatter
from traitlets import TraitError

from vitlib.show import style
from vitlib.show.widgets.base import MIME, Widget

VIEW = "application/vnd.jupyter.widget-view+json"


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


def check_output(made: Widget, other: Widget) -> None:
    """Two widgets leave the same pictures and the same state, but for their ids."""
    shown, about = DisplayFormatter().format(made)
    again, _ = DisplayFormatter().format(other)
    views = [output.pop(VIEW)["model_id"] for output in (shown, again)]
    assert views == [made.model_id, other.model_id]
    assert shown == again
    assert shown["text/plain"] == repr(made)
    assert shown["image/svg+xml"] == style.svg(made.still())
    assert shown["image/png"] == style.png(made.still())[0]
    assert about["image/png"] == {"width": style.WIDTH}
    assert shown[MIME] == {"widget": made.module, "state": made.state()}


def leaves(
    widget: type[Widget],
    traits: set[str],
    longest: int,
    beside: str | None = None,
    settings: Iterable[dict] = ({},),
) -> Callable:
    """A test: with any of these settings a widget's output is the same each time.

    Its state has these ``traits`` and is, as JSON, shorter than ``longest``, but for
    the trait ``beside``, a whole model.
    """

    @pytest.mark.parametrize("chosen", settings, ids=str)
    def test(chosen: dict):
        made = widget(**chosen)
        check_output(made, widget(**chosen))
        state = made.state()
        assert json.loads(json.dumps(state)) == state
        assert set(state) == traits
        rest = {name: value for name, value in state.items() if name != beside}
        assert len(json.dumps(rest)) < longest

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
