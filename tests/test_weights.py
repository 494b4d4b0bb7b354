"""The weights that come with the book: what they are, what they know, how they came."""

import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor

from vitlib.data import digits
from vitlib.inspection import attention_maps, class_attention, class_rows
from vitlib.model import ViT
from vitlib.training import DIGITS, WEIGHTS, accuracy, digits_model
from vitlib.weights.__main__ import main
from vitlib.weights.replay import beside

ERRORS = 5  # of 450; another machine's rounding may turn one that is in doubt


@pytest.fixture(scope="module")
def model() -> ViT:
    """The model of the digits."""
    return digits_model()


@pytest.fixture(scope="module")
def seen(model) -> tuple[list[Tensor], list[Tensor]]:
    """After each block the class rows of the test images, and what they looked at."""
    images, _ = digits("test")
    maps = attention_maps(model, images).mean(dim=2)  # (450, 4, 17, 17)
    rows = class_rows(model, images)[1:]  # (4, 450, D)
    return list(rows), list(class_attention(maps).transpose(0, 1))


def test_the_file_is_small_and_holds_all_weights_as_float16(model):
    assert WEIGHTS.stat().st_size < 170_000
    with safe_open(WEIGHTS, "pt") as file:
        state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    assert {weight.dtype for weight in state.values()} == {torch.float16}
    assert sum(weight.numel() for weight in state.values()) == 77_530
    fresh = ViT(DIGITS)
    fresh.load_state_dict(state, strict=True)
    pairs = zip(fresh.parameters(), model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert not model.training


def test_it_reads_nearly_all_digits_that_it_never_saw(model):
    images, labels = digits("test")
    errors = round((1 - accuracy(model, images, labels)) * 450)
    assert abs(errors - ERRORS) <= 1


def test_nearest_positions_are_neighbours(model):
    learned = model.pos_embed[0, 1:].detach()  # (16, 48)
    alike = F.cosine_similarity(learned[:, None], learned[None], dim=2)
    nearest = alike.fill_diagonal_(-1).argmax(dim=1)
    place = torch.arange(16)
    rows, columns = place // 4 - nearest // 4, place % 4 - nearest % 4
    assert (rows.abs() + columns.abs() == 1).sum() >= 14


def test_the_class_token_left_zero(model):
    assert model.cls_token.norm() > 0.3


def test_class_rows_of_different_digits_move_apart_layer_by_layer(seen):
    labels = digits("test")[1]
    other = labels[:, None] != labels
    alike = []
    for rows in seen[0]:
        rows = F.normalize(rows, dim=1)
        alike.append((rows @ rows.T)[other].mean().item())
    assert alike == sorted(alike, reverse=True)
    assert alike[0] > 0.4
    assert alike[-1] < 0


def test_the_class_token_looks_at_paper_first_and_at_ink_later(seen):
    images, _ = digits("test")
    inked = F.avg_pool2d(images, 2).flatten(1) > 0.25  # (450, 16)
    shares = []
    for weights in seen[1]:
        weights = weights / weights.sum(dim=1, keepdim=True)
        shares.append((weights * inked).sum(dim=1).mean())
    evenly = inked.float().mean()
    assert shares[0] < evenly - 0.1
    assert min(shares[-2:]) > evenly + 0.1


def run(*arguments: object) -> str:
    """What the script that makes the weights prints."""
    command = [sys.executable, "-m", "vitlib.weights", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_script_writes_the_same_bytes_again(tmp_path):
    files = [tmp_path / name for name in ("a.safetensors", "b.safetensors")]
    for file in files:
        assert "of 450 wrong" in run("--epochs", 1, "--out", file)
    for one, other in (files, map(beside, files)):
        assert one.read_bytes() == other.read_bytes()
    assert files[0].stat().st_size == WEIGHTS.stat().st_size


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "new/a.safetensors"], "'new' is no folder; make it"),
        (["--out", "a.pt"], "ends in .safetensors, not 'a.pt'"),
        (["--epochs", "0"], "epochs must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_is_refused_before_minutes_are_spent(
    tmp_path, monkeypatch, capsys, arguments, said
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["weights", *arguments])
    monkeypatch.setattr("vitlib.weights.__main__.trained", None)
    with pytest.raises(SystemExit, match="2"):
        main()
    assert said in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
def test_on_a_full_disk_weights_and_record_stay_the_old_ones(
    tmp_path, monkeypatch, step
):
    file = tmp_path / "a.safetensors"
    for path in (file, beside(file)):
        path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    made = (ViT(DIGITS), {"loss": torch.ones(1)})
    monkeypatch.setattr("vitlib.weights.__main__.trained", lambda *_: made)
    monkeypatch.setattr(sys, "argv", ["weights", "--out", str(file)])
    monkeypatch.setattr(step, full)
    with pytest.raises(OSError, match="No space left"):
        main()
    assert {path.name for path in tmp_path.iterdir()} == {file.name, beside(file).name}
    assert file.read_text() == beside(file).read_text() == "old"


def test_the_script_tells_what_it_does(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["weights", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "450" in said
    assert "--epochs" in said
