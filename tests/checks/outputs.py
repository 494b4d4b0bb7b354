"""Compare a cell's outputs as committed with those of executing it again.

All must be equal to the letter but for what another processor may round differently:
pixels, places in an SVG, numbers in a widget's state.
"""

import base64
import difflib
import io
import itertools
import re
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

from vitlib.show.widgets.base import MIME as WIDGET

PIXEL = 2  # of 255, in any channel of any pixel
PLACE = 1e-3  # of a pixel, in an SVG
NUMBER = 1e-6  # in a widget's state
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # is never committed
PLAIN = {"output_type", "name", "metadata", "ename", "evalue"}  # of an output
GEOMETRY = {"d", "points", "transform", "viewBox", "x", "y", "width", "height"}
MADE_ID = re.compile(r'((?:id="|#)[a-z]+)([0-9a-f]{10})\b')  # a hash of the drawing
DIGITS = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def text(before: str, after: str) -> list[str]:
    """Lines that differ."""
    sides = (before.splitlines(), after.splitlines())
    lines = [line[:200] for line in difflib.unified_diff(*sides, n=0, lineterm="")]
    return lines[2:] or ["line ends differ"] * (before != after)


def decoded(file: str) -> np.ndarray:
    """The pixels of a PNG in base64, (height, width, 4)."""
    with Image.open(io.BytesIO(base64.b64decode(file))) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=int)


def png(before: str, after: str) -> list[str]:
    """What differs between two PNGs in base64."""
    one, two = decoded(before), decoded(after)
    if one.shape != two.shape:
        return [f"size {one.shape[:2]} instead of {two.shape[:2]}"]
    off = abs(one - two).max(axis=2)
    wrong = (off > PIXEL).sum()
    return [f"{wrong} pixels differ, by up to {off.max()} of 255"] if wrong else []


def svg(before: str, after: str) -> list[str]:
    """What differs between two SVGs, element by element."""
    trees = (ET.fromstring(renamed(file)).iter() for file in (before, after))
    for one, two in itertools.zip_longest(*trees):
        if one is None or two is None:
            return ["more elements on one side"]
        if found := element(one, two):
            return [f"<{one.tag.rpartition('}')[2]}> {what}" for what in found]
    return []


def renamed(file: str) -> str:
    """An SVG whose made ids are counted instead: they hide how little differs."""
    names = {}
    return MADE_ID.sub(lambda m: m[1] + str(names.setdefault(m[2], len(names))), file)


def element(one: ET.Element, two: ET.Element) -> list[str]:
    """What differs between two elements of SVGs, their children aside."""
    pairs = ((one.tag, two.tag), (one.text, two.text), (one.tail, two.tail))
    found = [f"{a!r} instead of {b!r}" for a, b in pairs if a != b]
    for name in sorted({*one.keys(), *two.keys()}):
        a, b = one.get(name), two.get(name)
        if a != b and (None in (a, b) or not same_place(name, a, b)):
            found.append(f"{name}: {str(a)[:80]!r} instead of {str(b)[:80]!r}")
    return found


def same_place(name: str, one: str, two: str) -> bool:
    """Whether two different values of an attribute are the same to the eye."""
    if one.startswith("data:image/png;base64,"):
        return not png(one.partition(",")[2], two.partition(",")[2])
    if name not in GEOMETRY or DIGITS.split(one) != DIGITS.split(two):
        return False
    places = [[float(x) for x in DIGITS.findall(value)] for value in (one, two)]
    return all(abs(a - b) <= PLACE for a, b in zip(*places, strict=True))


def state(before: object, after: object, name: str = "state") -> list[str]:
    """What differs between two states of a widget."""
    if isinstance(before, dict) and isinstance(after, dict):
        before, after = dict(sorted(before.items())), dict(sorted(after.items()))
        if [*before] != [*after]:
            return [f"{name} has {[*before]} instead of {[*after]}"]
        return [d for k in before for d in state(before[k], after[k], f"{name}.{k}")]
    if isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            return [f"{name} has {len(before)} values instead of {len(after)}"]
        pairs = enumerate(zip(before, after, strict=True))
        return [d for i, (a, b) in pairs for d in state(a, b, f"{name}[{i}]")]
    if type(before) is type(after) is float and abs(before - after) <= NUMBER:
        return []
    return [f"{name}: {before!r:.80} instead of {after!r:.80}"] * (before != after)


KINDS = {"image/png": png, "image/svg+xml": svg, WIDGET: state}


def differences(committed: list, executed: list) -> list[str]:
    """What differs between a cell's outputs as committed and as executed again."""
    if len(committed) != len(executed):
        return [f"{len(committed)} outputs are committed, {len(executed)} were made"]
    pairs = zip(committed, executed, strict=True)
    return [found for one, two in pairs for found in output_differences(one, two)]


def output_differences(one: dict, two: dict) -> list[str]:
    """What differs between two outputs, but for the number of their execution."""
    plain = [{k: v for k, v in output.items() if k in PLAIN} for output in (one, two)]
    if plain[0] != plain[1]:
        return [f"{plain[0]} instead of {plain[1]}"]
    found = text(one.get("text", ""), two.get("text", ""))
    before, after = dict(one.get("data", {})), dict(two.get("data", {}))
    after.pop(WIDGET_VIEW, None)
    if before.keys() != after.keys():
        return [f"{sorted(before)} instead of {sorted(after)}"]
    for kind, data in before.items():
        compare = KINDS.get(kind, text if isinstance(data, str) else state)
        found += [f"{kind}: {what}" for what in compare(data, after[kind])]
    return found


def unequal(committed: list, executed: list) -> list[str]:
    """Outputs, as many on both sides, that are not the same to the byte."""
    pairs = zip(committed, executed, strict=True)
    kinds = [one["output_type"] for one, two in pairs if stored(one) != stored(two)]
    return [f"{kind}: the same but for rounding" for kind in kinds]


def stored(output: dict) -> dict:
    """What a file keeps of an output, but for the number of its execution."""
    kept = {k: v for k, v in output.items() if k != "execution_count"}
    kept["data"] = {k: v for k, v in kept.get("data", {}).items() if k != WIDGET_VIEW}
    return kept
