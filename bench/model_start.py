"""How large the residual stream of a fresh B/16 is, by how its weights begin."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.data import photograph

SEEDS = 3
Start = Callable[[ViT], object]  # changes a fresh model in place


def every_linear(change: Callable[[Tensor], object]) -> Start:
    """A start that gives every linear layer's weight a change, and no bias."""

    def start(model: ViT) -> None:
        for layer in (m for m in model.modules() if isinstance(m, nn.Linear)):
            change(layer.weight)
            nn.init.zeros_(layer.bias)

    return start


def pytorchs(model: ViT) -> None:
    """Linear layers as PyTorch makes them: uniform up to ±1/√width, biases as well."""
    for layer in (m for m in model.modules() if isinstance(m, nn.Linear)):
        layer.reset_parameters()


def silent_branches(model: ViT) -> None:
    """Nothing is added: the last layer of both branches is zero in all blocks."""
    for block in model.blocks:
        for layer in (block.attn.proj, block.mlp.fc2):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)


STARTS: dict[str, Start] = {
    "normal, std 0.02": lambda model: None,  # as vitlib and timm begin
    "Xavier, uniform": every_linear(nn.init.xavier_uniform_),
    "PyTorch’s own": pytorchs,
    "normal, std 1": every_linear(nn.init.normal_),
    "branches end in zeros": silent_branches,
}


def rms(values: Tensor) -> float:
    """The root of the mean square of all numbers."""
    return values.square().mean().sqrt().item()


def picture(config: ViTConfig) -> Tensor:
    """The photograph in a model's size, from −1 to 1: (1, 3, H, W)."""
    size = (config.image_size, config.image_size)
    image = F.interpolate(photograph()[None], size, mode="bicubic", antialias=True)
    return image.clamp(0, 1) * 2 - 1  # (1, 3, H, W)


@torch.no_grad()
def sizes(model: ViT, images: Tensor) -> dict[str, list[float]]:
    """Of the stream, and of what each branch adds, from block to block.

    And of each query's largest attention weight the mean, and at the end of the logits
    the standard deviation, and the loss if every class is as likely to be right.
    """
    x = model.embed(images)  # (B, N+1, D)
    found = {"stream": [rms(x)], "attention adds": [], "MLP adds": [], "largest": []}
    for block in model.blocks:
        y, weights = block.attn.forward_with_weights(block.norm1(x))
        x = x + y
        z = block.mlp(block.norm2(x))
        x = x + z
        for name, part in zip(found, (x, y, z), strict=False):
            found[name].append(rms(part))
        found["largest"].append(weights.amax(dim=-1).mean().item())
    logits = model.head(model.norm(x)[:, 0])  # (B, K)
    loss = -logits.log_softmax(dim=-1).mean().item()
    return found | {"logits": [logits.std().item()], "loss": [loss]}


def started(name: str, config: ViTConfig, seed: int) -> dict[str, list[float]]:
    """The sizes in a fresh model."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = ViT(config).eval()
        STARTS[name](model)
    found = sizes(model, picture(config))
    return {key: [float(f"{v:.5g}") for v in values] for key, values in found.items()}


def main() -> list[dict]:
    """Measure each start from each seed, and print and return what was found."""
    torch.set_num_threads(1)
    results = []
    print(f"{'stream':>33}{'logits':>10}{'loss':>10}{'largest weight':>16}")
    for name in STARTS:
        for seed in range(SEEDS):
            found = started(name, CONFIGS["B/16"], seed)
            last = [found[key][-1] for key in ("stream", "logits", "loss", "largest")]
            print(f"{name:23}{last[0]:10.3f}{last[1]:10.3f}{last[2]:10.3f}{last[3]:16}")
            results.append({"start": name, "seed": seed, **found})
    return results
