"""Whenever a training is killed, it goes on to the very weights of one left alone."""

import signal
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.training_runs import TINY, ran, results, started
from vitlib.training import trained_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A training that nobody disturbed."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    assert ran(folder, *TINY)[0] == 0
    return folder


def entries(folder: Path) -> set[str]:
    """Names of the files in a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("deaths", "epochs"),
    [
        ([("learn", 1)], [0]),
        ([("learn", 5), ("learn", 4), ("learn", 6)], [1, 2, 3]),
        # settings and log as it begins; then the model, the log and last.pt an epoch
        ([("replace", 1), ("replace", 2)], [None, None]),
        ([("fsync", 2), ("fsync", 3)], [None, None]),
    ],
)
def test_killed_in_a_step_or_while_it_writes(whole, tmp_path, deaths, epochs):
    folder = tmp_path / "run"
    for death, epoch in zip(deaths, epochs, strict=True):
        status, said = ran(folder, *TINY, "--resume", dies=death)
        assert status == -signal.SIGKILL, said
        if epoch is not None:
            assert len(results(folder)[1] if epoch else []) == epoch
    status, said = ran(folder, *TINY, "--resume")
    assert status == 0, said
    assert results(folder) == results(whole)
    assert entries(folder) == entries(whole)


@pytest.mark.parametrize("what", ["fsync", "replace"])
def test_killed_at_each_file_in_turn(whole, tmp_path, what):
    folder = tmp_path / "run"
    for count in range(1, 9):  # each time a little further
        status, said = ran(folder, *TINY, "--resume", dies=(what, count))
        if status == 0:
            break
        assert status == -signal.SIGKILL, said
        left = [name for name in entries(folder) if name.startswith(".saving-")]
        assert len(left) == 1
    assert count > 4
    ran(folder, *TINY, "--resume")
    assert results(folder) == results(whole)
    assert entries(folder) == entries(whole)


def test_killed_at_any_time_again_and_again(whole, tmp_path):
    folder, start = tmp_path / "run", time.perf_counter()
    assert ran(tmp_path / "timed", *TINY)[0] == 0
    lasts = time.perf_counter() - start
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        process = started(folder, *TINY, "--resume")
        process.join(share * lasts)
        assert process.exitcode is None or share > 0.1
        process.kill()
        process.join()
        for name in entries(folder) & {"last.pt"} if folder.exists() else ():
            torch.load(folder / name, weights_only=True)  # always whole
    assert ran(folder, *TINY, "--resume")[0] == 0
    assert results(folder) == results(whole)


@pytest.mark.parametrize(
    ("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_ctrl_c_ends_with_a_line_that_says_how_to_go_on(
    whole, tmp_path, number, expected
):
    folder = tmp_path / "run"
    status, said = ran(folder, *TINY, dies=("learn", 8), signal=number)
    assert status == expected
    assert said.splitlines()[-1] == (
        f"python -m vitlib.training: stopped; {folder} holds epoch 2; to go on: python"
        f" -m vitlib.training --output {folder} --resume"
    )
    assert "Traceback" not in said
    status, said = ran(folder, "--resume")
    assert status == 0
    assert said.startswith(f"{folder}: on after epoch 2 of 4\nepoch 3 of 4: loss ")
    assert results(folder) == results(whole)


def test_stopped_while_it_writes_it_holds_what_it_says(tmp_path):
    folder = tmp_path / "run"
    _, said = ran(folder, *TINY, dies=("replace", 8), signal=signal.SIGINT)
    assert f"{folder} holds epoch 1;" in said
    assert torch.load(folder / "last.pt")["run"]["history"][1:] == []
    _, said = ran(tmp_path / "two", *TINY, dies=("learn", 1), signal=signal.SIGINT)
    assert "no epoch was finished; to go on:" in said


def test_a_finished_run_is_left_as_it_is(whole):
    def seen() -> dict:
        return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in whole.iterdir()}

    before = seen()
    time.sleep(0.01)
    status, said = ran(whole, "--resume")
    assert (status, said.count("\n")) == (0, 1)
    assert said.startswith(f"{whole} is finished: epoch 4, loss 2.")
    assert seen() == before
    assert not trained_model(whole).training
