"""Chapter 10. Checks of the exercises."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from vitlib.show.exercises import called, numbers, right, shaped, unanswered, wrong
from vitlib.show.exercises.attention_slips import near, slip
from vitlib.show.exercises.training_slips import (
    confusion_of,
    in_confusions,
    in_counts,
    in_rates,
    normalised,
)
from vitlib.show.exercises.training_watched import Batch, Watched, in_looks, in_steps
from vitlib.training import Recipe, warm_cosine

SCHEDULES = ((200, 20), (60, 6), (50, 0))  # steps, and in how many the rate rises
CONFUSED = ((24, 4), (5, 5))  # pictures and classes; the last class of 4 is never right
SHAPES = {  # that readers hand on, and why they are not (4, 4) or (5, 5)
    (3, 3): "a class that no label has keeps its row and its column",
    (3, 4): "a class that no label has keeps its row",
    (4, 3): "a class that no label has keeps its place",
    (16,): "that is flat; view(4, 4) has a row for each class",
    (15,): "bincount stops at the last pair that occurs; give it minlength",
    (4,): "count each pair of right and said, not the right alone",
    (): "one number; count each pair of right and said",
}
LEARNED = 1347  # digits to learn from
LARGER = 4  # times as many in a batch
ASKED = ("steps", "images in the last batch", "rate")


def check_schedule(schedule: Callable[[int, int, int], float]) -> None:
    """(step, steps, rising) → the share of the highest rate: a line, then a cosine."""
    for steps, rising in SCHEDULES:
        result = called(rates, schedule, steps, rising)
        if result is None:
            return
        found, wanted = numbers(result, (steps + 1,)), asked_rates(steps, rising)
        if found is None:
            return
        if near(found, wanted):
            continue
        step = int((~((found - wanted).abs() <= 1e-5)).nonzero()[0])
        got = f"step {step} of {steps}, {rising} rising: {found[step]:.4g}"
        words = slip(found, in_rates(steps, rising)) or f"{wanted[step]:.4g} is asked."
        return wrong(f"{got}; {words}")
    right("1/rising at step 0, 1 where the cosine begins, 0 after the last step.")


def rates(schedule: Callable, steps: int, rising: int) -> list | None:
    """A schedule from the first step to the end; nothing if that is what it says."""
    found = [schedule(step, steps, rising) for step in range(steps + 1)]
    return None if None in found else found


def asked_rates(steps: int, rising: int) -> Tensor:
    """The right rates at steps 0 … steps."""
    share = rising / steps
    found = [warm_cosine(steps, step, share) for step in range(steps + 1)]
    return torch.tensor(found).double()


def sample_answers(count: int, classes: int) -> tuple[Tensor, Tensor]:
    """Logits and labels, of which somewhat more than half agree."""
    drawn = torch.Generator().manual_seed(10 + count)
    labels = torch.randint(classes - (count > classes), (count,), generator=drawn)
    logits = torch.randn(count, classes, generator=drawn)
    logits[torch.arange(count), labels] += 1
    return logits, labels


def check_confusion(confusion: Callable[[Tensor, Tensor], Tensor]) -> None:
    """(logits (N, K), labels (N,)) → counts (K, K), a row for each right class."""
    hint = ". argmax(dim=1) finds what is said of each picture."
    for count, classes in CONFUSED:
        logits, labels = sample_answers(count, classes)
        result = called(confusion, logits, labels, hint=hint)
        found = shaped(result, (classes, classes), SHAPES)
        if found is None:
            return
        wanted = confusion_of(labels, logits.argmax(dim=1), classes)
        if near(found, wanted):
            continue
        words = slip(found, in_confusions(logits, labels)) or normalised(found, wanted)
        far = (found - wanted).abs().nan_to_num(torch.inf)
        row, column = divmod(far.argmax().item(), classes)
        got = f"{found[row, column]:g} times {column} said of a {row}"
        return wrong(words or f"{got}; {wanted[row, column]:g} is right.")
    right("rows are what it is, columns what is said; the diagonal is right.")


def check_step(step: Callable[[nn.Module, object, Batch, Batch], float]) -> None:
    """(model, optimizer, batch, others) → share right of others, after a step.

    The step learns from the batch, with a gradient no longer than 1.
    """
    watched = Watched()
    for turn in range(2):
        batch, others = watched.batches(turn)
        watched.begin(batch)
        arguments = (watched.model, watched.optimizer, batch, others)
        result = called(step, *arguments)
        if result is None:
            return
        if words := in_steps(watched, turn):
            return wrong(words)
        found = numbers(result, ())
        if found is None:
            return
        if words := in_looks(watched, found, batch, others):
            return wrong(words)
    right("zero_grad, backward, clip, step to learn; eval() to look, train() after.")


def check_counts(answer: Sequence[float] | None) -> None:
    """(steps, images in the last batch, rate): 200 epochs; batches four times as large.

    The first two are those of 1,347 digits and the recipe's 64 a batch.
    """
    parts = answer if isinstance(answer, tuple | list) else ()
    if unanswered(None if None in parts else answer):
        return
    found = numbers(answer, (len(ASKED),))
    if found is None:
        return
    recipe = Recipe()
    batches = math.ceil(LEARNED / recipe.batch_size)
    last = LEARNED - (batches - 1) * recipe.batch_size
    wanted = (batches * recipe.epochs, last, LARGER * recipe.lr)
    slips = in_counts(LEARNED, LARGER, recipe)
    for name, got, asked, known in zip(
        ASKED, found.tolist(), wanted, slips, strict=True
    ):
        if math.isclose(got, asked, rel_tol=1e-6):
            continue
        words = slip(torch.tensor(got).double(), known) or "count anew."
        return wrong(f"{name}: {got:,.6g}; {words}")
    right(f"{batches} steps an epoch, the last for {last} digits; {LARGER} × the rate.")
