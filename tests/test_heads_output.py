"""What the heads' widget leaves in a notebook and on a page."""

import json

import pytest
from IPython.core.formatters import DisplayFormatter

from vitlib.show.widgets import HeadsExplorer, base
from vitlib.show.widgets.heads_layers import COUNTS


@pytest.mark.parametrize("weights", ["random", "trained"])
def test_its_output_is_the_same_each_time_and_small_beside_the_model(weights):
    shown = [DisplayFormatter().format(HeadsExplorer(weights=weights))[0] for _ in "ab"]
    for output in shown:
        del output["application/vnd.jupyter.widget-view+json"]
    assert shown[0] == shown[1]
    output = shown[0][base.MIME]
    assert output["widget"] == "heads"
    assert set(output["state"]) == {
        "digit", "digits", "heads", "layer", "patch_size", "picture", "pictures",
        "query", "right", "trained", "weights",
    }  # fmt: skip
    assert (
        len(json.dumps(output)) - len(json.dumps(output["state"]["trained"])) < 80_000
    )


@pytest.mark.parametrize("heads", COUNTS)
@pytest.mark.parametrize("weights", ["random", "trained"])
def test_the_still_picture_states_entropies_and_counts(weights, heads):
    explorer = HeadsExplorer(weights=weights, heads=heads)
    axes = explorer.still().axes[0]
    words = [text.get_text() for text in axes.texts]
    for entropy in explorer.entropies():
        assert f"{entropy:.2f}" in words
    assert "parameters: 9,408" in words
    assert f"attention weights: {explorer.counts()[1]:,}" in words
    if weights == "trained":
        assert f"{explorer.right[str(heads)]} of 450 digits right" in words
    for image in axes.images:  # nothing is drawn outside of the frame
        left, right, bottom, top = image.get_extent()
        assert 0 <= left < right <= 480
        assert 0 <= top < bottom <= axes.get_ylim()[0]
