"""What several widgets look at: pictures, and the small trained model."""

from functools import cache

import traitlets

from vitlib import data, training
from vitlib.model import ViT
from vitlib.show.widgets.base import one_of
from vitlib.show.widgets.patches import packed
from vitlib.show.widgets.weights import packed_model

HELD_OUT = {  # two hands for each digit, by their place among the test digits
    0: (33, 82),
    1: (6, 65),
    2: (70, 12),
    3: (80, 25),
    4: (26, 42),
    5: (44, 72),
    6: (34, 90),
    7: (10, 22),
    8: (87, 30),
    9: (81, 20),
}
MISREAD = 394  # a zero that the model takes for an eight


@cache
def digits_model() -> ViT:
    """The trained model, read once."""
    return training.digits_model()


@cache
def packed_digits_model() -> dict:
    """The trained model as the front end takes it, packed once."""
    return packed_model(digits_model())


@cache
def digit_pictures() -> dict:
    """The digits to choose from, as the front end takes them."""
    images, _ = data.digits("test")
    places = {f"{digit}": first for digit, (first, _) in HELD_OUT.items()}
    places |= {f"another {digit}": second for digit, (_, second) in HELD_OUT.items()}
    places["a misread 0"] = MISREAD
    return {name: packed(images[place], levels=16) for name, place in places.items()}


@cache
def scenes() -> dict:
    """The mountains and the photograph, as the front end takes them."""
    return {
        "mountains": packed(data.mountains(), levels=10),
        "photograph": packed(data.photograph()),
    }


class LooksIntoDigits(traitlets.HasTraits):
    """The traits of a widget in which the trained model looks at a chosen digit."""

    picture = traitlets.Unicode("3").tag(sync=True)
    pictures = traitlets.Dict().tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)

    _default_pictures = traitlets.default("pictures")(lambda self: digit_pictures())
    _default_weights = traitlets.default("weights")(lambda self: packed_digits_model())

    @traitlets.validate("picture")
    def _known(self, proposal) -> str:
        return one_of(self.pictures, proposal.value, "picture {!r}")
