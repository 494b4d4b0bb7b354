"""Chapter 12: numbers that its text tells are those of the record and the formulas."""

import json
from pathlib import Path
from statistics import median

import nbformat

from bench import scaling_memory
from vitlib import CONFIGS
from vitlib.cost import training_memory

ROOT = Path(scaling_memory.__file__).parents[1]
RECORD = json.loads((ROOT / "bench" / "scaling_memory.json").read_text("utf-8"))
MIDDLE = {way: median(times) for way, times in RECORD["results"]["seconds"].items()}


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
