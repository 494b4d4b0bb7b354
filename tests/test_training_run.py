"""A run can be left and taken up; regressions; losses that are no number."""

import io
import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.test_training import same, tiny
from vitlib.data import digits
from vitlib.training import Recipe, Run, train, warm_cosine

IMAGES, LABELS = (part[:48] for part in digits("train"))
SHORT = {"epochs": 4, "batch_size": 20}


def run_of(**changes) -> Run:
    """A run of few images that ends soon."""
    dropout = changes.pop("drop_rate", 0.0)
    return Run(tiny(drop_rate=dropout), Recipe(**SHORT | changes), len(IMAGES))


def learned(run: Run, epochs: int) -> Run:
    """A run after some more epochs."""
    for _ in range(epochs):
        run.learn_from(IMAGES, LABELS, (IMAGES, LABELS))
    return run


class Noting(nn.Module):
    """A model, and the images that it was shown."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model, self.shown = model, []

    def forward(self, images: Tensor) -> Tensor:
        """The model's logits."""
        self.shown.append(images)
        return self.model(images)


def through_a_file(state: dict) -> dict:
    """What is read again of what was written."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def test_an_epoch_shows_each_image_once_in_an_order_of_its_own():
    noting = Noting(tiny())
    run = Run(noting.model, Recipe(**SHORT, jitter=0.0), len(IMAGES), noting)
    orders = []
    for _ in range(2):
        noting.shown.clear()
        run.learn_from(IMAGES, LABELS)
        shown = torch.cat(noting.shown).flatten(1)
        orders.append(torch.cdist(shown, IMAGES.flatten(1)).argmin(dim=1).tolist())
    numbers = [*range(len(IMAGES))]
    assert [sorted(order) for order in orders] == [numbers, numbers]
    assert orders[0] != orders[1]
    assert numbers not in orders


@settings(max_examples=8)
@given(
    stops=st.lists(st.integers(1, 4), max_size=3),
    seed=st.integers(0, 2**40),
    dropout=st.sampled_from([0.0, 0.3]),
    jitter=st.sampled_from([0.0, 1.0]),
)
def test_stopped_after_any_epochs_it_ends_as_if_it_had_not(
    stops, seed, dropout, jitter
):
    changes = {"seed": seed, "drop_rate": dropout, "jitter": jitter}
    whole = learned(run_of(**changes), SHORT["epochs"])
    run = run_of(**changes)
    for stop in sorted({min(stop, SHORT["epochs"]) for stop in stops}):
        state = through_a_file(learned(run, stop - run.epoch).state_dict())
        torch.manual_seed(stop)  # what else drew numbers meanwhile does not matter
        run = run_of(**changes)
        run.load_state_dict(state)
        assert run.epoch == stop
    learned(run, SHORT["epochs"] - run.epoch)
    assert same(run.model, whole.model)
    assert run.history == whole.history


def test_train_is_a_run_to_its_end():
    model = tiny()
    history = train(model, IMAGES, LABELS, (IMAGES, LABELS), **SHORT)
    run = learned(run_of(), 4)
    assert history == run.history
    assert same(model, run.model)
    assert run.rate.last_epoch == 4 * run.steps == 12


def test_each_step_is_told_of():
    losses = []
    run = run_of()
    run.learn_from(IMAGES, LABELS, after_step=losses.append)
    weighed = 20 * losses[0] + 20 * losses[1] + 8 * losses[2]
    assert run.history == [{"loss": pytest.approx(weighed / 48, rel=1e-5)}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lr": 0.5}, "that training was made with lr 0.003, not 0.5"),
        ({"seed": 1, "epochs": 5}, "with epochs 4, not 5; seed 0, not 1"),
        ({"batch_size": 48}, "with batch_size 20, not 48; steps 3, not 1"),
    ],
)
def test_a_run_of_another_recipe_is_not_taken_up(change, said):
    state = learned(run_of(), 1).state_dict()
    with pytest.raises(ValueError, match=said):
        run_of(**change).load_state_dict(state)


@pytest.mark.parametrize("weight", [math.nan, math.inf, 1e30])
def test_a_loss_that_is_no_number_ends_a_training_before_the_step(weight):
    run = learned(run_of(), 1)
    run.step(IMAGES[:20], LABELS[:20])
    with torch.no_grad():
        run.model.head.weight[0, 0] = weight
    kept = {name: value.clone() for name, value in run.model.state_dict().items()}
    with pytest.raises(FloatingPointError) as caught:
        run.step(IMAGES[:20], LABELS[:20])
    assert re.match(
        r"epoch 2, step 2 of 3, learning rate 0\.00\d+: the loss is \S+, its"
        r" gradient's length (nan|inf); a lower learning rate or a longer warm-up"
        r" would help",
        str(caught.value),
    )
    for name, value in run.model.state_dict().items():
        assert torch.equal(value.nan_to_num(7), kept[name].nan_to_num(7)), name


def test_a_rate_far_too_high_is_told_of():
    with pytest.raises(FloatingPointError, match=r"learning rate [\d.e+]+: the loss"):
        train(tiny(), IMAGES, LABELS, lr=1e30, warm_up=0, epochs=9, max_norm=math.inf)


@settings(max_examples=200)
@given(steps=st.integers(1, 500), warm_up=st.floats(0, 1))
def test_any_warm_up_gives_rates_up_to_the_highest(steps, warm_up):
    rates = [warm_cosine(steps, step, warm_up) for step in range(steps + 1)]
    assert all(0 <= rate <= 1 for rate in rates)
    assert max(rates) > 0.99 or 0 < warm_up < 1
    assert [warm_cosine(steps, s, 1) for s in (steps - 1, steps)] == [1, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"warm_up": 1.5}, "warm_up is a share, from 0 to 1, got 1.5"),
        ({"label_smoothing": -0.1}, "label_smoothing is a share, .* got -0.1"),
        ({"lr": 0}, "lr must be above 0, got 0"),
        ({"lr": math.nan}, "lr must be above 0, got nan"),
        ({"lr": math.inf}, "lr must be finite, got inf"),
        ({"max_norm": -1.0}, "max_norm must be above 0, got -1.0"),
        ({"weight_decay": -1}, "weight_decay must be at least 0, got -1"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
    ],
)
def test_recipes_that_cannot_be_followed_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        Recipe(**change)


@pytest.mark.parametrize("name", ["epochs", "batch_size", "seed"])
def test_counts_are_integers(name):
    with pytest.raises(TypeError, match=f"{name} must be an integer, got 4.0"):
        Recipe(**{name: 4.0})
