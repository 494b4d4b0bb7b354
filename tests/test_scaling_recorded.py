"""Chapter 12: what its records hold, and small parts of them made again."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import mean, median

import nbformat
import pytest
import torch

from bench import (
    scaling,
    scaling_batch,
    scaling_compiled,
    scaling_memory,
    scaling_spent,
)
from bench.scaling_memory import CHANGES, NAME, remedies
from figures import scaling_memory as drawn
from tests.test_training_recorded import ROUNDING
from vitlib import CONFIGS
from vitlib.cost import activations, parameters, training_memory

HERE = Path(scaling.__file__).parent
ROOT = HERE.parent


@cache
def results(name: str) -> list | dict:
    """What a script of ``bench`` recorded."""
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))["results"]


def test_growth_is_recorded_for_all_tokens_there_and_back():
    found = [(case["passes"], case["tokens"]) for case in results("scaling")]
    assert found == [(p, n) for p in scaling.PASSES for n in scaling.TOKENS]


@pytest.mark.parametrize("passes", scaling.PASSES)
def test_time_grows_with_the_square_and_memory_so_only_if_weights_are_held(passes):
    def power(what: str, way: str) -> float:
        return scaling.slope(results("scaling"), what, way, passes)

    for way in scaling.WAYS:
        assert power("seconds", way) == pytest.approx(2, abs=0.3)
    assert power("bytes", "explicit") == pytest.approx(2, abs=0.05)
    assert 0.5 < power("bytes", "fused") < 1.15  # buffers of one size beside it


@pytest.mark.reference
def test_memory_of_attention_is_as_recorded():
    (case,) = (
        case
        for case in results("scaling")
        if (case["tokens"], case["passes"]) == (784, "training")
    )
    again = scaling.memory("explicit", 784, "training")
    assert again == pytest.approx(case["bytes"]["explicit"], rel=0.25)


def test_the_way_back_of_both_is_the_same():
    q, k, v = torch.randn(3, 1, 1, 9, 4, dtype=torch.float64, requires_grad=True)
    found = []
    for way, attend in scaling.WAYS.items():
        out = attend(q, k, v)
        out = out if way == "fused" else out[0]
        found.append(torch.autograd.grad(out.square().sum(), (q, k, v)))
    for one, two in zip(*found, strict=True):
        assert torch.allclose(one, two)


@pytest.mark.parametrize("name", CHANGES)
def test_what_autograd_keeps_is_as_recorded(name):
    recorded = results("scaling_memory")["kept"][name]
    two, three = (scaling_memory.kept(name, 2, depth) for depth in (2, 3))
    whole = two + (CONFIGS[NAME].depth - 2) * (three - two)  # each block keeps as much
    expected = recorded["once"] + 2 * recorded["each"]
    assert whole == pytest.approx(expected, rel=0.02)


def test_the_formula_tells_what_autograd_keeps_of_a_picture():
    recorded = results("scaling_memory")["kept"]["as it is"]
    assert recorded == {"each": 4 * sum(activations(CONFIGS[NAME]).values()), "once": 0}


@pytest.mark.parametrize("name", ["explicit attention", "checkpointing"])
def test_ways_say_the_same(name):
    images = torch.rand(2, 3, 224, 224)
    with torch.no_grad():
        plain, other = (scaling_memory.changed(way, 1) for way in ("as it is", name))
        assert torch.allclose(plain(images), other(images), atol=1e-5)


def test_a_block_computed_anew_holds_what_a_block_keeps():
    configs = (replace(CONFIGS[NAME], depth=depth) for depth in (3, 2))
    three, two = (4 * sum(activations(config).values()) for config in configs)
    assert results("scaling_memory")["block"] == three - two


def test_remedies_take_memory_in_the_order_of_the_figure():
    found = remedies(results("scaling_memory"))
    totals = [sum(found[name].values()) for name in drawn.NAMES]
    assert totals == sorted(totals, reverse=True)
    assert found["as it is"] == training_memory(CONFIGS[NAME], scaling_memory.BATCH)


def test_processes_share_the_model_and_keep_their_activations():
    whole = training_memory(CONFIGS[NAME], scaling_memory.BATCH)
    one = scaling_memory.sharded(whole)
    counted = parameters(CONFIGS[NAME])
    block = sum(counted[part] for part in counted if "." in part)
    block = (block + counted["norm1"] + counted["norm2"]) // CONFIGS[NAME].depth
    assert one["activations"] == whole["activations"]
    assert one["optimizer"] == -(-whole["optimizer"] // scaling_memory.PROCESSES)
    assert one["weights"] - 4 * block == -(-whole["weights"] // 8)


def test_steps_are_timed_in_each_way():
    record = results("scaling_memory")
    middle = {name: median(times) for name, times in record["seconds"].items()}
    assert middle.keys() == CHANGES.keys()
    assert 1.1 < middle["checkpointing"] / middle["as it is"] < 1.6
    assert record["units"] == "AVX2"  # as the figure says: not made for bfloat16


def test_compiled_models_are_all_recorded():
    record = results("scaling_compiled")
    found = [(row["model"], row["passes"], row["batch"]) for row in record["cases"]]
    assert found == [
        (model, passes, batch)
        for model in scaling_compiled.MODELS
        for passes in scaling_compiled.PASSES
        for batch in scaling_compiled.BATCHES
    ]
    for row in record["cases"]:
        assert row["first"] > 10 * row["eager"] * row["ratio"][1]


def test_the_chapter_says_of_compiled_models_what_is_recorded():
    chapter = nbformat.read(ROOT / "notebooks" / "12_scaling.ipynb", as_version=4)
    (text,) = [cell.source for cell in chapter.cells if cell.id == "compile"]
    cases = results("scaling_compiled")["cases"]
    for one, many in zip(cases[::2], cases[1::2], strict=True):
        shares = " | ".join(f"{row['ratio'][1]:.2f}" for row in (one, many))
        assert f"| {shares} | {one['first']:.0f} and {many['first']:.0f} s |" in text
    first = cases[0]
    saved = first["eager"] * (1 - first["ratio"][1])
    assert round(first["first"] / saved, -4) == 20_000
    assert "some 20,000 answers" in text


def test_as_many_graphs_are_compiled_as_recorded():
    again = scaling_compiled.fresh("compilations()")
    assert again == results("scaling_compiled")["compilations"]


def test_batches_are_all_recorded_with_all_seeds():
    rows = results("scaling_batch")
    found = [(row["batch"], row["rule"], row["warm_up"]) for row in rows]
    assert found == scaling_batch.SETTINGS
    assert {len(row["accuracy"]) for row in rows} == {scaling_batch.SEEDS}


@pytest.mark.parametrize("batch", [128, 1347])
def test_a_batch_begins_as_recorded(batch):
    row = next(row for row in results("scaling_batch") if row["batch"] == batch)
    setting = (batch, row["rule"], row["warm_up"])
    (again,) = scaling_batch.history(*setting, seed=0, epochs=1)
    assert again["loss"] == pytest.approx(row["short"], abs=ROUNDING)


def test_rates_follow_the_batch_by_their_rule():
    known = scaling_batch.rate(scaling_batch.KNOWN, "linear")
    assert scaling_batch.rate(4 * scaling_batch.KNOWN, "linear") == 4 * known
    assert scaling_batch.rate(4 * scaling_batch.KNOWN, "root") == 2 * known
    assert scaling_batch.rate(4 * scaling_batch.KNOWN, "kept") == known


def test_rules_part_only_where_an_epoch_is_one_step_and_warm_up_helps_there():
    rows = results("scaling_batch")
    means = {(r["batch"], r["rule"], r["warm_up"]): mean(r["accuracy"]) for r in rows}
    *others, largest = scaling_batch.BATCHES
    for batch in others:
        same = [score for key, score in means.items() if key[0] == batch]
        assert max(same) - min(same) < 0.01
    warm = [means[largest, rule, 0.1] for rule in scaling_batch.RULES]
    cold = [means[largest, rule, 0.0] for rule in scaling_batch.RULES]
    for scores in (warm, cold):
        assert scores == sorted(scores, reverse=True)  # kept, root, linear
    assert all(a > b + 0.08 for a, b in zip(warm, cold, strict=True))


def test_pre_training_used_a_third_of_the_peak_or_more_of_it():
    spent = scaling_spent.operations()
    used = {run: scaling_spent.share(*both) for run, both in spent.items()}
    assert used["JFT", "H/14", 14] == pytest.approx(0.32, abs=5e-3)
    assert used["JFT", "L/16", 14] == pytest.approx(0.43, abs=5e-3)
    assert used["ImageNet-21k", "L/16", 90] == pytest.approx(0.38, abs=5e-3)
