"""What a small ViT learns, and how far gradients reach, by how its blocks are built."""

import statistics
from collections.abc import Callable
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bench.position import RATE, SEEDS, SMALL, line, scores
from vitlib.data import digits
from vitlib.encoder import Encoder, EncoderBlock
from vitlib.model import ViT
from vitlib.training import DIGITS, digits_model

Kind = Callable[[EncoderBlock], nn.Module]  # what is made of a block
DEPTHS = (12, 24)
STARTS = 10  # fresh models of each depth whose gradients are compared
IMAGES = 32  # over which their loss is the mean


class PostNorm(nn.Module):
    """z' = LN(z + MSA(z)) and z'' = LN(z' + MLP(z')), with a block's own weights."""

    def __init__(self, block: EncoderBlock):
        super().__init__()
        self.block = block

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone, (B, 1, D)."""
        y = self.block.attn(x, class_row)  # (B, N, D) or (B, 1, D)
        x = self.block.norm1(x[:, : y.shape[1]] + y)
        return self.block.norm2(x + self.block.mlp(x))


class NoStream(PostNorm):
    """z' = MSA(LN(z)) and z'' = MLP(LN(z')): nothing is added to what came in."""

    def forward(self, x: Tensor, class_row: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D), or its first row alone, (B, 1, D)."""
        x = self.block.attn(self.block.norm1(x), class_row)  # (B, N, D) or (B, 1, D)
        return self.block.mlp(self.block.norm2(x))


def built_of(kind: Kind) -> ViT:
    """A small ViT with its own weights in blocks of another kind."""
    model = ViT(SMALL)
    model.blocks = Encoder(map(kind, model.blocks))
    return model


def two_gelus(block: EncoderBlock) -> EncoderBlock:
    """A block whose MLP has GELU after its second layer too."""
    block.mlp.fc2 = nn.Sequential(block.mlp.fc2, nn.GELU())
    return block


def one_norm(block: EncoderBlock) -> EncoderBlock:
    """A block with one norm before both branches."""
    block.norm2 = block.norm1
    return block


PLACES: dict[str, Kind] = {"before": lambda block: block, "after": PostNorm}
WAYS: dict[str, Callable[[], ViT]] = {
    "the chapter's block": lambda: ViT(SMALL),
    "ReLU for GELU": lambda: ViT(SMALL, act_layer=nn.ReLU),
    "no activation": lambda: ViT(SMALL, act_layer=nn.Identity),
    "GELU after fc2 too": lambda: built_of(two_gelus),
    "one norm for both": lambda: built_of(one_norm),
    "norm after adding": lambda: built_of(PostNorm),
    "nothing added": lambda: built_of(NoStream),
}


def xavier(module: nn.Module) -> None:
    """Weights as the paper's code begins with, biases zero."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def gradients(kind: Kind, depth: int, seed: int) -> list[float]:
    """Lengths of the loss's gradient by each block's weights, before any training.

    Real tokens of digits pass fresh blocks, a norm and a fresh head, which reads the
    class row; the loss is the cross-entropy. In float64, alike on every machine.
    """
    images, labels = digits("test")
    trained = digits_model()
    tokens = trained.embed(images[:IMAGES]).detach().double()  # (B, 17, D)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = ViT(replace(DIGITS, depth=depth, mlp_ratio=4.0)).apply(xavier)
    encoder = Encoder(map(kind, model.blocks)).double()
    rows = F.layer_norm(encoder(tokens), tokens.shape[-1:])[:, 0]  # (B, D)
    loss = F.cross_entropy(model.head.double()(rows), labels[:IMAGES])
    loss.backward()
    squares = [sum(w.grad.square().sum() for w in b.parameters()) for b in encoder]
    return [round(square.sqrt().item(), 6) for square in squares]


def reach() -> list[dict]:
    """Each seed's gradients from the first block to the last, at each depth."""
    results = []
    for depth in DEPTHS:
        for place, kind in PLACES.items():
            found = [gradients(kind, depth, seed) for seed in range(STARTS)]
            blocks = zip(*found, strict=True)
            first, *_, last = map(statistics.geometric_mean, blocks)
            words = f"{depth} blocks, norm {place}: first {first:.2f}, last {last:.2f}"
            print(words, flush=True)
            results.append({"depth": depth, "norm": place, "gradients": found})
    return results


def main() -> dict[str, list[dict]]:
    """Compare gradients, then train in each way from each seed; print and return."""
    torch.set_num_threads(1)
    print(f"Length of the gradient, geometric mean of {STARTS} fresh models")
    results = {"reach": reach(), "trained": []}
    print(f"Per cent of 450 test images right: mean, and each of {SEEDS} seeds")
    for name, make in WAYS.items():
        found = scores(make, RATE)
        print(line(name, found), flush=True)
        results["trained"].append({"block": name, "rate": RATE, "accuracy": found})
    return results
