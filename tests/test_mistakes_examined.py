"""Correct models have none of the mistakes; each broken one is found out."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from tests.peers import BUILDERS, timm_vit
from vitlib import ViT
from vitlib.mistakes import broken, broken_keys, examine, examined
from vitlib.mistakes.broken import SMALL
from vitlib.mistakes.examination import CHECKS
from vitlib.training import digits_model

SQUARE = replace(SMALL, image_size=16, patch_size=4)
FOUND = {  # by which check; where a part is named in brackets, by its key
    "plain-reshape": "patches are tokens",
    "columns-before-rows": "patches are tokens",
    "border-cropped": "other size",
    "batch-in-the-parameter": "place in the batch",
    "class-token-last": "rows read",
    "plain-tensor": "all registered",
    "mean-of-everything": "rows read",
    "one-position-for-all": "positions",
    "one-for-each-image": "place in the batch",
    "view-without-transpose": "rows move along",
    "merged-without-transpose": "rows move along",
    "batch-not-first": "every pixel",
    "added-in-place": "tokens kept",
    "norm-after-adding": "stream goes through",
    "nothing-added": "stream goes through",
    "defaults-of-torch": "stream goes through",
    "one-norm-for-both": "weights of their own",
    "one-block-thrice": "weights of their own",
    "softmax-twice": "logits not shares",
    "no-final-norm": "norm at the end",
    "another-row-read": "rows read",
    "tested-while-training": "twice the same",
    "norm-over-the-batch": "images apart",
    "blocks-in-a-list": "all registered",
}
NAMED = {  # the key itself is said
    "plain-reshape",
    "columns-before-rows",
    "channel-last",
    "softmax-over-queries",
    "softmax-then-divide",
    "value-added",
    "scores-not-divided",
    "divided-by-root-of-heads",
    "divided-by-root-of-width",
    "view-without-transpose",
    "merged-without-transpose",
    "another-layout",
    "layout-by-head",
    "gelu-behind-the-mlp",
    "eps-of-torch",
    "gelu-by-tanh",
}
RIGHT = {
    "as it is": {},
    "mean": {"pool": "mean"},
    "sinusoids": {"pos_embed": "sinusoidal"},
    "one block, no bias": {"depth": 1, "qkv_bias": False},
    "dropout": {"drop_rate": 0.1, "attn_drop_rate": 0.1, "drop_path_rate": 0.2},
    "a regression": {"num_classes": 1},
    "no head": {"num_classes": 0},
    "one channel": {"in_chans": 1},
}


def seen(model: nn.Module, image_size=SMALL.image_size, in_chans=3) -> dict[str, str]:
    """What was found, by check."""
    found = examine(model, image_size, in_chans)
    return {finding.check: finding.seen for finding in found}


@pytest.mark.parametrize("changes", RIGHT.values(), ids=RIGHT.keys())
def test_nothing_is_found_in_ours(changes):
    config = replace(SMALL, **changes)
    assert seen(ViT(config), in_chans=config.in_chans) == {}


def test_nothing_is_found_in_the_trained_one():
    assert seen(digits_model(), 8, 1) == {}


@pytest.mark.parametrize("library", BUILDERS)
def test_nothing_is_found_in_other_libraries(library):
    assert seen(BUILDERS[library](SQUARE), 16) == {}


@pytest.mark.parametrize(
    "other",
    [
        {"global_pool": "avg"},
        {"class_token": False, "global_pool": "avg"},
        {"reg_tokens": 4},
        {"init_values": 1e-5},
        {"no_embed_class": True},
        {"weight_init": "jax"},
    ],
    ids=lambda other: " ".join(other),
)
def test_nothing_is_found_in_timms_variants(other):
    assert seen(timm_vit(SQUARE, **other), 16) == {}


@pytest.mark.parametrize("key", broken_keys())
def test_each_broken_one_is_found_out(key):
    found = seen(broken(key))
    assert FOUND.get(key, "as in vitlib") in found
    assert (key in NAMED) == (f"({key})" in found.get("as in vitlib", ""))


def test_whatever_the_weights():
    torch.manual_seed(100)
    assert seen(ViT(SMALL)) == {}
    for key in ("softmax-over-queries", "one-position-for-all", "mean-of-everything"):
        assert seen(broken(key))


def test_a_transpose_forgotten_is_found_where_all_shapes_fit():
    config = replace(SQUARE, in_chans=1)
    found = seen(broken("transpose-forgotten", config), 16, 1)
    assert "(transpose-forgotten)" in found["as in vitlib"]
    assert "changed 16 rows" in found["patches are tokens"]


def test_a_model_without_positions_is_told_so():
    found = seen(ViT(SMALL, pos_embed="none"))
    assert found == {"positions": "patches in another order, the same logits"}


def test_a_head_of_zeros_hides_nothing():
    model = broken("one-position-for-all")
    nn.init.zeros_(model.head.weight)
    assert "positions" in seen(model)


def test_all_that_was_asked_is_told():
    found = examined(ViT(SMALL), SMALL.image_size)
    assert [finding.check for finding in found] == [
        check.__name__.replace("_", " ") for check in CHECKS
    ]
    assert all(finding.fine and finding.seen and finding.means for finding in found)
    assert {finding.chapter for finding in found} <= set(range(1, 13))


def test_the_model_is_left_as_it_was():
    model = broken("norm-over-the-batch").train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    state = torch.get_rng_state()
    seen(model)
    after = model.state_dict()
    assert model.training
    assert all(torch.equal(after[key], value) for key, value in before.items())
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert not any(part._forward_hooks for part in model.modules())
    assert torch.equal(torch.get_rng_state(), state)


def test_no_broken_model_of_that_name_or_size():
    with pytest.raises(ValueError, match="no ViT of this config has 'typo'; there are"):
        broken("typo")
    with pytest.raises(ValueError, match="no ViT of this config has 'transpose-forg"):
        broken("transpose-forgotten")
    assert "channel-last" not in broken_keys(replace(SMALL, in_chans=1))
