"""Chapter 12. What readers make instead of what is asked, by what went wrong."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vitlib.cost import training_memory
from vitlib.encoder import ViTConfig


def in_batches(config: ViTConfig, memory: int) -> dict[str, Tensor]:
    """Wrong numbers of images that fit into so many bytes."""
    parts = training_memory(config)
    an_image, weights = parts["activations"], parts["weights"]
    fixed = sum(parts.values()) - an_image
    left = memory - fixed
    known = {
        "fewer than none cannot be: max(…, 0).": left // an_image,
        "one more does not fit: round down.": -(-left // an_image),
        "no part of an image fits: round down, //.": left / an_image,
        "weights, gradients and AdamW's means take their part first.": (
            memory // an_image
        ),
        "gradients and AdamW's two means take memory as well.": (
            (memory - weights) // an_image
        ),
        "AdamW keeps two means of each weight.": (memory - 2 * weights) // an_image,
        "AdamW keeps two means of each weight, not one.": (
            (memory - 3 * weights) // an_image
        ),
        "weights are there once, whatever the batch; only activations grow with it.": (
            memory // (fixed + an_image)
        ),
        "a number of float32 takes 4 bytes.": max(left // (an_image // 4), 0),
    }
    return as_numbers(known)


def as_numbers(known: dict[str, float]) -> dict[str, Tensor]:
    """Each as a tensor of float64."""
    return {said: torch.tensor(float(one)).double() for said, one in known.items()}


def in_gradients(gradients: list[Tensor], sizes: Sequence[int]) -> dict[str, Tensor]:
    """Wrong gradients of a batch, of which the whole's and each part's are given."""
    whole, *parts = gradients
    total, count = sum(sizes), len(sizes)
    summed = torch.stack(parts).sum(dim=0)
    last = sizes[-1] / total * parts[-1]
    return {
        ".grad is 0: loss.backward() for each part, and no zero_grad after.": 0 * whole,
        "each part counts as a whole batch: its loss is a mean over its own images,"
        " multiply it by their share.": summed,
        "a mean of means: a smaller part counts by its share, len(x) / len(images).": (
            summed / count
        ),
        "a sum over the images: divide by how many there are.": total * whole,
        "the last part's alone: zero_grad() between parts forgets the others.": last,
        "the last part's alone, and as if it were the batch.": parts[-1],
        "the first part's alone: loop over all.": sizes[0] / total * parts[0],
        "divided twice: a part's loss is a mean already.": whole / count,
    }


def in_losses(losses: list[float], sizes: Sequence[int]) -> dict[str, Tensor]:
    """Wrong losses of a batch, of which the whole's and each part's are given."""
    whole, *parts = losses
    known = {
        "that is the sum of the parts' losses.": sum(parts),
        "that is the mean of the parts' losses; weigh them as the gradient.": (
            sum(parts) / len(parts)
        ),
        "that is the last part's.": parts[-1],
        "that is the last part's share.": parts[-1] * sizes[-1] / sum(sizes),
        "that is a sum over the images.": whole * sum(sizes),
    }
    return as_numbers(known)


def in_weights(q: Tensor, k: Tensor) -> dict[str, Tensor]:
    """Wrong weights of attention, in float64."""
    scores, width = q @ k.mT, q.shape[-1]  # (N, N)
    scaled = scores * width**-0.5
    return {
        "the scores are not divided by √d.": scores.softmax(-1),
        "divided by d; the divisor is its root, √d.": (scores / width).softmax(-1),
        "divided by √d twice, before and after.": (scaled * width**-0.5).softmax(-1),
        "softmax is missing: scores are no shares.": scaled,
        "softmax ran over the queries, dim=0; over the keys is dim=-1.": (
            scaled.softmax(0)
        ),
        "q and k have changed places.": scaled.mT.softmax(-1),
        "clamped, all large scores become the same: make q smaller first.": (
            (scores.clamp(-65_504, 65_504) * width**-0.5).softmax(-1)
        ),
    }
