"""Measure how fast the book is on this machine: ``python -m bench [what …]``.

``patches`` times the cutting of images, ``position_table`` the making of sinusoidal
positions, ``attention`` what it costs to hold weights, ``scaling`` how that grows there
and back, ``scaling_memory`` what remedies take away, ``scaling_compiled`` what
``torch.compile`` gains; ``redraw`` times the sliders' steps in Chromium; ``lighthouse``
grades the pages as a telephone would load them. ``model`` compares the ViT with timm's,
``profile`` shows where the time of both goes, ``alone`` measures what ours takes on its
own. ``model_start`` tells how large the numbers of a fresh model are, ``checkpoints``
how far wrong choices move its logits. ``class_token``, ``position``, ``encoder``,
``head``, ``inspection`` and ``mistakes`` train small ViTs, which takes minutes; so do
``training``, which compares methods fold by fold, and its parts, and ``scaling_batch``.
``scaling_spent`` reckons what the paper's trainings took. Without names: all.
With ``--record`` the results that a chapter draws are kept beside the script.
"""

import argparse
import datetime
import json
import platform
import shlex
import sys
from importlib import import_module
from pathlib import Path

import torch

from vitlib.checkpoints.saving import replacing

HERE = Path(__file__).parent
ALL = [
    "patches", "checkpoints", "class_token", "position", "position_table", "attention",
    "encoder", "head", "training", "training_ablations", "training_data",
    "training_fit", "inspection", "scaling", "scaling_memory", "scaling_compiled",
    "scaling_batch", "scaling_spent", "mistakes", "model", "model_start", "profile",
    "alone", "redraw", "lighthouse",
]  # fmt: skip


def processor() -> str:
    """What this machine computes with."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    models = [line.partition(": ")[2] for line in lines if "model name" in line]
    return models[0] if models else platform.processor() or platform.machine()


def keep(path: Path, record: dict) -> None:
    """Write a record, wholly or not at all."""
    with replacing(path) as file:
        file.write(f"{json.dumps(record, indent=1)}\n".encode())


def main() -> None:
    """Measure what is asked for, and say where and how it was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", help=", ".join(ALL))
    parser.add_argument("--record", action="store_true", help="keep the results")
    options = parser.parse_args()
    asked = options.what or ALL
    if unknown := set(asked) - set(ALL):
        parser.error(f"no {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    where = {
        "command": shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
        "date": f"{datetime.date.today()}",
        "machine": processor(),
        "versions": f"Python {platform.python_version()}, torch {torch.__version__}",
    }
    print("\n".join(where.values()))
    for name in asked:
        print()
        results = import_module(f"bench.{name}").main()
        if options.record and results:
            keep(HERE / f"{name}.json", where | {"results": results})


if __name__ == "__main__":
    main()
