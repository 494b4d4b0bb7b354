"""What chapter 10's checks say of rates and of counted mistakes."""

import math

import torch

from tests.exercise_words import said_to
from vitlib.show.exercises import training as exercises
from vitlib.training import warm_cosine


def schedule(
    line=lambda step, steps, rising: (step + 1) / rising,
    fall=lambda done: (1 + math.cos(math.pi * done)) / 2,
    done=lambda step, steps, rising: (step - rising) / (steps - rising),
):
    """A schedule, with a part of it otherwise."""

    def rate(step, steps, rising):
        if step < rising:
            return line(step, steps, rising)
        return fall(done(step, steps, rising))

    return rate


def wave(done):
    """From 1 to 0 along a cosine."""
    return (1 + math.cos(math.pi * done)) / 2


RATES = [
    (lambda *_: None, "… no answer yet"),
    (lambda step, steps, rising: 0.5 if step else None, "… no answer yet"),
    (schedule(), "✓ 1/rising at step 0"),
    (lambda *given: torch.tensor(schedule()(*given)), "✓ 1/rising"),
    (lambda step, steps, rising: warm_cosine(steps, step, rising / steps), "✓ 1/ris"),
    (
        schedule(line=lambda step, steps, rising: step / rising),
        "✗ step 0 of 200, 20 rising: 0; a rate of 0, and the first step learns nothing",
    ),
    (
        schedule(line=lambda step, steps, rising: (step + 1) / (rising + 1)),
        "✗ step 0 of 200, 20 rising: 0.04762; the line ends a step late",
    ),
    (schedule(line=lambda *_: 1), "✗ step 0 of 200, 20 rising: 1; the line is missing"),
    (
        schedule(done=lambda step, steps, rising: step / steps),
        "✗ step 20 of 200, 20 rising: 0.9755; the cosine runs over all steps",
    ),
    (
        schedule(done=lambda step, steps, rising: (step - rising) / steps),
        "✗ step 21 of 200, 20 rising: 0.9999; it never reaches 0",
    ),
    (
        schedule(done=lambda step, steps, up: (step - up) / (steps - 1 - up)),
        "✗ step 24 of 200, 20 rising: 0.9988; 0 comes a step too early",
    ),
    (schedule(fall=lambda d: 2 * wave(d)), "✗ step 20 of 200, 20 rising: 2; half is"),
    (
        schedule(fall=lambda d: 2 * wave(d) - 1),
        "✗ step 21 of 200, 20 rising: 0.9998; c",
    ),
    (
        schedule(fall=lambda d: math.cos(d * math.pi / 2)),
        "✗ step 21 of 200, 20 rising: 1",
    ),
    (schedule(fall=lambda d: 1 - wave(d)), "✗ step 20 of 200, 20 rising: 0; upside"),
    (schedule(fall=lambda d: 1 - d), "✗ step 21 of 200, 20 rising: 0.9944; after the"),
    (
        schedule(fall=lambda d: 1),
        "✗ step 21 of 200, 20 rising: 1; after the line it st",
    ),
    (
        lambda step, steps, up: wave(step / steps),
        "✗ step 0 of 200, 20 rising: 1; the w",
    ),
    (
        lambda step, steps, up: min((step + 1) / up, 1) * wave(step / steps),
        "✗ step 2 of 200, 20 rising: 0.15; the line is multiplied",
    ),
    (lambda *_: 0.3, "✗ step 0 of 200, 20 rising: 0.3; 0.05 is asked"),
    (lambda *_: math.nan, "✗ step 0 of 200, 20 rising: nan; 0.05 is asked"),
    (
        lambda step, steps, up: schedule()(step, steps, max(up, 1)),
        "✗ step 1 of 50, 0 rising: 1; 0.999 is asked",
    ),
    (
        lambda step, steps, up: min((step + 1) / up, schedule()(step, steps, up)),
        "✗ the function stopped with ZeroDivisionError",
    ),
    (lambda *_: "fast", "✗ numbers of shape (201,) are asked; got list"),
    (lambda step, steps: 1, "✗ the function stopped with TypeError"),
]


def confusion(logits, labels):
    """Counted with loops."""
    classes = logits.shape[1]
    found = torch.zeros(classes, classes, dtype=torch.long)
    for said, label in zip(logits.argmax(dim=1), labels, strict=True):
        found[label, said] += 1
    return found


def after(change):
    """The right counts, changed."""
    return lambda logits, labels: change(confusion(logits, labels).float())


def across(logits, labels):
    """Over the wrong axis."""
    return confusion(logits.T, labels)


def forgetful(logits, labels):
    """Pairs that come again are forgotten."""
    found = torch.zeros(2 * [logits.shape[1]])
    found[labels, logits.argmax(dim=1)] += 1
    return found


def short(logits, labels):
    """As many classes as there are labels."""
    classes = len(labels.unique())
    return confusion(logits, labels)[:classes, :classes]


CONFUSIONS = [
    (lambda *_: None, "… no answer yet"),
    (confusion, "✓ rows are what it is"),
    (after(lambda m: m.double()), "✓ rows are what it is"),
    (after(lambda m: m.T), "✗ rows are the labels and columns what is said"),
    (after(lambda m: m / m.sum()), "✗ these are shares of all"),
    (
        after(lambda m: m / m.sum(1, keepdim=True)),
        "✗ these are shares of each row; counts are asked, and 0 / 0 is NaN",
    ),
    (
        after(lambda m: m / m.sum(1, keepdim=True).clamp(min=1)),
        "✗ these are shares of each row; counts are asked.",
    ),
    (after(lambda m: m / m.sum(0)), "✗ these are shares of each column; counts"),
    (after(lambda m: m.diag().diag()), "✗ only what is right is counted"),
    (after(lambda m: m - m.diag().diag()), "✗ only mistakes are counted"),
    (forgetful, "✗ each pair counts once: matrix[labels, said] += 1 forgets"),
    (across, "✗ the function stopped with ValueError: zip() argument 2 is longer"),
    (
        lambda z, y: across(z, y) if len(z) == z.shape[1] else confusion(z, y),
        "✗ argmax goes over the pictures",
    ),
    (after(lambda m: m.flatten()), "✗ shape (16,) where (4, 4) is asked: that is flat"),
    (
        after(lambda m: m.flatten()[:15]),
        "✗ shape (15,) where (4, 4) is asked: bincount",
    ),
    (short, "✗ shape (3, 3) where (4, 4) is asked: a class that no label has"),
    (
        after(lambda m: m[:3]),
        "✗ shape (3, 4) where (4, 4) is asked: a class that no la",
    ),
    (after(lambda m: m.diag()), "✗ shape (4,) where (4, 4) is asked: count each pair"),
    (after(lambda m: m.trace()), "✗ shape () where (4, 4) is asked: one number"),
    (after(lambda m: m + 1), "✗ 7 times 0 said of a 0; 6 is right"),
    (after(lambda m: m * torch.nan), "✗ nan times 0 said of a 0; 6 is right"),
    (lambda z, y: [[0]], "✗ a tensor is asked, got list"),
    (lambda z: z, "✗ the function stopped with TypeError"),
]


test_what_a_check_says = said_to(
    {
        exercises.check_schedule: RATES,
        exercises.check_confusion: CONFUSIONS,
    }
)
