"""Other libraries' maps are this book's, with the same weights."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from tests import peers
from vitlib.checkpoints import export_state_dict
from vitlib.encoder import ViTConfig
from vitlib.inspection import attention_maps, peer_attention_maps
from vitlib.model import ViT

CONFIG = ViTConfig(16, 4, 3, 5, embed_dim=24, depth=3, num_heads=4)


@pytest.fixture
def images() -> torch.Tensor:
    """Two at random."""
    return torch.rand(2, 3, 16, 16)


def pair(library: str) -> tuple[ViT, nn.Module]:
    """One of this book's and one of a library's with the same weights."""
    ours, theirs = peers.randomise(ViT(CONFIG)), peers.BUILDERS[library](CONFIG)
    theirs.load_state_dict(export_state_dict(ours, library))
    return ours, theirs.eval()


@pytest.mark.parametrize("library", peers.BUILDERS)
def test_their_maps_are_ours(library, images):
    ours, theirs = pair(library)
    found = peer_attention_maps(theirs, images)
    assert found.shape == (2, 3, 4, 17, 17)
    torch.testing.assert_close(found, attention_maps(ours, images))


@pytest.mark.parametrize("library", peers.BUILDERS)
def test_afterwards_they_compute_as_before(library, images):
    _, theirs = pair(library)
    theirs.train()
    if library == "huggingface-modules":  # hooks of its own stay, once it is asked
        theirs(images, output_attentions=True)
    before = settings(theirs)
    peer_attention_maps(theirs, images)
    assert settings(theirs) == before
    with pytest.raises(Exception):  # noqa: B017, PT011 (each in its own words)
        peer_attention_maps(theirs, images[:, :, 1:])
    assert settings(theirs) == before


def settings(model: nn.Module) -> list:
    """All that was touched: modes, hooks, and which kernel is used."""
    found = [getattr(getattr(model, "config", None), "_attn_implementation", None)]
    for module in model.modules():
        hooks = len(module._forward_hooks) + len(module._forward_pre_hooks)
        found.append((module.training, hooks, getattr(module, "fused_attn", None)))
    return found


@pytest.mark.parametrize("library", peers.BUILDERS)
def test_unasked_they_hand_out_no_weights(library, images):
    """What makes the function needed: if this fails, a library has changed."""
    _, theirs = pair(library)
    if library == "timm":
        assert all(block.attn.fused_attn for block in theirs.blocks)
    elif library == "torchvision":
        part, seen = theirs.encoder.layers[0].self_attention, []
        part.register_forward_hook(lambda *caught: seen.append(caught[2]))
        theirs(images)
        assert seen[0][1] is None
    else:
        assert theirs.config._attn_implementation == "sdpa"
        assert not theirs(images, output_attentions=True).attentions


def test_registers_are_tokens_like_others(images):
    model = peers.timm_vit(CONFIG, reg_tokens=3)
    assert peer_attention_maps(model, images).shape == (2, 3, 4, 20, 20)


def test_models_of_no_known_library_are_refused(images):
    words = r"knows the models of timm, transformers, torchvision, got ViT; for a"
    with pytest.raises(TypeError, match=words):
        peer_attention_maps(ViT(CONFIG), images)


def test_a_model_without_attention_is_refused(images):
    model = peers.torchvision.models.squeezenet1_1()
    with pytest.raises(ValueError, match="SqueezeNet has no attention weights"):
        peer_attention_maps(model, torch.rand(1, 3, 64, 64))


def test_none_of_them_is_imported_before_it_is_needed():
    names = "{'timm', 'transformers', 'torchvision', 'sklearn'}"
    script = f"import sys, vitlib.inspection; print({names} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert done.stdout == "set()\n"
