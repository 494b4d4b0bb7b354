"""``python -m vitlib.training``: trains in a folder, and goes on after any stop."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from vitlib.training.folder import Folder
from vitlib.training.job import Job, prepared
from vitlib.training.options import COMMAND, parser
from vitlib.training.processes import Processes
from vitlib.training.progress import Progress, told


class Stopped(BaseException):
    """Ctrl-C, or the system's wish that the process end."""

    def __init__(self, number: int):
        self.status = 128 + number


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    given = vars(parser().parse_args(arguments))
    device, quiet, resume = (given.pop(name) for name in ("device", "quiet", "resume"))
    folder, where = Folder(given.pop("output")), given.pop("data_dir", None)
    try:
        with stoppable(), Processes(device) as processes:
            job = prepared(folder, given, resume, where, processes)
            return followed(job, processes.rank == 0, quiet)
    except (ValueError, OSError, ImportError) as error:
        return failed(error, 2)
    except Stopped as stopped:
        return failed("stopped before the training began", stopped.status)


def followed(job: Job, first: bool, quiet: bool) -> int:
    """A job to its end; the first process says how it goes, and writes."""
    say = print if first and not quiet else lambda *_: None
    where, began = job.folder.path, job.run.epoch
    if job.finished():
        say(f"{where} is finished: epoch {began}, {told(job.log[-1])}; nothing to do")
        return 0
    if began:
        say(f"{where}: on after epoch {began} of {job.run.recipe.epochs}")
    try:
        with Progress(job.run, quiet or not first) as shown:
            while not job.finished():
                job.one_epoch(first, shown.step)
                shown.epoch(job.log[-1])
    except (Stopped, FloatingPointError, OSError) as error:
        return ended(job, error) if first else 1
    say(f"{where}: trained, {told(job.log[-1])}")
    return 0


def ended(job: Job, error: BaseException) -> int:
    """Say why a job ended early, and what is left of it; returns the exit status."""
    where, kept = job.folder.path, len(job.log)
    left = f"{where} holds epoch {kept}" if kept else "no epoch was finished"
    if not isinstance(error, Stopped):
        return failed(f"{error}; {left}", 1)
    on = f"{COMMAND} --output {where} --resume"
    return failed(f"stopped; {left}; to go on: {on}", error.status)


def failed(said: object, status: int) -> int:
    """Say what went wrong; returns the exit status."""
    print(f"{COMMAND}: {said}", file=sys.stderr)
    return status


@contextmanager
def stoppable() -> Iterator[None]:
    """Ctrl-C and the system's SIGTERM raise ``Stopped``."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(number)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
