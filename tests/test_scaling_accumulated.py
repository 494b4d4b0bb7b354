"""A gradient that comes part by part is the whole batch's, if no image sees another."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.test_model import randomise
from vitlib import ViT, ViTConfig
from vitlib.scaling import accumulate
from vitlib.training import loss_of

TINY = ViTConfig(4, 2, 1, 3, embed_dim=8, depth=2, num_heads=2)


def batch(count: int, classes: int = 3) -> tuple[Tensor, Tensor]:
    """Images and their labels."""
    return torch.rand(count, 1, 4, 4), torch.randint(classes, (count,))


def gradients(model: nn.Module) -> list[Tensor]:
    """Taken from a model, which has none then."""
    found = [weight.grad for weight in model.parameters()]
    model.zero_grad()
    return found


def whole(model: nn.Module, images: Tensor, labels: Tensor, *more: float) -> Tensor:
    """The loss of a batch, whose gradient is added all at once."""
    loss = loss_of(model(images), labels, *more)
    loss.backward()
    return loss.detach()


def both(model: nn.Module, images: Tensor, labels: Tensor, by_parts, *more) -> float:
    """How far a gradient by parts is from the whole batch's."""
    whole(model, images, labels, *more)
    wanted = gradients(model)
    by_parts(model, images, labels)
    pairs = zip(gradients(model), wanted, strict=True)
    return max((a - b).abs().max().item() for a, b in pairs)


@settings(max_examples=25)
@given(data=st.data(), count=st.integers(1, 20), smoothing=st.sampled_from([0, 0.1]))
def test_any_number_of_parts_gives_the_whole_batchs_gradient(data, count, smoothing):
    parts = data.draw(st.integers(1, count))
    model, (images, labels) = randomise(ViT(TINY)), batch(count)
    loss = whole(model, images, labels, smoothing)
    wanted = gradients(model)
    found = accumulate(model, images, labels, parts, smoothing)
    assert found.item() == pytest.approx(loss.item(), rel=1e-5)
    assert not found.requires_grad
    for gradient, right in zip(gradients(model), wanted, strict=True):
        assert torch.allclose(gradient, right, rtol=1e-4, atol=1e-6)


def test_a_regressions_gradient_is_the_whole_batchs():
    model, images = randomise(ViT(TINY, num_classes=1)), batch(7)[0]
    labels = torch.randn(7)

    def by_parts(*given):
        accumulate(*given, parts=3)

    assert both(model, images, labels, by_parts) < 1e-5


def test_what_is_in_grad_already_stays():
    model, (images, labels) = randomise(ViT(TINY)), batch(6)
    accumulate(model, images, labels, 2)
    once = gradients(model)
    for _ in range(2):
        accumulate(model, images, labels, 2)
    for gradient, one in zip(gradients(model), once, strict=True):
        assert torch.allclose(gradient, 2 * one)


def test_parts_differ_by_an_image_at_most():
    sizes, model = [], randomise(ViT(TINY))
    model.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    accumulate(model, *batch(10), parts=4)
    assert sizes == [3, 3, 2, 2]


def test_a_norm_over_the_batch_makes_it_another_gradient():
    layers = (nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
    model, (images, labels) = nn.Sequential(*layers), batch(16)

    def by_parts(*given):
        accumulate(*given, parts=4)

    assert both(model, images, labels, by_parts) > 1e-2
    model[2].eval()  # with fixed statistics no image sees another
    assert both(model, images, labels, by_parts) < 1e-6


def summed(model, images, labels):
    """Forgets to divide: each part counts as a whole batch would."""
    for x, y in zip(images.split(4), labels.split(4), strict=True):
        loss_of(model(x), y).backward()


def mean_of_means(model, images, labels):
    """Each part counts the same, also the last one, which is smaller."""
    parts = images.split(4)
    for x, y in zip(parts, labels.split(4), strict=True):
        (loss_of(model(x), y) / len(parts)).backward()


def test_the_wrong_ways_are_wrong():
    model = randomise(ViT(TINY))
    assert both(model, *batch(10), summed) > 0.1
    assert both(model, *batch(10), mean_of_means) > 1e-2
    assert (
        both(model, *batch(8), mean_of_means) < 1e-5
    )  # nobody notices with equal parts


@pytest.mark.parametrize(
    ("parts", "labels", "words"),
    [
        (0, 5, "parts must be at least 1, got 0"),
        (6, 5, "5 images make 5 parts at most, got 6"),
        (2, 4, "5 images need as many labels, got 4"),
    ],
)
def test_what_cannot_be_cut_is_refused_before_any_gradient(parts, labels, words):
    model, (images, _) = ViT(TINY), batch(5)
    with pytest.raises(ValueError, match=words):
        accumulate(model, images, torch.zeros(labels, dtype=torch.long), parts)
    assert all(weight.grad is None for weight in model.parameters())


def test_half_a_part_is_refused():
    with pytest.raises(TypeError, match=r"parts must be an integer, got 2\.5"):
        accumulate(ViT(TINY), *batch(5), 2.5)
