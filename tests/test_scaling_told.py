"""Chapter 12: what its figures compute, and numbers that its text tells."""

import json
from pathlib import Path
from statistics import mean, median

import nbformat
import pytest
import torch

from bench import scaling_memory
from figures import scaling_numbers, scaling_parallel, scaling_ways
from vitlib import CONFIGS
from vitlib.cost import training_memory

ROOT = Path(scaling_memory.__file__).parents[1]
RECORD = json.loads((ROOT / "bench" / "scaling_memory.json").read_text("utf-8"))
MIDDLE = {way: median(times) for way, times in RECORD["results"]["seconds"].items()}


def test_gradients_of_parts_add_up_to_those_of_the_batch():
    parts, whole = scaling_ways.gradients()
    assert torch.allclose(parts.sum(dim=0), whole, atol=1e-15)
    assert torch.allclose(sum(scaling_parallel.shares()) / 2, whole, atol=1e-15)
    assert not torch.allclose(parts[0], whole, atol=1e-2)


def test_float16_holds_the_digits_models_numbers_but_few_gradients_with_all_digits():
    found = scaling_numbers.measured()
    least, normal, largest = scaling_numbers.FORMATS[-1].ends
    assert max(sizes.max().item() for sizes in found.values()) < largest
    share = (found["gradients"] < normal).double().mean().item()
    assert share == pytest.approx(0.197, abs=2e-3)
    assert (found["gradients"] < least / 2).double().mean() < 0.01
    assert mean(scaling_numbers.middle(found["gradients"])) < mean(
        scaling_numbers.middle(found["activations"])
    )


@pytest.mark.parametrize("form", scaling_numbers.FORMATS, ids=lambda form: form.name)
def test_a_format_has_all_its_bits_and_its_ends(form):
    assert 1 + form.exponent + form.fraction == 8 * form.kind.itemsize
    least, normal, largest = form.ends
    bias = 2 ** (form.exponent - 1) - 1
    assert (least, normal) == (2.0 ** (1 - bias - form.fraction), 2.0 ** (1 - bias))
    assert largest == 2.0**bias * (2 - 2.0**-form.fraction)
    assert torch.tensor(least, dtype=torch.float64).to(form.kind) > 0
    assert torch.tensor(least / 2.001, dtype=torch.float64).to(form.kind) == 0


def told(cell: str) -> str:
    """What a cell of the chapter says."""
    chapter = nbformat.read(ROOT / "notebooks" / "12_scaling.ipynb", as_version=4)
    (source,) = [found.source for found in chapter.cells if found.id == cell]
    return source


def test_a_second_forward_pass_takes_as_much_longer_as_measured():
    longer = MIDDLE["checkpointing"] / MIDDLE["as it is"]
    assert f"measured {longer:.1f} times as long" in told("recompute-meaning")


def test_numbers_that_are_imitated_take_as_much_longer_as_measured():
    longer = MIDDLE["bfloat16"] / MIDDLE["as it is"]
    assert f"hence the {longer:.0f} above" in told("half")


def test_shared_among_eight_a_batch_takes_what_the_formula_says():
    whole = training_memory(CONFIGS[scaling_memory.NAME], scaling_memory.BATCH)
    held = scaling_memory.sharded(whole)
    one = sum(held.values()) - held["activations"] * 7 / 8
    assert f"it would hold about {one / 1e9:.1f} GB" in told("remedies")
