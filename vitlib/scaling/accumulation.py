"""A batch that is too large for the memory, part by part."""

from torch import Tensor, nn

from vitlib.checks import as_integer, check_at_least
from vitlib.training import loss_of


def accumulate(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    parts: int,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Add the gradient of a whole batch's mean loss to ``.grad``, part by part.

        L = Σ_p (B_p / B) L_p,  and so  ∇L = Σ_p (B_p / B) ∇L_p

    Each part's loss is a mean over its own B_p images, so it counts by its share of
    the batch. That is exact as long as no image's output depends on the others: true
    of a ViT, whose norms look at one token at a time, and not of BatchNorm. Dropout
    draws other numbers than it would for the whole batch.

    Args:
        model, images, labels: any model, (B, …) and (B,), as ``loss_of`` takes them.
        parts: how many, from 1 to B; their sizes differ by one image at most.
        label_smoothing: as of ``loss_of``.

    Returns: The loss of the whole batch, without its graph.
    Raises: TypeError, ValueError: no such parts, or not as many labels as images.
    """
    check_parts(images, labels, parts)
    total = 0
    split = (whole.tensor_split(parts) for whole in (images, labels))
    for x, y in zip(*split, strict=True):  # (B_p, …), (B_p,)
        share = len(x) / len(images)
        loss = share * loss_of(model(x), y, label_smoothing)
        loss.backward()  # adds to .grad, and forgets the activations
        total = total + loss.detach()
    return total


def check_parts(images: Tensor, labels: Tensor, parts: int) -> None:
    """Raise unless a batch can be cut into so many parts."""
    check_at_least("parts", as_integer(parts, "parts"), 1)
    if len(labels) != len(images):
        raise ValueError(f"{len(images)} images need as many labels, got {len(labels)}")
    if parts > len(images):
        raise ValueError(
            f"{len(images)} images make {len(images)} parts at most, got {parts}"
        )
