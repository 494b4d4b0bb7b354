"""What a model's outputs are worth: the loss, and what people ask for."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def loss_of(outputs: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of logits; of one number an image, its mean squared error.

    Smoothed by 0.1, 0.91 of the probability is wanted for the right one of 10 digits.

    Args:
        outputs: (B, K) logits, or (B, 1) in a regression.
        labels: (B,) integers below K; numbers with a point make it a regression.
        smoothing: share of the target that is spread over all K classes.

    Raises:
        ValueError, TypeError: outputs and labels do not belong together.
    """
    check_labels(outputs, labels)
    if labels.is_floating_point():
        return F.mse_loss(outputs[:, 0], labels)
    return F.cross_entropy(outputs, labels, label_smoothing=smoothing)


def check_labels(outputs: Tensor, labels: Tensor) -> None:
    """Raise unless there is a class, or a number for a model of one, an output."""
    ours, theirs = tuple(outputs.shape), tuple(labels.shape)
    if theirs != ours[:1]:
        squeezed = "; labels[:, 0] would do" if theirs == (*ours[:1], 1) else ""
        wanted = f"outputs of shape {ours} need labels of shape {ours[:1]}"
        raise ValueError(f"{wanted}, got {theirs}{squeezed}")
    if labels.is_floating_point():
        if ours[1] != 1:
            raise ValueError(
                f"labels of {labels.dtype} make a regression, which needs a model of"
                f" one output, num_classes=1, not {ours[1]}; for classes, labels.long()"
            )
    elif labels.is_complex() or labels.dtype == torch.bool:
        kind = labels.dtype
        raise TypeError(f"labels are integers, or floats in a regression, not {kind}")
    else:
        check_classes(labels, ours[1])


def check_classes(labels: Tensor, classes: int) -> None:
    """Raise unless each label is the number of a class."""
    if classes == 1:
        raise ValueError(
            f"labels of {labels.dtype} are classes, and one output cannot tell any"
            " apart; for a regression, labels.float()"
        )
    wrong = labels[(labels < 0) | (labels >= classes)]
    if len(wrong):
        raise ValueError(
            f"labels must be from 0 to {classes - 1}, since the model has {classes}"
            f" outputs; got {wrong[0]}"
        )


def outputs_of(model: nn.Module, images: Tensor) -> Tensor:
    """(N, C, H, W) → (N, K), a few hundred at a time, so that any number fits."""
    with torch.no_grad():
        return torch.cat([model(part) for part in images.split(512)])


def judged(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    """The "accuracy" on these images, or the "error" in a regression."""
    outputs = outputs_of(model, images)
    check_labels(outputs, labels)
    if labels.is_floating_point():
        return {"error": error(nn.Identity(), outputs, labels)}
    return {"accuracy": accuracy(nn.Identity(), outputs, labels)}


@torch.no_grad()
def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of the images whose highest logit is their label's."""
    return (model(images).argmax(dim=1) == labels).double().mean().item()


@torch.no_grad()
def error(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    """By how much a regression is wrong: the mean of |y − label|, in labels' units."""
    outputs = model(images)
    check_labels(outputs, labels)
    return (outputs[:, 0] - labels).abs().double().mean().item()


def confusion(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """How many images of each class (rows) got which answer (columns): (K, K) counts.

    Right answers are on the diagonal.
    """
    logits = outputs_of(model, images)
    check_labels(logits, labels)
    classes = logits.shape[1]
    pairs = labels * classes + logits.argmax(dim=1)  # (N,), below K²
    return pairs.bincount(minlength=classes**2).reshape(classes, classes)  # (K, K)
