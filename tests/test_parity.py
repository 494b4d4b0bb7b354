"""The same weights give the same logits here as in three other libraries."""

from dataclasses import replace

import pytest
import torch

from tests.peers import BUILDERS, logits, randomise, timm_vit, transformers_vit
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.checkpoints import export_state_dict, load_checkpoint

SMALL = ViTConfig(
    image_size=24,
    patch_size=4,
    num_classes=7,
    embed_dim=36,
    depth=3,
    num_heads=3,
)
OBLONG = replace(SMALL, image_size=(12, 20), patch_size=(4, 2), in_chans=1)
CONFIGURED = {
    "one patch": replace(SMALL, patch_size=24),
    "oblong": OBLONG,
    "narrow MLP": replace(SMALL, mlp_ratio=1.5),
    "no bias": replace(SMALL, qkv_bias=False),
    "regression": replace(SMALL, num_classes=1),
    "long": replace(SMALL, image_size=40, patch_size=4, num_heads=2),
}


def pictures(config: ViTConfig, batch: int = 3) -> torch.Tensor:
    """Noise of the size that a config asks for."""
    size = ViT(config).patch_embed.image_size
    noise = torch.Generator().manual_seed(1)
    return torch.randn(batch, config.in_chans, *size, generator=noise)


def loaded(model: torch.nn.Module, config: ViTConfig) -> ViT:
    """This book's model with another's weights."""
    ours = ViT(config)
    assert load_checkpoint(ours, model.state_dict(), eps=1e-6).notes == []
    return ours.eval()


def differ(ours: ViT, theirs: torch.nn.Module, images: torch.Tensor) -> float:
    """The largest difference between two models' logits, which are not all alike."""
    with torch.inference_mode():
        wanted, found = logits(theirs, images), ours(images)
    assert wanted.std() > 0.3
    assert found.shape == wanted.shape
    return (found - wanted).abs().max().item()


@pytest.mark.parametrize("library", BUILDERS)
def test_logits_are_those_of(library):
    theirs = randomise(BUILDERS[library](SMALL))
    assert differ(loaded(theirs, SMALL), theirs, pictures(SMALL)) < 1e-5


@pytest.mark.parametrize("name", CONFIGURED)
@pytest.mark.parametrize("library", ["timm", "huggingface-modules"])
def test_logits_are_equal_whatever_is_configured(library, name):
    config = CONFIGURED[name]
    theirs = randomise(BUILDERS[library](config))
    assert differ(loaded(theirs, config), theirs, pictures(config, 13)) < 1e-5


def test_rows_of_all_tokens_are_timms():
    theirs = randomise(timm_vit(SMALL))
    ours, images = loaded(theirs, SMALL), pictures(SMALL)
    with torch.inference_mode():
        wanted, found = theirs.forward_features(images), ours.forward_features(images)
    assert (found - wanted).abs().max() < 1e-5


def test_the_mean_of_the_patches_rows_is_timms():
    config = replace(SMALL, pool="mean")
    theirs = randomise(timm_vit(config, global_pool="avg", fc_norm=False))
    assert differ(loaded(theirs, config), theirs, pictures(config)) < 1e-5


def test_a_feature_extractor_is_timms():
    config = replace(SMALL, num_classes=0)
    theirs = randomise(timm_vit(config))
    assert differ(loaded(theirs, config), theirs, pictures(config)) < 1e-5


@pytest.mark.parametrize("config", [SMALL, OBLONG, replace(SMALL, image_size=16)])
def test_gradients_are_timms(config):
    theirs = randomise(timm_vit(config))
    ours, images = loaded(theirs, config), pictures(config)
    for model in (ours, theirs):
        logits(model.train(), images).square().sum().backward()
    wanted = {name: weight.grad for name, weight in theirs.named_parameters()}
    for name, weight in ours.named_parameters():
        scale = wanted[name].abs().max()
        assert (weight.grad - wanted[name]).abs().max() < 1e-5 * max(scale, 1), name


@pytest.mark.parametrize("library", BUILDERS)
def test_weights_come_back_bit_equal_under_all_their_names(library):
    theirs = randomise(BUILDERS[library](SMALL))
    back = export_state_dict(loaded(theirs, SMALL), library)
    wanted = theirs.state_dict()
    assert back.keys() == wanted.keys()
    assert all(torch.equal(back[name], wanted[name]) for name in wanted)


def test_files_of_transformers_have_the_names_that_it_writes(tmp_path):
    from safetensors.torch import load_file

    theirs = randomise(transformers_vit(SMALL))
    theirs.save_pretrained(tmp_path)
    wanted = load_file(tmp_path / "model.safetensors")
    ours = ViT(SMALL)
    assert load_checkpoint(ours, wanted, eps=1e-6).layout == "huggingface"
    assert differ(ours, theirs, pictures(SMALL)) < 1e-5
    back = export_state_dict(ours, "huggingface")
    assert back.keys() == wanted.keys()
    assert all(torch.equal(back[name], wanted[name]) for name in wanted)


def test_names_and_shapes_of_b16_are_timms_152():
    with torch.device("meta"):
        theirs, ours = timm_vit(CONFIGS["B/16"]), ViT(CONFIGS["B/16"])
    wanted = {name: weight.shape for name, weight in theirs.state_dict().items()}
    assert len(wanted) == 152
    assert {name: w.shape for name, w in ours.state_dict().items()} == wanted
