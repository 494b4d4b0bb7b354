"""Trains in processes of their own, which can be killed where it hurts most.

They are forked from one that has imported all that they need.
"""

import json
import multiprocessing
import os
import signal
import sys
from functools import cache
from pathlib import Path

import torch

from vitlib.training import command, loop

TINY = ["--embed-dim", "8", "--depth", "1", "--heads", "2", "--batch-size", "450"]
TINY += ["--epochs", "4"]
PRELOADED = ["vitlib.training.command", "sklearn.datasets", "torch._dynamo"]
PRELOADED += ["vitlib.scaling.two"]
PLACES = {"learn": loop, "fsync": os, "replace": os}


def run(folder: Path, *arguments: object) -> int:
    """Exit status of the command, given a folder."""
    return command.main(["--output", str(folder), *map(str, arguments)])


@cache
def context() -> multiprocessing.context.ForkServerContext:
    """Makes processes that need not import anything; not on Windows."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOADED)
    return made


def started(
    folder: Path, *arguments: object, said: str = "", **more: object
) -> multiprocessing.Process:
    """A process that trains in a folder; what it says goes to ``said``, or beside it.

    With ``dies=("learn", 3)`` it ends in the third step, before that is made.
    """
    words = ["--output", str(folder), *map(str, arguments)]
    told = (words, said or f"{folder}.said", more)
    process = context().Process(target=in_child, args=told)
    process.start()
    return process


def ran(folder: Path, *arguments: object, **more: object) -> tuple[int, str]:
    """Exit status of a process that trains in a folder, and what it said."""
    process = started(folder, *arguments, **more)
    process.join()
    return process.exitcode, Path(f"{folder}.said").read_text("utf-8")


def in_child(words: list[str], said: str, more: dict) -> None:
    """The command, in a process of its own."""
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    torch.set_num_threads(1)
    os.environ.update(more.get("environment", {}))
    if "dies" in more:
        die(*more["dies"], more.get("signal", signal.SIGKILL))
    sys.exit(command.main(words))


def die(name: str, count: int, number: int) -> None:
    """Let this process get a signal when a function is called for so many times."""
    place, calls = PLACES[name], []
    kept = getattr(place, name)

    def dying(*arguments: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == count:
            os.kill(os.getpid(), number)
        return kept(*arguments, **more)

    setattr(place, name, dying)


def results(folder: Path) -> tuple[bytes, list[dict]]:
    """The weights of a run, and its log without seconds."""
    lines = (folder / "log.jsonl").read_text("utf-8").splitlines()
    log = [json.loads(line) for line in lines]
    assert all(line.pop("seconds") > 0 for line in log)
    return (folder / "model.safetensors").read_bytes(), log
