"""Published weights: a folder as transformers makes it, and a hub on this machine."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from tests.peers import logits, randomise, transformers, transformers_vit
from tests.test_checkpoints import TINY, quietly
from vitlib import ViT
from vitlib.checkpoints import from_pretrained, load_checkpoint

FAR = r"is of a model of [\d,]{13,} numbers; the weights .* are only 3,089, those"
CONFIG = replace(TINY, image_size=16, qkv_bias=False, mlp_ratio=1.5)
IMAGES = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def theirs() -> nn.Module:
    """A model of transformers', with its own eps."""
    return randomise(transformers_vit(CONFIG, eps=1e-12))


@pytest.fixture
def folder(theirs, tmp_path) -> Path:
    """What transformers saves of it."""
    theirs.save_pretrained(tmp_path / "owner" / "model")
    return tmp_path / "owner" / "model"


def is_theirs(ours: ViT, theirs: nn.Module) -> bool:
    """Whether two models give the same logits."""
    with torch.inference_mode():
        return (ours(IMAGES) - logits(theirs, IMAGES)).abs().max().item() < 1e-6


def test_a_folder_tells_the_whole_model(theirs, folder):
    ours = from_pretrained(str(folder))
    assert not ours.training
    assert is_theirs(ours, theirs)
    assert ours.norm.eps == ours.blocks[0].norm1.eps == 1e-12
    wanted = replace(CONFIG, norm_layer=ours.config.norm_layer)
    assert ours.config == wanted


def test_the_config_beside_a_file_tells_its_eps(theirs, folder):
    ours = ViT(CONFIG).eval()
    notes = quietly(ours, folder / "model.safetensors")
    assert notes == ["eps of the LayerNorms changed from 1e-06 to 1e-12"]
    assert is_theirs(ours, theirs)


def test_older_files_are_found_too(theirs, folder):
    state = load_file(folder / "model.safetensors")
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    assert is_theirs(from_pretrained(str(folder)), theirs)


def test_fields_may_be_changed(folder):
    with pytest.warns(UserWarning, match="head for 3 classes not loaded"):
        ours = from_pretrained(str(folder), num_classes=3, image_size=(24, 32))
    assert ours(torch.zeros(1, 3, 24, 32)).shape == (1, 3)


def test_a_bare_model_has_no_head_and_its_pooler_is_left_out(theirs, tmp_path):
    transformers.ViTModel(theirs.config).save_pretrained(tmp_path)
    ours = from_pretrained(str(tmp_path))
    assert ours.config.num_classes == 0
    bare = transformers.ViTModel.from_pretrained(tmp_path).eval()
    with torch.inference_mode():
        wanted = bare(IMAGES).last_hidden_state
        assert (ours.forward_features(IMAGES) - wanted).abs().max() < 1e-6
    notes = load_checkpoint(ours, tmp_path / "model.safetensors").notes
    assert notes == ["left out vit.pooler.dense.bias, vit.pooler.dense.weight"]


def change(folder: Path, **changes) -> None:
    """Change fields of a folder's config; None takes one away."""
    file = folder / "config.json"
    config = json.loads(file.read_text("utf-8")) | changes
    config = {name: value for name, value in config.items() if value is not None}
    file.write_text(json.dumps(config), "utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "deit"}, "of no ViT of Hugging Face's: it is 'deit'"),
        ({"model_type": None}, "it is None"),
        ({"hidden_size": None}, "it lacks hidden_size"),
        ({"hidden_act": "swish"}, "'swish' is none of gelu, gelu_new"),
        (
            {"num_hidden_layers": 3},
            r"missing: vit\.encoder\.layer\.2\.layernorm_before",
        ),
        ({"num_attention_heads": 5}, "width 12 is not divisible by 5 heads"),
        ({"hidden_act": ["gelu"]}, r"\['gelu'\] is none of gelu, gelu_new"),
        ({"hidden_size": "12"}, "hidden_size must be a number, got '12'"),
        ({"hidden_size": 0}, "hidden_size must be at least 1, got 0"),
        ({"hidden_dropout_prob": "x"}, "prob must be a number, got 'x'"),
        ({"layer_norm_eps": math.nan}, "eps must be a number from 0 .*, got nan"),
        ({"num_hidden_layers": 10**9}, FAR),
        ({"intermediate_size": 10**9}, FAR),
        ({"image_size": 10**5}, FAR),
    ],
)
def test_configs_of_other_models_are_refused(folder, changes, message):
    change(folder, **changes)
    with pytest.raises(ValueError, match=message):
        from_pretrained(str(folder))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_attention_heads": 4}, "heads of the weights' model: 4; of this one: 3"),
        ({"hidden_act": "gelu_new"}, "activation of the weights' model: GELU.*tanh"),
    ],
)
def test_a_model_unlike_the_config_beside_a_file_is_refused(folder, changes, message):
    change(folder, **changes)
    with pytest.raises(ValueError, match=message):
        load_checkpoint(ViT(CONFIG), folder / "model.safetensors")


def test_an_old_config_that_does_not_speak_of_a_bias_has_one(theirs, tmp_path):
    randomise(transformers_vit(TINY)).save_pretrained(tmp_path)
    change(tmp_path, qkv_bias=None)
    assert from_pretrained(str(tmp_path)).config.qkv_bias


@pytest.mark.parametrize("act", ["relu", "gelu_pytorch_tanh"])
def test_other_activations_are_carried_over(theirs, folder, act):
    change(folder, hidden_act=act)
    other = transformers.ViTForImageClassification.from_pretrained(folder).eval()
    ours = from_pretrained(str(folder))
    assert is_theirs(ours, other)
    assert not is_theirs(ours, theirs)


@pytest.mark.parametrize("content", ["", "{", "[]", "[1]", "1", "[" * 10**5])
def test_a_config_that_is_no_config_is_refused(folder, content):
    (folder / "config.json").write_text(content)
    with pytest.raises(
        ValueError, match=r"config\.json is (no JSON of a config|of no ViT)"
    ):
        from_pretrained(str(folder))


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_is_refused(folder, file):
    (folder / file).unlink()
    with pytest.raises(ValueError, match=r"lacks config\.json, or one of model\.safe"):
        from_pretrained(str(folder))
