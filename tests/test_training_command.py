"""``python -m vitlib.training``: what it writes, what it says, what it can be told."""

import json
import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.training_runs import TINY, run
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


def test_help_tells_options_defaults_files_and_how_to_go_on(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 88
    for name, default in options.DEFAULTS.items():
        assert options.flag(name) in said
        assert default is None or f"({default})" in said
    assert all(file in said for file in FILES)
    assert all(name in said for name in (*CONFIGS, *data.DATASETS, "--resume"))
    assert "torchrun --nproc-per-node 2 -m vitlib.training" in said
