"""Draw all figures anew: ``python -m figures``.

A chapter's script has ``draw()``, which returns its figures by file name; they become
SVGs beside it. A script that makes other files has ``save(folder)``, with the folder
where they belong as its default. A file is replaced at a stroke, if it differs at all.
"""

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
from PIL import Image

from vitlib.show import style

HERE = Path(__file__).parent
ROUNDING = {"photograph.png": 2}  # of 255; filters may round differently elsewhere


def scripts(method: str) -> list[ModuleType]:
    """The scripts of this folder that have ``draw`` or ``save``."""
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "__main__")
    modules = [importlib.import_module(f"figures.{name}") for name in names]
    return [module for module in modules if hasattr(module, method)]


def drawn(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Draw everything into a folder; pairs of (made file, where it belongs)."""
    for module in scripts("draw"):
        for name, figure in module.draw().items():
            made = folder / f"{name}.svg"
            made.write_text(style.svg(figure), "utf-8", newline="\n")
            yield made, HERE / made.name
    for module in scripts("save"):
        mine = folder / module.__name__
        mine.mkdir()
        module.save(mine)
        (home,) = module.save.__defaults__
        yield from ((made, home / made.name) for made in sorted(mine.iterdir()))


def same(one: Path, two: Path) -> bool:
    """Whether two files show the same: PNGs to the eye, others to the byte."""
    if not two.exists() or one.suffix != ".png":
        return two.exists() and one.read_bytes() == two.read_bytes()
    with Image.open(one) as a, Image.open(two) as b:
        if (a.mode, a.size, a.getpalette()) != (b.mode, b.size, b.getpalette()):
            return False
        off = abs(np.asarray(a, dtype=int) - np.asarray(b, dtype=int))
    return off.max() <= ROUNDING.get(two.name, 0)


def stale(folder: Path) -> Iterator[tuple[Path | None, Path]]:
    """Files that are not as their script makes them, with the one that is, if any."""
    pairs = list(drawn(folder))
    yield from (pair for pair in pairs if not same(*pair))
    made = {home for _, home in pairs}
    yield from ((None, path) for path in sorted(HERE.glob("*.svg")) if path not in made)


def main() -> None:
    """Draw all figures, or say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change no file")
    options = parser.parse_args()
    beside = None if options.check else HERE  # to check, nothing is written here
    with tempfile.TemporaryDirectory(dir=beside, prefix=".drawn-") as folder:
        found = list(stale(Path(folder)))
        for made, path in found:
            print(
                path.relative_to(HERE.parent), "" if made else "is drawn by no script"
            )
            if made and not options.check:
                os.replace(made, path)
    sys.exit(bool(found) and (options.check or any(made is None for made, _ in found)))


if __name__ == "__main__":
    main()
