"""What ``python -m vitlib.training`` refuses, and how it ends when something breaks."""

import io
import math
import zipfile
from pathlib import Path

import pytest
import torch

from tests.training_runs import TINY, run
from vitlib.training import command, trained_model
from vitlib.training.folder import FILES

NAME = "python -m vitlib.training: "


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Path:
    """The folder of a small training."""
    folder = tmp_path_factory.mktemp("runs") / "with" / "parents"
    assert run(folder, *TINY, "--quiet", "--pool", "mean") == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--patch-size", 3], "not divisible by patch size 3; 1, 2, 4 or 8 would be"),
        (["--heads", 5], "is not divisible by 5 heads"),
        (["--lr", 0], "lr must be above 0, got 0.0"),
        (["--warm-up", 2], "warm_up is a share, from 0 to 1, got 2.0"),
        (["--epochs", 0], "epochs must be at least 1, got 0"),
        (["--data", "scenes", "--patch-size", 3], "squares that fit 24 × 40: 1, 2, 4"),
    ],
)
def test_a_training_that_cannot_be_is_refused_and_leaves_no_folder(
    tmp_path, capsys, arguments, said
):
    assert run(tmp_path / "new", *arguments) == 2
    wrong = capsys.readouterr().err
    assert wrong.startswith(NAME)
    assert said in wrong
    assert wrong.count("\n") == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "holds a training already (settings.json, log.jsonl, model.safe"),
        (
            ["--resume", "--epochs", 9],
            "cannot go on with --epochs 9 (was 4): the rate falls along a cosine",
        ),
        (
            ["--resume", "--lr", 1, "--pool", "cls", "--epochs", 4],
            "cannot go on with --lr 1.0 (was 0.003), --pool cls (was mean): the rest",
        ),
        (["--resume", "--precision", "bfloat16"], "--precision bfloat16 (was float32"),
    ],
)
def test_a_run_is_not_overwritten_nor_changed(done, capsys, arguments, said):
    before = {path.name: path.read_bytes() for path in done.iterdir()}
    assert run(done, *arguments) == 2
    assert said in capsys.readouterr().err
    assert before == {path.name: path.read_bytes() for path in done.iterdir()}


def flipped(content: bytes) -> bytes:
    """A file of torch's, one bit of its largest part another."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        part = max(parts.infolist(), key=lambda part: part.file_size)
    changed = bytearray(content)
    changed[part.header_offset + part.file_size // 2 + 128] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("file", "damage", "said"),
    [
        ("last.pt", lambda b: b[:-50], "last.pt is damaged (File is not a zip file)"),
        ("last.pt", lambda b: b"", "last.pt is damaged"),
        ("last.pt", lambda b: flipped(b), "is damaged (checksum of"),
        ("settings.json", lambda b: b[:-9], "settings.json is no JSON of a config"),
        ("settings.json", lambda b: b"{}", "does not tell all settings: data, model"),
        ("settings.json", None, "settings.json is missing; give another --output"),
    ],
)
def test_damage_is_named(done, tmp_path, capsys, file, damage, said):
    for name in FILES:
        (tmp_path / name).write_bytes((done / name).read_bytes())
    if damage:
        (tmp_path / file).write_bytes(damage((done / file).read_bytes()))
    else:
        (tmp_path / file).unlink()
    assert run(tmp_path, "--resume") == 2
    assert said in capsys.readouterr().err


def test_a_loss_that_is_no_number_ends_with_what_is_left(tmp_path, capsys, monkeypatch):
    real, calls = command.Job.one_epoch, []

    def spoilt(job, *rest):
        if len(calls) == 2:
            job.run.model.head.weight.data.fill_(math.inf)
        calls.append(real(job, *rest))

    monkeypatch.setattr(command.Job, "one_epoch", spoilt)
    assert run(tmp_path, *TINY) == 1
    wrong = capsys.readouterr().err
    assert wrong.startswith(f"{NAME}epoch 3, step 1 of 3, learning rate 0.00")
    assert wrong.endswith(f"{tmp_path} holds epoch 2\n")
    assert trained_model(tmp_path).head.weight.isfinite().all()


def test_a_full_disk_ends_with_what_is_left(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vitlib.training.folder.torch.save", full)
    assert run(tmp_path, *TINY) == 1
    wrong = capsys.readouterr().err
    assert wrong == f"{NAME}[Errno 28] No space left on device; no epoch was finished\n"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a cuda here")
def test_a_device_that_is_not_there_is_refused(tmp_path, capsys):
    assert run(tmp_path, "--device", "cuda") == 2
    assert "torch finds 1 cpu; give another --device" in capsys.readouterr().err


def test_a_folder_without_a_training_has_no_model(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"settings\.json"):
        trained_model(tmp_path)
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(ValueError, match="has no config of a model"):
        trained_model(tmp_path)
