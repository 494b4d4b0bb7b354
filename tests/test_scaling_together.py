"""Two processes are one: gradients, steps, and a training whose process was killed."""

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.elastic_runs import torchrun
from tests.test_training_parallel import alike, ended, together
from tests.training_runs import TINY, ran, results
from vitlib.training import digits_model
from vitlib.training.options import LAUNCH

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no torchrun there")
TWO = ["--standalone", "--nproc-per-node", "2", "-m"]
SOON = ["--rdzv-conf", "last_call_timeout=1"]  # seconds to wait for another machine


def test_two_processes_are_as_one(tmp_path):
    said = torchrun([*TWO, "vitlib.scaling.two"], tmp_path / "said")
    right, wrong, _, _, *rows = said.splitlines()
    assert right.endswith("gradients off by 0.0%")
    assert float(wrong.split()[-1].rstrip("%")) > 10
    numbers = [row.replace(",", "").split()[-4:] for row in rows]
    alone, *each, both = [list(map(float, row)) for row in numbers]
    weights = sum(weight.nbytes for weight in digits_model().parameters())
    assert alone[:3] == [weights, weights, 2 * weights]
    assert both == alone
    assert len(each) == 2
    for one in each:
        assert max(one[:3]) < 0.51 * 2 * weights
        assert one[:3] == [one[0], one[0], 2 * one[0]]
        assert one[0] == pytest.approx(weights / 2, rel=0.02)
        assert one[3] != alone[3]


def launched(folder: Path, processes: int) -> tuple[dict, list[str]]:
    """What the help says for several machines: environment, and words for this one."""
    first, _, rest = LAUNCH.replace("\\", "").partition(" torchrun ")
    here = {"HOST:29400": "localhost:0", "8": str(processes), "runs/both": str(folder)}
    assert here.keys() <= set(rest.split())
    words = [here.get(word, word) for word in rest.split()]
    return dict([first.strip().split("=")]), [*SOON, *words, *TINY]


def test_a_killed_process_costs_nothing_but_time(tmp_path, monkeypatch):
    whole, folder = tmp_path / "whole", tmp_path / "run"
    assert ended(together(whole, 2, *TINY)) == [0, 0]
    environment, words = launched(folder, 2)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = torchrun(words, tmp_path / "said", dies=(1, "learn", 8))
    assert re.findall(r"epoch (\d) of 4: ", said) == ["1", "2", "3", "4"]
    assert f"{folder}: on after epoch 2 of 4" in said
    assert results(folder) == results(whole)


def test_a_training_goes_on_with_another_number_of_processes(tmp_path):
    alone, folder = tmp_path / "alone", tmp_path / "run"
    assert ran(alone, *TINY)[0] == 0
    assert ended(together(folder, 2, *TINY, dies=("learn", 8)))[0] == -signal.SIGKILL
    assert ran(folder, "--resume")[0] == 0
    assert alike(alone, folder)
