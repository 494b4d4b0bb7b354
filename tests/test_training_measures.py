"""What outputs are worth: losses, errors, confusions; labels that do not fit."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.test_training import tiny
from tests.test_training_run import IMAGES, LABELS, SHORT
from vitlib.data import digits
from vitlib.training import accuracy, confusion, error, loss_of, train


def test_a_regression_learns_numbers():
    brightness = 10 * IMAGES.mean(dim=(1, 2, 3))  # (48,)
    model = tiny(num_classes=1)
    options = {"epochs": 30, "jitter": 0, "lr": 1e-2, "batch_size": 16}
    history = train(model, IMAGES, brightness, (IMAGES, brightness), **options)
    assert history[0].keys() == {"loss", "error"}
    assert history[-1]["error"] < history[0]["error"] / 4
    assert history[-1]["loss"] < history[0]["loss"] / 16
    with torch.no_grad():
        found = model(IMAGES)[:, 0]
    wrong = (found - brightness).abs().mean().item()
    assert history[-1]["error"] == pytest.approx(wrong, rel=1e-5)
    assert error(model, IMAGES, brightness) == pytest.approx(wrong, rel=1e-5)
    squared = (found - brightness).square().mean()
    torch.testing.assert_close(loss_of(found[:, None], brightness), squared)


@pytest.mark.parametrize(
    ("classes", "labels", "kind", "said"),
    [
        (1, torch.zeros(48, 1), ValueError, r"got \(20, 1\); labels\[:, 0\] would do"),
        (1, LABELS, ValueError, "for a regression, labels.float()"),
        (10, LABELS.float(), ValueError, "num_classes=1, not 10; for classes, labels"),
        (10, LABELS[:, None], ValueError, r"need labels of shape \(20,\), got \(20, 1"),
        (10, LABELS > 3, TypeError, "not torch.bool"),
        (10, LABELS + 3, ValueError, "from 0 to 9, .* has 10 outputs; got 1[0-2]"),
        (10, LABELS - 9, ValueError, "from 0 to 9, .* got -"),
    ],
)
def test_labels_that_do_not_fit_are_refused(classes, labels, kind, said):
    with pytest.raises(kind, match=said):
        train(tiny(num_classes=classes), IMAGES, labels, **SHORT)


def test_confusion_counts_answers_by_class():
    logits = torch.eye(3)[[0, 1, 1, 2, 2, 2]]
    labels = torch.tensor([0, 1, 2, 2, 2, 0])
    found = confusion(nn.Identity(), logits, labels)
    assert found.tolist() == [[1, 0, 1], [0, 1, 0], [0, 1, 2]]
    with pytest.raises(ValueError, match="from 0 to 2"):
        confusion(nn.Identity(), logits, labels + 1)


@settings(max_examples=20)
@given(count=st.integers(1, 1600), seed=st.integers(0, 99))
def test_confusion_agrees_with_accuracy_however_many_there_are(count, seed):
    numbers = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, 7, generator=numbers)
    labels = torch.randint(7, (count,), generator=numbers)
    found = confusion(nn.Identity(), logits, labels)
    assert torch.equal(found.sum(dim=1), labels.bincount(minlength=7))
    right = found.diagonal().sum().item() / count
    assert right == pytest.approx(accuracy(nn.Identity(), logits, labels))


def test_many_images_are_judged_a_few_hundred_at_a_time():
    shown, model = [], tiny()
    model.register_forward_pre_hook(lambda _, inputs: shown.append(len(inputs[0])))
    images, labels = (part[:1100] for part in digits("train"))
    history = train(model, IMAGES, LABELS, (images, labels), epochs=1)
    assert shown == [48, 512, 512, 76]
    assert history[-1]["accuracy"] == accuracy(model, images, labels)
