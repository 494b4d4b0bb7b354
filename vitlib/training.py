"""Chapter 10. Training, and the small trained model that earlier chapters look into.

``python -m vitlib.training`` trains that model anew and writes its weights.
"""

import argparse
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.checkpoints import load_checkpoint, save_checkpoint
from vitlib.data import digits
from vitlib.encoder import ViTConfig
from vitlib.model import ViT

SHAPE = {"image_size": 8, "patch_size": 2, "in_chans": 1, "num_classes": 10}
SIZE = {"embed_dim": 48, "depth": 4, "num_heads": 4, "mlp_ratio": 2.0}
DIGITS = ViTConfig(**SHAPE, **SIZE)
WEIGHTS = Path(__file__).parent / "weights" / "digits.safetensors"


def jittered(images: Tensor, generator: torch.Generator) -> Tensor:
    """Each image turned, stretched, slanted and shifted a little, at random.

    The pixel at x comes from (I + R) x + s of the old image, in coordinates that are
    ±1 at the borders; R and s are uniform up to 0.12 and 0.25, one pixel of eight.
    """
    most = torch.tensor([[0.12, 0.12, 0.25], [0.12, 0.12, 0.25]])  # of R, and of s
    change = torch.rand(len(images), 2, 3, generator=generator) * 2 - 1  # (B, 2, 3)
    places = F.affine_grid(torch.eye(2, 3) + most * change, images.shape, False)
    return F.grid_sample(images, places, align_corners=False)  # (B, C, H, W)


def learning_rate(step: int, steps: int, warm_up: float = 0.1) -> float:
    """Share of the highest rate: up along a line, then down along half a cosine."""
    rising = warm_up * steps
    if step < rising:
        return min((step + 1) / rising, 1)
    return (1 + math.cos(math.pi * (step - rising) / (steps - rising))) / 2


def parameter_groups(model: ViT, weight_decay: float) -> list[dict]:
    """Matrices decay; biases, norms, class token and positions do not."""
    spared = model.no_weight_decay()
    named = list(model.named_parameters())
    decays = [p for name, p in named if p.ndim > 1 and name not in spared]
    stays = [p for name, p in named if p.ndim <= 1 or name in spared]
    return [
        {"params": decays, "weight_decay": weight_decay},
        {"params": stays, "weight_decay": 0.0},
    ]


def train(
    model: ViT,
    images: Tensor,
    labels: Tensor,
    validation: tuple[Tensor, Tensor] | None = None,
    epochs: int = 200,
    batch_size: int = 64,
    lr: float = 3e-3,
    weight_decay: float = 0.05,
    augment: bool = True,
    seed: int = 0,
) -> list[dict[str, float]]:
    """Minimise the cross-entropy of a model's logits, in place, with AdamW.

    Smoothed labels ask for 0.91 of the right digit's probability and 0.01 of each other's;
    gradients longer than 1 are shortened to 1.

    Args:
        model: its weights are changed; it is in evaluation mode afterwards.
        images, labels: (N, C, H, W) and (N,) classes to learn from.
        validation: images and labels to look at after each epoch, never learned from.
        epochs, batch_size: how often all images are seen, and how many in one step.
        lr, weight_decay: AdamW's; the rate is the highest, after a tenth of the steps.
        augment: whether images are ``jittered``, anew each time.
        seed: of order and jitter; torch's own generator is neither read nor moved.

    Returns:
        For each epoch the mean "loss", and the "accuracy" on ``validation``, if given.
    """
    generator = torch.Generator().manual_seed(seed)
    groups = parameter_groups(model, weight_decay)
    optimizer = torch.optim.AdamW(groups, lr, betas=(0.9, 0.99), fused=True)
    steps = epochs * math.ceil(len(images) / batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: learning_rate(step, steps)
    )
    history = []
    for _ in range(epochs):
        model.train()
        total = 0.0
        for batch in torch.randperm(len(images), generator=generator).split(batch_size):
            x, wanted = images[batch], labels[batch]
            x = jittered(x, generator) if augment else x
            loss = F.cross_entropy(model(x), wanted, label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        model.eval()
        history.append({"loss": total / len(images)})
        if validation is not None:
            history[-1]["accuracy"] = accuracy(model, *validation)
    return history


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of the images whose highest logit is their label's."""
    return (model(images).argmax(dim=1) == labels).double().mean().item()


def digits_model() -> ViT:
    """The trained ViT that comes with the book, in evaluation mode."""
    model = ViT(DIGITS)
    load_checkpoint(model, WEIGHTS)
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vitlib.training")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    model = ViT(DIGITS)
    history = train(model, *digits("train"), epochs=options.epochs, seed=options.seed)
    options.out.parent.mkdir(exist_ok=True)
    save_checkpoint(model.half(), options.out)
    model.float()
    print(history[-1], accuracy(model, *digits("test")))


if __name__ == "__main__":
    main()
