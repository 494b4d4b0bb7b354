"""What widgets refuse, as the tests see it."""

import re
from collections.abc import Callable

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
