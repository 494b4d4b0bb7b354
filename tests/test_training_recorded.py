"""Chapter 10: what its records hold, and small parts of them made again."""

import json
import math
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bench import __main__ as bench
from bench import training, training_ablations, training_data
from bench.training import METHODS
from bench.training_ablations import CHANGES, EVERYWHERE
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import DIGITS, parameter_groups

HERE = Path(training.__file__).parent
ROUNDING = 2e-3  # of a loss about 2, after two epochs on another processor


@cache
def results(name: str) -> list | dict:
    """What a script of ``bench`` recorded."""
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))["results"]


def fold_errors(method: str) -> list[list[int]]:
    """How many images of each fold a method misreads, for each seed."""
    rows = results("training")["methods"]
    return [[len(fold) for fold in r["wrong"]] for r in rows if r["method"] == method]


def test_each_image_is_read_once_by_each_method_and_seed():
    _, labels = digits()
    parts = [set(new.tolist()) for _, new in training.folds()]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(labels)
    for known, new in training.folds():
        assert set(known.tolist()).isdisjoint(new.tolist())
    for row in results("training")["methods"]:
        pairs = zip(row["wrong"], parts, strict=True)
        assert all(part.issuperset(wrong) for wrong, part in pairs)


def test_each_method_has_all_its_seeds():
    asked = {name: seeds for name, (_, seeds) in training.METHODS.items()}
    assert {name: len(fold_errors(name)) for name in asked} == asked


@pytest.mark.parametrize("name", ["1-nearest neighbour", "RBF-SVM"])
def test_a_fold_is_misread_as_recorded(name):
    rows = results("training")["methods"]
    (row,) = (row for row in rows if row["method"] == name)
    wrong, _ = training.errors(training.METHODS[name][0], seed=0, fold=0)
    assert len(set(wrong) ^ set(row["wrong"][0])) <= 1  # one may be in doubt


@pytest.mark.parametrize("name", training.NETWORKS)
def test_a_short_training_loses_what_is_recorded(name):
    recorded = results("training")["short"][name]
    assert training.short(name) == pytest.approx(recorded, abs=ROUNDING)
    assert recorded[1] < recorded[0]


