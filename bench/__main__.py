"""Measure how fast the book is on this machine: ``python -m bench [what …]``.

``patches`` times the cutting of images, ``redraw`` a slider's step in Chromium,
``lighthouse`` grades the pages as a telephone would load them. Without names: all.
"""

import argparse
import datetime
import platform
import shlex
import sys
from pathlib import Path

import torch

from bench import lighthouse, patches, redraw

ALL = {"patches": patches, "redraw": redraw, "lighthouse": lighthouse}


def processor() -> str:
    """What this machine computes with."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    models = [line.partition(": ")[2] for line in lines if "model name" in line]
    return models[0] if models else platform.processor() or platform.machine()


def main() -> None:
    """Measure what is asked for, and say where and how it was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", help=", ".join(ALL))
    asked = parser.parse_args().what or list(ALL)
    if unknown := set(asked) - set(ALL):
        parser.error(f"no {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    print("$ python -m bench", shlex.join(sys.argv[1:]))
    print(f"{datetime.datetime.now():%Y-%m-%d %H:%M}, {processor()}")
    print(f"Python {platform.python_version()}, torch {torch.__version__}")
    for name in asked:
        print()
        ALL[name].main()


if __name__ == "__main__":
    main()
