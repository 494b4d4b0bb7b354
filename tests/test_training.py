"""Training: what it learns, what it leaves alone, and that a seed settles it."""

import math

import pytest
import torch
import torch.nn.functional as F

from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import (
    DIGITS,
    Recipe,
    accuracy,
    jittered,
    learn,
    parameter_groups,
    train,
    warm_cosine,
)


def tiny(**changes) -> ViT:
    """A ViT that trains in no time, the same in each call."""
    torch.manual_seed(0)
    return ViT(DIGITS, embed_dim=16, depth=1, num_heads=2, **changes)


def trained(**changes) -> tuple[ViT, list[dict[str, float]]]:
    """That ViT after it saw 128 digits a few times, and its history."""
    images, labels = digits("train")
    model = tiny()
    recipe = {"epochs": 2, "batch_size": 32} | changes
    return model, train(model, images[:128], labels[:128], **recipe)


def same(one: ViT, two: ViT) -> bool:
    """Whether two models have equal weights, bit by bit."""
    pairs = zip(one.parameters(), two.parameters(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_the_loss_falls():
    model, history = trained(epochs=30, jitter=0, lr=1e-2)
    losses = [seen["loss"] for seen in history]
    assert len(losses) == 30
    assert losses[0] == pytest.approx(math.log(10), abs=0.1)
    assert losses[-1] < losses[0] - 0.4
    assert not model.training


def test_a_seed_settles_everything_but_the_first_weights():
    before = torch.get_rng_state()
    (one, first), (two, again) = trained(seed=3), trained(seed=3)
    assert same(one, two)
    assert first == again
    assert not same(one, trained(seed=4)[0])
    torch.set_rng_state(before)
    model = tiny()
    moved = torch.get_rng_state()
    train(model, *digits("test"), epochs=1)
    assert torch.equal(torch.get_rng_state(), moved)


def test_validation_is_looked_at_as_it_is_and_changes_nothing():
    images, labels = digits("test")
    shown = []

    def watch(model: ViT, inputs: tuple) -> None:
        if not model.training:
            shown.append(inputs[0])

    model = tiny()
    model.register_forward_pre_hook(watch)
    arguments = (*(part[:64] for part in digits("train")), (images, labels))
    history = train(model, *arguments, epochs=2)
    assert len(shown) == 2
    assert all(torch.equal(seen, digits("test")[0]) for seen in shown)
    assert history[-1]["accuracy"] == accuracy(model, images, labels)
    alone = tiny()
    train(alone, *arguments[:2], epochs=2)
    assert same(alone, model)


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "none"])
def test_every_parameter_is_in_one_group_and_matrices_alone_decay(positions):
    model = tiny(pos_embed=positions)
    decays, spared = parameter_groups(model, 0.3)
    assert (decays["weight_decay"], spared["weight_decay"]) == (0.3, 0.0)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    found = [[names.pop(id(p)) for p in group["params"]] for group in (decays, spared)]
    assert names == {}
    assert all(name.endswith("weight") and "norm" not in name for name in found[0])
    learned = {"cls_token"} | ({"pos_embed"} if positions == "learned" else set())
    rest = {name for name in found[1] if "norm" not in name and "bias" not in name}
    assert rest == learned


def test_the_rate_rises_along_a_line_and_falls_along_a_cosine():
    rates = [warm_cosine(200, step) for step in range(201)]
    assert rates[:20] == pytest.approx([(step + 1) / 20 for step in range(20)])
    assert rates[20] == max(rates) == 1
    assert rates[110] == pytest.approx(0.5)
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[200] == pytest.approx(0)
    assert [warm_cosine(1, step) for step in (0, 1)] == pytest.approx([1, 0])


def test_a_step_uses_smoothed_labels_and_a_gradient_of_norm_1_at_most():
    images, labels = (part[:32] for part in digits("train"))
    model = tiny()
    with torch.no_grad():
        model.head.weight.mul_(50)  # steep
    logarithms = model(images).log_softmax(dim=1)
    wanted = torch.full((32, 10), 0.01)
    wanted[torch.arange(32), labels] = 0.91
    expected = -(wanted * logarithms).sum(dim=1).mean()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    loss = learn(model, images, labels, optimizer, Recipe())
    torch.testing.assert_close(loss, expected.detach())
    pairs = zip(before, model.parameters(), strict=True)
    step = sum((a - b).square().sum() for a, b in pairs).sqrt()
    assert step.item() == pytest.approx(1, abs=1e-3)


def by_loops(image: torch.Tensor, change: torch.Tensor) -> torch.Tensor:
    """An 8 × 8 image changed by a (2, 3) matrix, pixel by pixel."""
    padded = F.pad(image, (9, 9, 9, 9)).tolist()
    result = torch.zeros(8, 8)
    for row in range(8):
        for column in range(8):
            here = torch.tensor([(column - 3.5) / 4, (row - 3.5) / 4, 1])
            x, y = ((here[:2] + change @ here) * 4 + 3.5).tolist()
            left, top = math.floor(x), math.floor(y)
            right, low = x - left, y - top
            for r, c, share in [
                (top, left, (1 - low) * (1 - right)),
                (top, left + 1, (1 - low) * right),
                (top + 1, left, low * (1 - right)),
                (top + 1, left + 1, low * right),
            ]:
                result[row, column] += share * padded[r + 9][c + 9]
    return result


@pytest.mark.parametrize("strength", [0, 0.5, 1, 3])
def test_jitter_moves_pixels_as_it_says(strength):
    images = digits("test")[0][:6]
    kept, numbers = images.clone(), torch.Generator().manual_seed(7)
    found = jittered(images, strength, numbers)
    assert torch.equal(images, kept)
    uniform = torch.rand(6, 2, 3, generator=torch.Generator().manual_seed(7))
    most = torch.tensor([0.12, 0.12, 0.25])
    changes = strength * most * (uniform * 2 - 1)
    pairs = zip(images[:, 0], changes, strict=True)
    expected = torch.stack([by_loops(*pair) for pair in pairs])
    torch.testing.assert_close(found[:, 0], expected, atol=1e-5, rtol=0)


def test_accuracy_is_the_share_of_right_answers():
    logits = torch.tensor([[3.0, 1, 2], [0, 5, 1], [0, 1, 2], [9, 0, 0]])
    assert accuracy(torch.nn.Identity(), logits, torch.tensor([0, 1, 2, 1])) == 0.75


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"jitter": -0.5}, "jitter must be at least 0, got -0.5"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        trained(**change)


def test_an_unknown_change_is_refused():
    with pytest.raises(TypeError, match="learning_rate"):
        trained(learning_rate=1e-3)