def test_looks_are_one_answer_for_each_picture_the_likeliest_on_average():
    images = digits("test")[0][:7]
    weights = torch.linspace(-1, 1, 640).reshape(64, 10)
    found = training.look(lambda x: x.flatten(1) @ weights, images)  # (7,)
    assert found.tolist() == [9] * 7
    turns = iter([[[3.0, 2.9, 0.0]], [[0.0, 2.9, 3.0]]])

    def undecided(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.pad(torch.tensor(next(turns)), (0, 7), value=-9)

    assert training.look(undecided, images[:1], looks=2).tolist() == [1]


def test_each_ablation_in_the_record_is_there_once_with_all_seeds():
    rows = results("training_ablations")
    asked = [(what, name) for what, names in CHANGES.items() for name in names]
    found = [(row["what"], row["setting"]) for row in rows]
    assert [pair for pair in asked if pair in found] == found
    assert {len(row["accuracy"]) for row in rows} == {training_ablations.SEEDS}
    assert training_ablations.kept() == rows


@pytest.mark.parametrize("what", ["heads", "patch"])
def test_an_ablation_begins_as_recorded(what):
    row = [row for row in results("training_ablations") if row["what"] == what][-1]
    everywhere = EVERYWHERE in row["setting"]
    (short,) = training_ablations.trained(row["change"], 0, everywhere, epochs=1)
    assert short["loss"] == pytest.approx(row["short"], abs=ROUNDING)


def test_decay_everywhere_reaches_every_parameter_and_ends():
    model = ViT(DIGITS)
    for weights in model.parameters():
        weights.grad = torch.zeros_like(weights)

    def left() -> float:
        before = model.norm.weight.detach().clone()
        torch.optim.AdamW(parameter_groups(model, 0.5), lr=0.1).step()
        return (model.norm.weight / before).mean().item()

    assert left() == 1
    with training_ablations.decay_everywhere():
        assert left() == pytest.approx(0.95)
    assert left() == 1


@given(count=st.integers(1, 300), seed=st.integers(0, 9))
def test_some_images_are_as_many_of_each_digit(count, seed):
    _, labels = digits("train")
    known = training_data.some(labels, count, seed)
    assert len(set(known.tolist())) == count
    each = torch.bincount(labels[known], minlength=10)
    assert each.max() - each.min() <= 1


def test_more_images_hold_the_fewer():
    _, labels = digits("train")
    few, more = (training_data.some(labels, n, 0).tolist() for n in (50, 200))
    assert more[:50] == few


@pytest.mark.parametrize("count", training_data.COUNTS)
def test_few_images_are_seen_for_as_many_steps(count):
    most, batch = training_data.COUNTS[-1], training.RECIPE["batch_size"]
    steps = training_data.epochs(count) * math.ceil(count / batch)
    full = training.RECIPE["epochs"] * math.ceil(most / batch)
    assert steps == pytest.approx(full, rel=0.02)


def test_the_svm_reads_as_recorded_from_few_images():
    for row in results("training_data"):
        if row["method"] == "RBF-SVM" and row["images"] == training_data.COUNTS[0]:
            found = [training_data.score("RBF-SVM", row["images"], i) for i in range(3)]
            assert found == pytest.approx(row["accuracy"], abs=1 / 450 + 1e-6)


def test_amounts_of_data_are_all_recorded():
    rows = {(r["method"], r["images"]) for r in results("training_data")}
    counts, names = training_data.COUNTS, training_data.COMPARED
    assert rows == {(name, count) for name in names for count in counts}


def test_the_cnn_is_ahead_and_more_epochs_help_the_vit():
    totals = {name: [sum(run) for run in fold_errors(name)] for name in METHODS}
    means = {name: sum(counts) / len(counts) for name, counts in totals.items()}
    assert max(totals["CNN"]) <= 13
    assert means["CNN"] < means["RBF-SVM"] < means["1-nearest neighbour"]
    assert means["ViT, three times as long"] < means["ViT"] < means["RBF-SVM"]


def test_each_fold_chooses_the_wider_pixels_which_misread_fewer():
    assert len(results("training")["choices"]) == len(training.folds())
    usual, wide = training.OFFERED
    for found in results("training")["choices"]:
        assert tuple(found) == (usual, wide)
        assert found[wide] < found[usual]
    totals = {name: [sum(run) for run in fold_errors(name)] for name in METHODS}
    assert max(totals[wide]) <= 13
    assert sum(totals[wide]) < 0.8 * sum(totals[usual])
    assert sum(totals[wide]) < sum(totals["ViT, three times as long"])


def test_what_a_fold_sets_aside_are_its_training_images_each_once():
    (_, labels), (known, _) = digits(), training.folds()[0]
    seen = []

    def method(learned: torch.Tensor, answers: torch.Tensor, seed: int):
        seen.append(len(learned))
        return lambda others: torch.zeros(len(others), dtype=torch.long)

    assert training.set_aside(method, 0) == (labels[known] != 0).sum()
    assert sum(len(known) - count for count in seen) == len(known)


def test_few_images_hurt_the_svm_more_than_the_vit():
    rows = {(r["method"], r["images"]): r["accuracy"] for r in results("training_data")}
    means = {pair: sum(scores) / len(scores) for pair, scores in rows.items()}
    for count in (50, 100, 200):
        assert means["CNN", count] > means["ViT", count] > means["RBF-SVM", count]
    most = training_data.COUNTS[-1]
    assert means["CNN", most] > means["RBF-SVM", most] > means["ViT", most]


def test_a_record_is_the_old_one_or_the_whole_new_one(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    bench.keep(path, {"results": [1]})
    monkeypatch.setattr("os.fsync", None)  # as far as that it comes
    with pytest.raises(TypeError):
        bench.keep(path, {"results": [2]})
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert json.loads(path.read_text()) == {"results": [1]}
