"""Two processes, or three, train what one would, however the batches divide."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training_runs import TINY, ran, results, started
from vitlib.training import trained_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
UNEVEN = ["--batch-size", "449", "--epochs", "3"]  # 1347 = 3 · 449, the last of 449
LONELY = ["--batch-size", "673", "--epochs", "2"]  # 1347 = 2 · 673 + 1: one has none


def together(
    folder: Path, count: int, *arguments: object, **more: object
) -> list[multiprocessing.Process]:
    """As many processes as torchrun would start, each with its number."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    shared |= {"WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count)}
    return [
        started(
            folder,
            *arguments,
            environment=shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            said=f"{folder}.said{rank}",
            **(more if rank == 0 else {}),
        )
        for rank in range(count)
    ]


def ended(processes: list[multiprocessing.Process]) -> list[int]:
    """Exit statuses; if one fails, the others are ended, as torchrun does."""
    for process in processes:
        process.join(0.05 if any(p.exitcode for p in processes) else 60)
        if process.is_alive():
            process.terminate()
            process.join()
    return [process.exitcode for process in processes]


def test_two_processes_that_torchrun_started_are_one(tmp_path):
    alone, two = tmp_path / "alone", tmp_path / "two"
    runner = "torch.distributed.run --standalone --nproc-per-node 2 -m vitlib.training"
    command = [sys.executable, "-m", *runner.split(), *TINY, *UNEVEN]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "--output", str(two)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("epoch 3 of 3: ") == 1
    assert ran(alone, *TINY, *UNEVEN)[0] == 0
    assert alike(alone, two)


def alike(one: Path, other: Path) -> bool:
    """Whether two runs have the same curves, up to rounding."""
    (_, curve), (_, again) = map(results, (one, other))
    assert [line["steps"] for line in curve] == [line["steps"] for line in again]
    for line, wanted in zip(again, curve, strict=True):
        assert line["loss"] == pytest.approx(wanted["loss"], rel=1e-5)
        assert line["accuracy"] == pytest.approx(wanted["accuracy"], abs=2 / 450)
    models = [trained_model(folder).parameters() for folder in (one, other)]
    return all((a - b).abs().max() < 2e-4 for a, b in zip(*models, strict=True))


@pytest.mark.parametrize("count", [2, 3])
def test_a_process_may_have_no_image_of_a_batch(tmp_path, count):
    alone, more = tmp_path / "alone", tmp_path / "more"
    assert ended(together(more, count, *TINY, *LONELY)) == [0] * count
    assert ran(alone, *TINY, *LONELY)[0] == 0
    assert alike(alone, more)
    assert Path(f"{more}.said1").read_text("utf-8") == ""


def test_two_processes_go_on_where_they_were_killed(tmp_path):
    whole, folder = tmp_path / "whole", tmp_path / "run"
    assert ended(together(whole, 2, *TINY)) == [0, 0]
    killed = ended(together(folder, 2, *TINY, "--resume", dies=("learn", 8)))
    assert killed[0] == -signal.SIGKILL
    assert killed[1] != 0
    assert ended(together(folder, 2, "--resume")) == [0, 0]
    assert results(folder) == results(whole)


def test_what_is_refused_ends_all(tmp_path):
    folder = tmp_path / "run"
    assert ended(together(folder, 2, *TINY, "--patch-size", 3)) == [2, 2]
    assert not folder.exists()
    (folder / "log.jsonl").parent.mkdir()
    (folder / "log.jsonl").touch()
    assert ended(together(folder, 2, *TINY)) == [2, 2]
    assert "holds a training already" in Path(f"{folder}.said0").read_text("utf-8")
    assert Path(f"{folder}.said1").read_text("utf-8") == ""
