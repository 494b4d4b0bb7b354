"""How pictures are prepared, and what classes are called, as transformers saves it."""

import json
from pathlib import Path

import pytest
import torch

from tests.peers import transformers, transformers_vit
from tests.test_checkpoints import TINY
from vitlib.checkpoints import read_labels, read_preprocessing

PIXELS = torch.rand(3, 12, 20, generator=torch.Generator().manual_seed(0))
NORMALISED = {"image_mean": [0.4, 0.5, 0.6], "image_std": [0.1, 0.2, 0.3]}
SAVED = [
    {},
    NORMALISED,
    NORMALISED | {"rescale_factor": 1 / 127.5},
    NORMALISED | {"do_rescale": False},
    {"image_mean": 0.5, "image_std": 0.25},
    {"do_normalize": False},
    {"do_normalize": False, "rescale_factor": 1.0},
]


def saved(folder: Path, **changes) -> str:
    """A folder with what a processor of transformers says; None takes a field away."""
    size = {"height": 12, "width": 20}
    transformers.ViTImageProcessor(size=size).save_pretrained(folder)
    file = folder / "preprocessor_config.json"
    said = json.loads(file.read_text("utf-8")) | changes
    said = {name: value for name, value in said.items() if value is not None}
    file.write_text(json.dumps(said), "utf-8")
    return str(folder)


@pytest.mark.parametrize("changes", SAVED)
def test_pictures_are_prepared_as_transformers_does(tmp_path, changes):
    folder = saved(tmp_path, **changes)
    theirs = transformers.ViTImageProcessor.from_pretrained(folder)
    raw = (255 * PIXELS).round().to(torch.uint8)
    wanted = theirs(raw, return_tensors="pt").pixel_values[0]
    mean, std, size = read_preprocessing(folder)
    assert size == (12, 20)
    torch.testing.assert_close((raw / 255 - mean) / std, wanted, rtol=1e-5, atol=1e-5)


def test_old_files_are_read_too(tmp_path):
    missing = dict.fromkeys(["do_rescale", "rescale_factor", "do_normalize"])
    found = read_preprocessing(saved(tmp_path, **missing, size=24))
    assert found.size == (24, 24)
    assert found.mean.flatten().tolist() == found.std.flatten().tolist() == [0.5] * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"image_mean": None},
        {"image_std": "0.5"},
        {"image_std": [0.5, 0.0, 0.5]},
        {"image_mean": [0.5]},
        {"rescale_factor": "1/255"},
        {"size": {"shortest_edge": 224}},
        {"size": [224, 224]},
    ],
)
def test_other_kinds_of_processors_are_refused(tmp_path, changes):
    with pytest.raises(ValueError, match=r"preprocessor_config\.json of '.*'"):
        read_preprocessing(saved(tmp_path, **changes))


def test_labels_come_in_the_order_of_the_logits(tmp_path):
    config = transformers_vit(TINY).config
    config.id2label = {2: "c", 0: "a", 10: "k", **{n: str(n) for n in range(3, 10)}}
    config.id2label[1] = "b"
    config.save_pretrained(tmp_path)
    assert read_labels(str(tmp_path)) == ["a", "b", "c", *"3456789", "k"]


@pytest.mark.parametrize(
    "labels", [None, {}, 3, ["a"], {"0": "a", "2": "c"}, {"1": "b"}]
)
def test_classes_without_names_are_refused(tmp_path, labels):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": labels}))
    with pytest.raises(ValueError, match="has no name for each class"):
        read_labels(str(tmp_path))


def test_a_folder_that_lacks_the_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"lacks preprocessor_config\.json"):
        read_preprocessing(str(tmp_path))
    with pytest.raises(ValueError, match=r"lacks config\.json"):
        read_labels(str(tmp_path))
