"""ViTs of timm, torchvision and transformers, made to do what this book's does."""

import torch
from torch import Tensor, nn

from vitlib import ViTConfig
from vitlib.checkpoints import declare_operators

declare_operators()

import timm  # noqa: E402
import torchvision  # noqa: E402
import transformers  # noqa: E402


def timm_vit(config: ViTConfig, **other) -> nn.Module:
    """One of timm's, with settings of its own."""
    return timm.models.VisionTransformer(
        img_size=config.image_size,
        patch_size=config.patch_size,
        in_chans=config.in_chans,
        num_classes=config.num_classes,
        embed_dim=config.embed_dim,
        depth=config.depth,
        num_heads=config.num_heads,
        mlp_ratio=config.mlp_ratio,
        qkv_bias=config.qkv_bias,
        **other,
    )


def torchvision_vit(config: ViTConfig) -> nn.Module:
    """One of torchvision's: square images in colour, and always a bias."""
    return torchvision.models.VisionTransformer(
        image_size=config.image_size,
        patch_size=config.patch_size,
        num_layers=config.depth,
        num_heads=config.num_heads,
        hidden_dim=config.embed_dim,
        mlp_dim=round(config.embed_dim * config.mlp_ratio),
        num_classes=config.num_classes,
    )


def transformers_vit(config: ViTConfig, eps: float = 1e-6) -> nn.Module:
    """One of Hugging Face's; its own eps is 1e-12."""
    theirs = transformers.ViTConfig(
        image_size=config.image_size,
        patch_size=config.patch_size,
        num_channels=config.in_chans,
        hidden_size=config.embed_dim,
        num_hidden_layers=config.depth,
        num_attention_heads=config.num_heads,
        intermediate_size=round(config.embed_dim * config.mlp_ratio),
        qkv_bias=config.qkv_bias,
        layer_norm_eps=eps,
        num_labels=config.num_classes,
    )
    return transformers.ViTForImageClassification(theirs)


BUILDERS = {
    "timm": timm_vit,
    "torchvision": torchvision_vit,
    "huggingface-modules": transformers_vit,
}


def logits(model: nn.Module, images: Tensor) -> Tensor:
    """What a model makes of images, whichever library it is from."""
    output = model(images)
    return output if isinstance(output, Tensor) else output.logits


@torch.no_grad()
def randomise(model: nn.Module, seed: int = 0, matrices: bool = True) -> nn.Module:
    """Change all that begins as 0 or 1, so that no weight can stand for another."""
    generator = torch.Generator().manual_seed(seed)
    for weight in model.parameters():
        if weight.ndim == 1:  # biases, norms
            weight += 0.05 * torch.randn(weight.shape, generator=generator)
        elif weight.ndim == 3:  # class token, positions
            weight.normal_(std=0.025, generator=generator)
        elif matrices:
            fan_in = weight[0].numel()
            weight.normal_(std=fan_in**-0.5, generator=generator)
    return model.eval()
