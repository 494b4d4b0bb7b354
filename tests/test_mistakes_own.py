"""Models as readers write them, what cannot be examined, and the command."""

import pytest
import torch
from torch import nn

from vitlib.mistakes import command, examine

GOOD = """
import torch
from torch import nn


class Mine(nn.Module):
    def __init__(self, batch_first=True):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 4, 4)
        self.cls = nn.Parameter(torch.zeros(1, 1, 32))
        self.pos = nn.Parameter(torch.randn(1, 17, 32) / 50)
        layer = nn.TransformerEncoderLayer(
            32, 4, 64, activation="gelu", batch_first=batch_first, norm_first=True
        )
        self.enc = nn.TransformerEncoder(
            layer, 2, norm=nn.LayerNorm(32), enable_nested_tensor=False
        )
        self.head = nn.Linear(32, 10)

    def forward(self, images):
        assert images.shape[2:] == (16, 16)
        x = self.conv(images).flatten(2).mT
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], dim=1) + self.pos
        return self.head(self.enc(x)[:, 0])


def wrong():
    return Mine(batch_first=False)


made = Mine()
number = 3
"""


class Own(nn.Module):
    """A small model that mixes all pixels, with room for something wrong."""

    def __init__(self, change=lambda logits: logits):
        super().__init__()
        self.change = change
        self.lines = nn.Sequential(nn.Flatten(), nn.Linear(48, 10))

    def forward(self, images):
        """(B, 3, 4, 4) → (B, 10)."""
        return self.change(self.lines(images))


def seen(change, **options) -> dict[str, str]:
    """What is found in a model whose logits go through something."""
    found = examine(Own(change), 4, patch_size=2, **options)
    return {finding.check: finding.seen for finding in found}


class Wrapped:
    """What Hugging Face's models return."""

    def __init__(self, logits):
        self.logits = logits


@pytest.mark.parametrize("wrap", [Wrapped, lambda x: (x, None), lambda x: x])
def test_logits_are_found_in_what_is_returned(wrap):
    assert seen(wrap) == {}


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (lambda x: x - x.mean(dim=0), "images apart", "an image's logits change"),
        (lambda x: x.flip(0), "images apart", "an image's logits change"),
        (lambda x: x.relu(), "logits not shares", "no logit is below 0"),
        (lambda x: x.softmax(dim=1), "logits not shares", "each row sums to 1"),
        (lambda x: x.detach() * 1, "every pixel", "stops"),
        (lambda x: x + torch.rand_like(x), "twice the same", "the same images twice"),
        (lambda x: x.squeeze(0), "numbers of images", "logits of 1 images have sh"),
        (lambda x: x[:, :1] * 0 + x[:, 1:].exp() ** 99, "fewer bits", "in "),
    ],
)
def test_what_is_wrong_is_seen(change, check, words):
    assert seen(change)[check].startswith(words)


def test_a_type_fixed_in_the_code_costs_digits_and_no_more():
    assert "positions" not in seen(lambda x: x.float())


def test_a_border_without_influence_is_told():
    class Cropped(Own):
        def forward(self, images):
            kept = images.clone()
            kept[..., 3] = 0
            return super().forward(kept)

    found = {f.check: f.seen for f in examine(Cropped(), 4, patch_size=2)}
    assert found["every pixel"] == "4 of 16 pixels change nothing; columns 3 to 3"


def test_a_part_that_is_never_used_is_told():
    model = Own()
    model.spare = nn.Linear(2, 2)
    found = {f.check: f.seen for f in examine(model, 4, patch_size=2)}
    assert found == {"every parameter": "spare.weight is never used"}


@pytest.mark.parametrize(
    ("error", "words", "arguments"),
    [
        (TypeError, "an nn.Module that is made already, got type", (Own, 4)),
        (ValueError, "no part of the model tells a patch size", (Own(), 4)),
        (ValueError, "not divisible by patch size 3", (Own(), 4, 3, 3)),
        (ValueError, "in_chans must be at least 1, got 0", (Own(), 4, 0, 2)),
        (ValueError, "batch must be at least 2, got 1", (Own(), 4, 3, 2, 1)),
        (ValueError, r"fails on images of shape \(4, 1, 4, 4\)", (Own(), 4, 1, 2)),
        (
            ValueError,
            r"4 images must have logits \(4, K\), got \(40,\)",
            (Own(torch.flatten), 4, 3, 2),
        ),
        (ValueError, "on the meta device; model.to_empty", (Own().to("meta"), 4, 3, 2)),
        (ValueError, "must return logits", (Own(lambda x: {"a": x}), 4, 3, 2)),
    ],
)
def test_what_cannot_be_examined_is_refused(error, words, arguments):
    with pytest.raises(error, match=words):
        examine(*arguments)


def test_a_model_that_keeps_a_graph_is_refused_in_words():
    model = Own()
    model.kept = model(torch.zeros(1, 3, 4, 4))
    with pytest.raises(ValueError, match=r"cannot be copied: .*; examine one that has"):
        examine(model, 4, patch_size=2)


@pytest.fixture
def module(tmp_path, monkeypatch) -> str:
    """The name of a module of the reader's, in the folder where the command runs."""
    (tmp_path / "written_by_me.py").write_text(GOOD, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return "written_by_me"


@pytest.mark.parametrize("name", ["Mine", "made"])
def test_the_command_finds_nothing(module, name, capsys):
    assert command.main([f"{module}:{name}", "--image-size", "16"]) == 0
    assert {line[0] for line in capsys.readouterr().out.splitlines()} <= {"✓", " "}


def test_the_command_finds_something(module, capsys):
    options = ["--image-size", "16", "16", "--patch-size", "4", "--batch", "3"]
    assert command.main([f"{module}:wrong", *options]) == 1
    said = capsys.readouterr().out
    assert "✗ patches in another order, the same logits\n  → positions are" in said
    assert max(map(len, said.splitlines())) <= 78


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "tell MODULE:FUNCTION and --image-size"),
        (["written_by_me:made"], "tell MODULE:FUNCTION and --image-size"),
        (["written_by_me", "--image-size", "16"], "'written_by_me' is not MODULE"),
        (["nowhere:made", "--image-size", "16"], "No module named 'nowhere'"),
        (["written_by_me:no", "--image-size", "16"], "has no attribute 'no'"),
        (["written_by_me:number", "--image-size", "16"], "not callable"),
        (["written_by_me:Mine", "--image-size", "20"], "fails on images of shape"),
        (["--list", "13"], "chapter must be 1, 2"),
    ],
)
def test_the_command_refuses(module, arguments, words, capsys):
    assert command.main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("python -m vitlib.mistakes: ")
    assert words in said
    assert said.count("\n") == 1


def test_the_command_lists_mistakes(capsys):
    assert command.main(["--list", "2"]) == 0
    assert capsys.readouterr().out.startswith("2.1 transpose forgotten")
    assert command.main(["--list"]) == 0
    assert "12.6" in capsys.readouterr().out


def test_the_command_helps(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["--help"])
    assert stopped.value.code == 0
    assert "exit status: 0 nothing was found" in capsys.readouterr().out
