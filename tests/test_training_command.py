"""``python -m vitlib.training``: what it writes, what it says, what it refuses."""

import io
import json
import math
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.training_runs import TINY
from vitlib import CONFIGS, ViT, data
from vitlib.data import digits
from vitlib.training import (
    DIGITS,
    accuracy,
    command,
    options,
    train,
    trained_model,
    warm_cosine,
)
from vitlib.training.folder import FILES
from vitlib.training.job import config_of

NAME = "python -m vitlib.training: "


def run(folder: Path, *arguments: object) -> int:
    """Exit status of the command, given a folder."""
    return command.main(["--output", str(folder), *map(str, arguments)])


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Path:
    """The folder of a small training."""
    folder = tmp_path_factory.mktemp("runs") / "with" / "parents"
    torch.manual_seed(5)  # which does not matter
    assert run(folder, *TINY, "--quiet", "--pool", "mean") == 0
    return folder


def test_the_log_has_a_line_an_epoch(done):
    lines = (done / "log.jsonl").read_text("utf-8").splitlines()
    log = [json.loads(line) for line in lines]
    assert [line["epoch"] for line in log] == [1, 2, 3, 4]
    assert [line["steps"] for line in log] == [3, 6, 9, 12]
    rates = [0.003 * warm_cosine(12, step) for step in (2, 5, 8, 11)]
    assert [line["rate"] for line in log] == pytest.approx(rates)
    assert log[0]["loss"] == pytest.approx(math.log(10), abs=0.1)
    assert log[-1]["accuracy"] == accuracy(trained_model(done), *digits("test"))
    assert all(line["seconds"] > 0 for line in log)


def test_the_model_is_made_from_what_the_folder_tells(done):
    model = trained_model(str(done))
    config = model.config
    assert (config.embed_dim, config.depth, config.pool) == (8, 1, "mean")
    weights = load_file(done / "model.safetensors")
    assert torch.equal(weights["head.bias"], model.head.bias)
    kept = torch.load(done / "last.pt", weights_only=True)["run"]["model"]
    assert torch.equal(kept["head.bias"], model.head.bias)
    assert {path.name for path in done.iterdir()} == set(FILES)


def test_training_by_hand_gives_the_same_weights(done):
    torch.manual_seed(0)
    model = ViT(DIGITS, embed_dim=8, depth=1, num_heads=2, pool="mean")
    train(model, *digits("train"), epochs=4, batch_size=450)
    found = trained_model(done).state_dict()
    assert all(torch.equal(found[k], v) for k, v in model.state_dict().items())


def test_a_line_an_epoch_is_said_without_a_terminal(tmp_path, capsys):
    assert run(tmp_path, *TINY) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0][:-7] for line in lines] == [
        f"epoch {number} of 4: loss" for number in (1, 2, 3, 4)
    ]
    assert last == f"{tmp_path}: trained, {lines[-1].partition(': ')[2]}"
    assert run(tmp_path / "quiet", *TINY, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_drawn_in_a_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(tmp_path, *TINY) == 0
    out, bar = capsys.readouterr()
    assert out.count("\n") == 1
    assert "epoch 4 of 4: 100%" in bar
    assert "12/12" in bar
    assert "loss 2.3" in bar
    assert "accuracy 0.1" in bar


def test_a_regression_tells_its_error(tmp_path, capsys):
    assert run(tmp_path, *TINY, "--data", "scenes", "--patch-size", 8) == 0
    assert ", error " in capsys.readouterr().out
    model = trained_model(tmp_path)
    assert model.config.num_classes == 1
    assert model.patch_embed.grid_size == (3, 5)
    images, hours = data.load("scenes", "test")
    last = json.loads((tmp_path / "log.jsonl").read_text("utf-8").splitlines()[-1])
    with torch.no_grad():
        wrong = (model(images)[:, 0] - hours).abs().mean().item()
    assert last["error"] == pytest.approx(wrong, rel=1e-4)
    assert last["error"] < 1.5  # it began at the usual hour, not at midnight


def test_bfloat16_is_near_and_keeps_weights_in_float32(done, tmp_path):
    wanted = (*TINY, "--quiet", "--pool", "mean", "--precision", "bfloat16")
    assert run(tmp_path, *wanted) == 0
    found, wanted = trained_model(tmp_path), trained_model(done)
    assert {weight.dtype for weight in found.parameters()} == {torch.float32}
    with torch.no_grad():
        logits, exact = (model(digits("test")[0]) for model in (found, wanted))
    assert not torch.equal(logits, exact)
    torch.testing.assert_close(logits, exact, atol=0.02, rtol=0)


def test_any_config_can_be_had():
    settings = options.DEFAULTS | {"model": "Ti/16", "patch_size": 2, "heads": 6}
    pairs = tuple(digits(part) for part in ("train", "test"))
    config = config_of(settings, *pairs)
    assert (config.embed_dim, config.depth) == (192, 12)
    assert (config.num_heads, config.patch_size, config.in_chans) == (6, 2, 1)
    assert config.mlp_ratio == CONFIGS["Ti/16"].mlp_ratio


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


def test_help_tells_options_defaults_files_and_how_to_go_on():
    words = [sys.executable, "-m", "vitlib.training", "--help"]
    shown = subprocess.run(words, capture_output=True, text=True)
    assert shown.returncode == 0
    said = shown.stdout
    assert max(map(len, said.splitlines())) <= 88
    for name, default in options.DEFAULTS.items():
        assert options.flag(name) in said
        assert default is None or f"({default})" in said
    assert all(file in said for file in FILES)
    assert all(name in said for name in (*CONFIGS, *data.DATASETS, "--resume"))
    assert "torchrun --nproc-per-node 2 -m vitlib.training" in said
