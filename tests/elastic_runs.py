"""What ``torchrun`` starts, forked from a process that has imported all it needs.

Its own reader of options and its own agent are at work; only the workers begin by a
fork, and not as a new Python, which would take seconds for each.
"""

import os
import signal
import sys
from pathlib import Path
from unittest.mock import patch

import torch
from torch.distributed import run
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from tests.training_runs import context, die
from vitlib.scaling import two
from vitlib.training import command

MODULES = {
    "vitlib.scaling.two": lambda words: two.main(*words),
    "vitlib.training": command.main,
}


def torchrun(words: list[str], said: Path, dies: tuple | None = None) -> str:
    """What is said by what ``torchrun`` starts with these words; raises if it fails.

    With ``dies=(1, "learn", 8)`` process 1 is killed once, in the eighth step.
    """
    context()
    options = run.parse_args(words)
    given = (options.training_script, options.training_script_args, str(said), dies)

    def forked(config: LaunchConfig, entrypoint: str) -> object:
        config.start_method = "forkserver"
        return lambda *program: elastic_launch(config, worker)(*given)

    handlers = {number: signal.getsignal(number) for number in (15, 2, 1, 3)}
    try:
        with patch.object(run, "elastic_launch", forked):
            run.run(options)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return said.read_text("utf-8")


def worker(module: str, words: list[str], said: str, dies: tuple | None) -> None:
    """One process; the first time, one of them is killed."""
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    torch.set_num_threads(1)
    first = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"
    if dies and first and int(os.environ["RANK"]) == dies[0]:
        die(*dies[1:], signal.SIGKILL)
    if status := MODULES[module](words):  # the agent waits for a return
        sys.exit(status)
