"""What chapter 10's checks say of rates, of counted mistakes and counted steps."""

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


def at(step, got, words):
    """What is said of a rate at a step that is not asked for there."""
    return f"✗ step {step} of 200, 20 rising: {got}; {words}"


RATES = [
    (lambda *_: None, "… no answer yet"),
    (lambda step, steps, rising: 0.5 if step else None, "… no answer yet"),
    (schedule(), "✓ 1/rising at step 0"),
    (lambda *given: torch.tensor(schedule()(*given)), "✓ 1/rising"),
    (lambda step, steps, rising: warm_cosine(steps, step, rising / steps), "✓ 1/ris"),
    (
        schedule(line=lambda step, steps, rising: step / rising),
        at(0, 0, "a rate of 0, and the first step learns nothing"),
    ),
    (
        schedule(line=lambda step, steps, rising: (step + 1) / (rising + 1)),
        at(0, 0.04762, "the line ends a step late"),
    ),
    (schedule(line=lambda *_: 1), at(0, 1, "the line is missing")),
    (
        schedule(done=lambda step, steps, rising: step / steps),
        at(20, 0.9755, "the cosine runs over all steps"),
    ),
    (
        schedule(done=lambda step, steps, rising: (step - rising) / steps),
        at(21, 0.9999, "it never reaches 0"),
    ),
    (
        schedule(done=lambda step, steps, up: (step - up) / (steps - 1 - up)),
        at(24, 0.9988, "0 comes a step too early"),
    ),
    (schedule(fall=lambda d: 2 * wave(d)), at(20, 2, "half is missing")),
    (schedule(fall=lambda d: 2 * wave(d) - 1), at(21, 0.9998, "cos alone")),
    (
        schedule(fall=lambda d: math.cos(d * math.pi / 2)),
        at(21, 1, "a quarter of a wave"),
    ),
    (schedule(fall=lambda d: 1 - wave(d)), at(20, 0, "upside down")),
    (schedule(fall=lambda d: 1 - d), at(21, 0.9944, "after the line it falls")),
    (schedule(fall=lambda d: 1), at(21, 1, "after the line it stays")),
    (lambda step, steps, up: wave(step / steps), at(0, 1, "the warm-up")),
    (
        lambda step, steps, up: min((step + 1) / up, 1) * wave(step / steps),
        at(2, 0.15, "the line is multiplied"),
    ),
    (lambda *_: 0.3, at(0, 0.3, "0.05 is asked")),
    (lambda *_: math.nan, at(0, math.nan, "0.05 is asked")),
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
COUNTS = [
    (None, "… no answer yet"),
    ((None, None, None), "… no answer yet"),
    ((4400, 3, None), "… no answer yet"),
    ((4400, 3, 0.012), "✓ 22 steps an epoch, the last for 3 digits"),
    (torch.tensor([4400, 3, 0.012]), "✓ 22 steps"),
    ((4200, 3, 0.012), "✗ steps: 4,200; the last, smaller batch of each epoch"),
    ((4210, 3, 0.012), "✗ steps: 4,210; no batch runs over"),
    ((1347 * 200 / 64, 3, 0.012), "✗ steps: 4,209.38; a part of a batch"),
    ((22, 3, 0.012), "✗ steps: 22; that is one epoch"),
    ((269_400, 3, 0.012), "✗ steps: 269,400; that is how many images"),
    ((200, 3, 0.012), "✗ steps: 200; that is how many epochs"),
    ((1, 3, 0.012), "✗ steps: 1; count anew"),
    ((4400, 64, 0.012), "✗ images in the last batch: 64; that is a full batch"),
    ((4400, 61, 0.012), "✗ images in the last batch: 61; that is how many are missing"),
    ((4400, 21, 0.012), "✗ images in the last batch: 21; that is how many full"),
    ((4400, 1344, 0.012), "✗ images in the last batch: 1,344; that is how many are in"),
    ((4400, 0, 0.012), "✗ images in the last batch: 0; nothing is thrown away"),
    ((4400, 3, 6e-3), "✗ rate: 0.006; that grows by the root"),
    ((4400, 3, 3e-3), "✗ rate: 0.003; the rate as it was"),
    ((4400, 3, 7.5e-4), "✗ rate: 0.00075; divided"),
    ((4400, 3, 256), "✗ rate: 256; that is the batch size"),
    ((4400, 3, math.nan), "✗ rate: nan; count anew"),
    ((4400, 3), "✗ shape (2,) where (3,) is asked"),
    (4400, "✗ shape () where (3,) is asked"),
    ("4400, 3, 0.012", "✗ numbers of shape (3,) are asked; got str"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_schedule: RATES,
        exercises.check_confusion: CONFUSIONS,
        exercises.check_counts: COUNTS,
    }
)
