"""Chapter 10's mistakes: learning, and looking."""

import torch
from torch import Tensor, nn

from vitlib.mistakes.collection import Chapter, Way, drawn
from vitlib.training import warm_cosine

CHAPTER = Chapter(10)
X = drawn(6, 4)
ORDER = torch.tensor([3, 1, 5, 0, 2, 4])


def zeroed(layer: nn.Module, x: Tensor) -> Tensor:
    """The gradient of this batch."""
    layer.zero_grad()  # ✓
    layer(x).square().mean().backward()  # ✓
    return layer.weight.grad.clone()


def forgets_the_last_batch(way: Way) -> bool:
    """The same batch twice, the same gradient."""
    layer = nn.Linear(4, 2)
    return torch.equal(way(layer, X), way(layer, X))


@CHAPTER.mistake(
    right=zeroed,
    test=forgets_the_last_batch,
    seen="the loss jumps about, and ends high",
    missed="it falls at first, and gradients have the right shape",
)
def gradient_never_zeroed(layer: nn.Module, x: Tensor) -> Tensor:
    """Wrong: a sum of all batches so far."""
    layer(x).square().mean().backward()  # ✗
    return layer.weight.grad.clone()


def shuffled_together(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """One order for both."""
    return images[ORDER], labels[ORDER]


def keeps_pairs(way: Way) -> bool:
    """Pictures that are their labels."""
    return torch.equal(*way(torch.arange(6), torch.arange(6)))


@CHAPTER.mistake(
    right=shuffled_together,
    test=keeps_pairs,
    seen="the loss stays at ln K; a large model learns by heart, and tests at chance",
    missed="same shapes, same labels, as many of each",
)
def labels_out_of_order(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Wrong: pictures are shuffled, labels are not."""
    return images[ORDER], labels


def by_step(epochs: int, each: int) -> list[float]:
    """The share of the rate at every step."""
    return [warm_cosine(epochs * each, step) for step in range(epochs * each)]


def ends_near_zero(way: Way) -> bool:
    """At the last step the rate is low."""
    return way(4, 10)[-1] < 0.05


@CHAPTER.mistake(
    right=by_step,
    test=ends_near_zero,
    seen="the rate is still rising when the training ends",
    missed="the loss falls, more slowly",
)
def rate_follows_epochs(epochs: int, each: int) -> list[float]:
    """Wrong: counted in epochs, made for steps."""
    return [warm_cosine(epochs * each, step // each) for step in range(epochs * each)]


def clipped_first(layer: nn.Module, x: Tensor) -> Tensor:
    """The gradient that a step uses, cut to length 1."""
    layer(x).square().sum().backward()
    nn.utils.clip_grad_norm_(layer.parameters(), 1.0)  # ✓
    used = layer.weight.grad.clone()  # ✓
    return used


def goes_no_further(way: Way) -> bool:
    """No step uses a longer one."""
    return way(nn.Linear(4, 2), 100 * X).norm() <= 1.001


@CHAPTER.mistake(
    right=clipped_first,
    test=goes_no_further,
    seen="a steep batch spoils the steps after it, as without clipping",
    missed="the gradient's norm, if somebody looks after the step, is 1",
)
def clipped_after_the_step(layer: nn.Module, x: Tensor) -> Tensor:
    """Wrong: the gradient is cut when it has been used."""
    layer(x).square().sum().backward()
    used = layer.weight.grad.clone()  # ✗
    nn.utils.clip_grad_norm_(layer.parameters(), 1.0)  # ✗
    return used


@torch.no_grad()
def looked_at_rest(model: nn.Module, x: Tensor) -> Tensor:
    """Answers without dropout; afterwards the model learns on."""
    found = model.eval()(x)  # ✓
    model.train()  # ✓
    return found


def answers_twice_alike(way: Way) -> bool:
    """The same picture, the same answer."""
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5))
    return torch.equal(way(model, X), way(model, X))


@CHAPTER.mistake(
    right=looked_at_rest,
    test=answers_twice_alike,
    seen="tests are worse than they should be, and never twice the same",
    missed="same shapes; without dropout there is no difference",
)
@torch.no_grad()
def tested_while_training(model: nn.Module, x: Tensor) -> Tensor:
    """Wrong: dropout goes on."""
    return model(x)


def learns_on(way: Way) -> bool:
    """After a look the model is in training again."""
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5))
    return way(model, X).isfinite().all() and model.training


@CHAPTER.mistake(
    right=looked_at_rest,
    test=learns_on,
    seen="from the second epoch on it overfits: dropout and drop path are off",
    missed="the loss falls faster than before",
)
@torch.no_grad()
def never_back_to_training(model: nn.Module, x: Tensor) -> Tensor:
    """Wrong: the rest of the training is without dropout."""
    return model.eval()(x)  # ✗
