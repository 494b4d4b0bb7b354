"""What chapter 9's figures show is what models, and the paper, have."""

import json
from dataclasses import replace

import pytest
import torch

from bench.model_start import STARTS, started
from figures.model import OURS, trace
from figures.model_cost import PARTS, SHOWN, by_part, exaflops, own_share
from figures.model_layouts import DIM, HEADS, rows
from figures.model_moved import GROUPS, power
from figures.model_normalised import SCALES, errors
from figures.model_start import RECORD, typical
from vitlib import CONFIGS
from vitlib.cost import parameters

DEPTH = 3  # the first blocks are enough, and so are four patches
SMALL = {  # by width
    CONFIGS[name].embed_dim: replace(CONFIGS[name], image_size=32, depth=DEPTH)
    for name in ("Ti/16", "B/16")
}


def test_the_picture_traces_what_a_model_returns():
    assert trace(CONFIGS["B/16"]) == [
        (1, 3, 224, 224),
        (1, 196, 768),
        (1, 196, 768),
        *[(1, 197, 768)] * 3,
        (1, 768),
        (1, 1000),
    ]
    assert trace(OURS)[1:4] == [(1, 15, 400), (1, 15, 768), (1, 16, 768)]


@pytest.mark.parametrize("name", SHOWN)
def test_every_parameter_stands_in_one_part(name):
    keys = [key for *_, parts in PARTS.values() for key in parts]
    counted = parameters(CONFIGS[name])
    assert sorted(keys) == sorted(counted)
    assert sum(by_part(CONFIGS[name]).values()) == sum(counted.values())


@pytest.mark.parametrize("dim", [192, 768, 1280])
@pytest.mark.parametrize("tokens", [50, 197, 4_608, 30_000])
def test_the_share_of_scores_and_means_is_the_formulas(tokens, dim):
    assert own_share(tokens, dim) == pytest.approx(tokens / (tokens + 6 * dim))


def test_the_papers_exaflops_are_computed_ones():
    found = {(name, epochs): ours for name, epochs, ours, _ in exaflops()}
    assert {key: round(ours, 1) for key, ours in found.items()} == {
        ("B/32", 7): 56.1,
        ("B/16", 7): 223.5,
        ("L/32", 7): 195.7,
        ("L/16", 7): 783.3,
        ("L/16", 14): 1566.7,
        ("H/14", 14): 4258.0,
    }
    assert all(abs(ours / paper - 1) < 0.021 for *_, ours, paper in exaflops())


def test_rows_of_other_orders_are_the_same_rows():
    assert rows() == [(kind, head) for kind in range(3) for head in (0, 0, 0, 1, 1, 1)]
    order = torch.arange(3 * DIM).view(3, HEADS, -1).permute(1, 2, 0).flatten()
    assert rows("h d qkv") == [rows()[row] for row in order]
    order = torch.arange(3 * DIM).view(3, HEADS, -1).transpose(0, 1).flatten()
    assert rows("h qkv d") == [rows()[row] for row in order]


def test_other_scales_are_misread_and_the_own_is_not():
    right, *wrong = errors().values()
    assert right == 5
    assert len(wrong) == len(SCALES) - 1
    assert all(count > 200 for count in wrong)


def test_powers_of_ten_are_written_out():
    assert [power(i) for i in (-7, -3, -1, 0)] == ["10⁻⁷", "10⁻³", "0.1", "1"]
    names = [name for group in GROUPS.values() for name in group]
    assert len(set(names)) == len(names)


def test_every_start_is_recorded_from_every_seed():
    cases = json.loads(RECORD.read_text("utf-8"))["results"]
    assert [case["start"] for case in cases] == [name for name in STARTS for _ in "012"]
    for sizes in typical().values():
        assert [len(sizes[key]) for key in list(sizes)[:3]] == [13, 12, 12]


def test_fresh_models_begin_as_the_figure_says():
    for name, recorded in typical().items():
        found = started(name, SMALL[768], seed=0)
        wanted = pytest.approx(recorded["stream"][DEPTH], rel=0.25)
        assert found["stream"][-1] == wanted, name
        assert found["loss"][0] > torch.tensor(1000.0).log()
    assert len(set(found["stream"])) == 1  # of silent branches
    assert found["attention adds"] == found["MLP adds"] == [0.0] * DEPTH


def test_a_fixed_std_depends_on_the_width_and_xaviers_does_not():
    ends = {
        name: [started(name, SMALL[dim], 0)["stream"][-1] for dim in SMALL]
        for name in ("normal, std 0.02", "Xavier, uniform")
    }
    narrow, wide = ends["normal, std 0.02"]
    assert wide > 1.7 * narrow
    narrow, wide = ends["Xavier, uniform"]
    assert wide == pytest.approx(narrow, rel=0.25)
