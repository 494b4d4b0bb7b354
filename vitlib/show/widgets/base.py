"""One widget, two hosts.

In a notebook a widget is an anywidget: its traits and its sliders follow each other. A
page has no kernel; there ``host.js`` gives the same front end a model that holds the
traits' values, which the notebook's output carries under ``MIME``. They are a script of
their own, which is loaded when the reader comes near.

Each widget is a Python class and a JavaScript module of the same name beside it, which
may import from other modules of this folder.
"""

import json
import math
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TypeVar

import anywidget
import traitlets
from matplotlib.figure import Figure
from traitlets import TraitError

from vitlib.show import style

FOLDER = Path(__file__).parent
MIME = "application/vnd.vitlib.widget+json"
IMPORT = re.compile(r'^import [^;]* from "\./(\w+)\.js";\n', re.MULTILINE)
KINDS = {  # of traits, in the words of ``host.js``
    traitlets.Int: "a whole number",
    traitlets.Float: "a number",
    traitlets.Unicode: "a text",
    traitlets.Bool: "true or false",
    traitlets.List: "a list",
    traitlets.Dict: "a table",
}
HOST_TRAITS = {"comm", "keys", "layout", "tabbable", "tooltip"}
ENDLESS = (-math.inf, math.inf)
Value = TypeVar("Value")


def source(name: str) -> str:
    """A front-end file of this folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def modules(name: str) -> dict[str, str]:
    """Module ``name`` and, before it, those of this folder that it imports."""
    code = source(f"{name}.js")
    found = {}
    for other in IMPORT.findall(code):
        found |= modules(other)
    return found | {name: IMPORT.sub("", code)}


def script(name: str) -> str:
    """Widget ``name``'s module and all that it imports, in one."""
    return re.sub(
        r"^export (?!default )", "", "".join(modules(name).values()), flags=re.M
    )


def page_script(name: str) -> str:
    """Widget ``name`` as a classic script, for a page that has loaded ``host.js``."""
    code = script(name).replace("export default", "const widget =")
    (kind,) = (kind for kind in Widget.__subclasses__() if kind.module == name)
    wanted = json.dumps(kind.limits())
    return f'(() => {{\n{code}vitHost.mount("{name}", widget, {wanted});\n}})();\n'


def names() -> list[str]:
    """The modules of all widgets."""
    return sorted(widget.module for widget in Widget.__subclasses__() if widget.module)


def page_html(name: str, still: str, address: str, anchor: str) -> str:
    """A widget on a page: the picture shown until it runs, and its state's address.

    To ``anchor`` a link may lead before the widget is there.
    """
    marks = {"id": anchor, "data-widget": name, "data-state": address}
    said = " ".join(f'{mark}="{escape(value)}"' for mark, value in marks.items())
    return f'<div class="vit-widget" {said}>{still}</div>'


def state_script(state: dict) -> str:
    """A widget's state as a script: a page that was opened as a file can load no data.

    It is text there, which the host reads as JSON, so that nothing in it is executed.
    """
    text = json.dumps(json.dumps(state, allow_nan=False))
    return f"vitHost.states[document.currentScript.src] = {text};\n"


def one_of(known: Iterable[Value], value: Value, name: str) -> Value:
    """A trait's value; ``TraitError`` that calls it by name if it is none of those."""
    if value not in known:
        there = ", ".join(map(repr, known))
        raise TraitError(f"no {name.format(value)}; there are {there}")
    return value


def limits_of(trait: traitlets.TraitType) -> dict:
    """The kind of a trait and its ends, or of what it must be one."""
    if isinstance(trait, traitlets.Enum):
        return {"of": [*trait.values]}
    kind = next(KINDS[kind] for kind in KINDS if isinstance(trait, kind))
    ends = {name: getattr(trait, name, None) for name in ("min", "max")}
    known = {n: end for n, end in ends.items() if end not in (None, *ENDLESS)}
    return {"kind": kind, **known}


class Widget(anywidget.AnyWidget):
    """Base of the book's widgets; a subclass names its ``module`` and draws a still."""

    module = ""
    _ipython_display_ = None  # that of ipywidgets 7 shows no picture; the bundle does

    def __init_subclass__(cls, **more):
        if "module" in vars(cls):
            cls._esm = script(cls.module)
            cls._css = style.css() + source("base.css")
        super().__init_subclass__(**more)

    def still(self) -> Figure:
        """The widget as a picture, for readers whom no script reaches."""
        raise NotImplementedError

    def state(self) -> dict:
        """Values of the traits that the front end sees."""
        return {name: getattr(self, name) for name in self.seen()}

    @classmethod
    def seen(cls) -> dict[str, traitlets.TraitType]:
        """The traits that the front end sees."""
        synced = cls.class_traits(sync=lambda wanted: wanted)
        names = (n for n in synced if n[0] != "_" and n not in HOST_TRAITS)
        return {name: synced[name] for name in sorted(names)}

    @classmethod
    def limits(cls) -> dict[str, dict]:
        """What those may be, for ``host.js`` to compare a page's state with."""
        return {name: limits_of(trait) for name, trait in cls.seen().items()}

    def __repr__(self):
        short = {k: v for k, v in self.state().items() if type(v) not in (dict, list)}
        shown = (f"{name}={value!r}" for name, value in short.items())
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options) or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still = self.still()
        picture, shown = style.png(still)
        data = {
            **data,
            "text/plain": repr(self),
            "image/svg+xml": style.svg(still),
            "image/png": picture,
            MIME: {"widget": self.module, "state": self.state()},
        }
        return data, {**metadata, "image/png": shown}
