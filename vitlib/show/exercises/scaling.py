"""Chapter 12. Checks of the exercises."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from vitlib.cost import training_memory
from vitlib.encoder import ViTConfig
from vitlib.model import CONFIGS, ViT
from vitlib.show.exercises import called, numbers, right, shaped, wrong
from vitlib.show.exercises.attention_slips import near, slip
from vitlib.show.exercises.scaling_slips import (
    in_batches,
    in_gradients,
    in_losses,
    in_weights,
)
from vitlib.show.exercises.scaling_watched import BLOCKS, Counted, in_passes
from vitlib.training import DIGITS, loss_of

MEMORIES = (  # bytes for the training of a model
    (CONFIGS["B/16"], 24 * 2**30),
    (DIGITS, 2**26),
    (CONFIGS["L/16"], 2**32),
)
PARTS = ((3, 3), (4, 4, 1), (5, 2, 3))  # sizes of parts; equal ones come first
CLASSES = 3
WIDTH = 64  # of queries and keys
LARGE = 40.0  # entries, of which a product of 64 is beyond float16


def check_largest_batch(function: Callable[[ViTConfig, int], int]) -> None:
    """(config, bytes) → how many images fit into them in training; 0 if none does."""
    for config, memory in MEMORIES:
        found = numbers(called(function, config, memory), ())
        if found is None:
            return
        parts = training_memory(config)
        an_image = parts.pop("activations")
        wanted = max((memory - sum(parts.values())) // an_image, 0)
        if found.item() == wanted:
            continue
        words = slip(found, in_batches(config, memory))
        held = f"{memory:,} bytes hold a batch of {wanted:,}, not {found.item():,.6g}"
        return wrong(f"{held}: {words or 'count what does not grow with it first.'}")
    right("weights, gradients and AdamW come first, 16 bytes a weight; then images.")


def sample_batch(count: int) -> tuple[nn.Module, Tensor, Tensor]:
    """A linear model, images and labels."""
    drawn = torch.Generator().manual_seed(12 + count)
    images = 2 * torch.randn(count, 1, 2, 3, generator=drawn)
    with torch.random.fork_rng(devices=[]):
        model = nn.Sequential(nn.Flatten(), nn.Linear(6, CLASSES))
    model[1].weight.data = torch.randn(CLASSES, 6, generator=drawn)
    model[1].bias.data.zero_()
    return model, images, torch.arange(count) % CLASSES


def check_accumulate(
    function: Callable[[nn.Module, Tensor, Tensor, Sequence[int]], Tensor | float],
) -> None:
    """(model, images, labels, sizes) → the batch's loss, its gradient in ``.grad``."""
    for sizes in PARTS:
        model, images, labels = sample_batch(sum(sizes))
        weights = list(model.parameters())
        losses = [loss_of(model(images), labels)]
        pairs = zip(images.split(sizes), labels.split(sizes), strict=True)
        losses += [loss_of(model(x), y) for x, y in pairs]
        gradients = [flat(torch.autograd.grad(loss, weights)) for loss in losses]
        result = called(function, model, images, labels, list(sizes))
        if result is None:
            return
        found = flat([0 * w if w.grad is None else w.grad for w in weights])
        if not near(found, gradients[0]):
            words = slip(found, in_gradients(gradients, sizes))
            far = (found - gradients[0]).abs().max()
            return wrong(words or f"parts {sizes}: the gradient is off by {far:.3g}.")
        loss, known = numbers(result, ()), [one.item() for one in losses]
        if loss is None:
            return
        if not near(loss, torch.tensor(known[0]).double()):
            words = slip(loss, in_losses(known, sizes)) or f"{known[0]:.4f} is right."
            return wrong(f"the gradient is right, the loss {loss:.4f} is not: {words}")
    right("each part counts by its share of the batch, whatever its size.")


def flat(parts: Sequence[Tensor]) -> Tensor:
    """All numbers in a row."""
    return torch.cat([part.detach().flatten() for part in parts])


def check_half_recomputed(function: Callable[[ViT], AbstractContextManager]) -> None:
    """A context manager (model): in it, half of the blocks are computed twice."""
    counted = Counted()
    if called(counted.within, function) is None:
        return
    if words := in_passes(counted):
        return wrong(words)
    right(f"{BLOCKS // 2} of {BLOCKS} blocks twice, the same gradient, all as before.")


def check_safe_weights(function: Callable[[Tensor, Tensor], Tensor]) -> None:
    """(q, k), both (N, d) in float16 → attention's weights (N, N), all finite."""
    for q, k in queries_and_keys():
        found = shaped(called(function, q, k), (len(q), len(k)))
        if found is None:
            return
        wanted = (q.double() @ k.double().mT * WIDTH**-0.5).softmax(dim=-1)  # (N, N)
        if near(found.double(), wanted, 5e-3):
            continue
        if lost := int((~found.isfinite()).sum()):
            return wrong(
                f"{lost} of {found.numel()} weights are {found.sum():g}: a product of"
                " 64 × 40 × 40 is beyond 65,504; make q smaller first."
            )
        words = slip(found.double(), in_weights(q.double(), k.double()), 5e-3)
        far = (found - wanted).abs().max()
        return wrong(words or f"off by up to {far:.2g}: softmax(q kᵀ / √d) is asked.")
    right("scaled first, the scores stay at 12,800; the weights are those of float64.")


def queries_and_keys() -> list[tuple[Tensor, Tensor]]:
    """Pairs in float16: as they usually are, and so large that products overflow."""
    drawn = torch.Generator().manual_seed(16)
    usual = torch.randn(2, 3, WIDTH, generator=drawn)  # q and k
    large = torch.full((2, 3, WIDTH), LARGE)
    large[0, 1] *= -1  # a query for what the third key has less of
    large[1, 2] -= 0.5
    return [tuple(usual.half()), tuple(large.half())]
