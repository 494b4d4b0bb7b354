"""What chapter 10's check says of a step, its order, and a look at other pictures."""

import torch
import torch.nn.functional as F
from torch import nn

from tests.exercise_words import said_to
from vitlib.show.exercises import training as exercises
from vitlib.training import Recipe, learn

ORDER = ("train", "loss", "zero", "backward", "clip", "step", "eval", "look")


def made_of(*order, loss=F.cross_entropy, share=None, **other):
    """A step that does these things in this order; some of them otherwise."""

    def step(model, optimizer, batch, others):
        at = {"model": model, "batch": batch, "others": others}

        def count():
            with torch.no_grad():
                found = (model(others[0]).argmax(dim=1) == others[1]).float()
            at["share"] = (share or torch.mean)(found)

        doing = {
            "train": model.train,
            "loss": lambda: at.update(loss=loss(model(batch[0]), batch[1])),
            "zero": optimizer.zero_grad,
            "backward": lambda: at["loss"].backward(),
            "clip": lambda: nn.utils.clip_grad_norm_(model.parameters(), 1.0),
            "step": optimizer.step,
            "eval": model.eval,
            "look": count,
        }
        for name in order or ORDER:
            if name in other:
                other[name](at)
            else:
                doing[name]()
        return at["share"]

    return step


def without(*names, **other):
    """The right step without some of what it does."""
    return made_of(*(name for name in ORDER if name not in names), **other)


def moved(name, place, **other):
    """The right step, one thing of which is done just before another."""
    order = [each for each in ORDER if each != name]
    order.insert(order.index(place) if place else len(order), name)
    return made_of(*order, **other)


def lengthened(at):
    """The gradient made as long as 1."""
    length = nn.utils.get_total_norm([p.grad for p in at["model"].parameters()])
    for weight in at["model"].parameters():
        weight.grad /= length


def each_clipped(at):
    """Each number of the gradient clipped."""
    nn.utils.clip_grad_value_(at["model"].parameters(), 1.0)


def batch_share(at):
    """The share right of the batch."""
    found = at["model"](at["batch"][0]).argmax(dim=1) == at["batch"][1]
    at["model"](at["others"][0])
    at["share"] = found.float().mean()


def nothing_seen(at):
    """A share from nowhere."""
    at["share"] = 0.5


def by_vitlib(model, optimizer, batch, others):
    """As vitlib does it."""
    model.train()
    learn(model, *batch, optimizer, Recipe(label_smoothing=0))
    model.eval()
    images, labels = others
    return (model(images).argmax(dim=1) == labels).double().mean().item()


def twice(model, optimizer, batch, others):
    """Two steps with one gradient."""
    by_vitlib(model, optimizer, batch, others)
    optimizer.step()
    return 0.5


def emptied(model, optimizer, batch, others):
    """No gradient is emptied by the optimizer, but by the model."""
    model.zero_grad()
    return without("zero")(model, optimizer, batch, others)


def forgot(*parts):
    """All that is asked, but it returns nothing."""
    made_of()(*parts)


def got(share, words):
    """What is said of another share than that of the others which are right."""
    return f"✗ 13 of 40 are right, 0.325; got {share}: {words}"


STEPS = [
    (lambda *_: None, "… no answer yet"),
    (forgot, "… no answer yet"),
    (made_of(), "✓ zero_grad, backward, clip, step"),
    (by_vitlib, "✓ zero_grad"),
    (emptied, "✓ zero_grad"),
    (moved("zero", "train"), "✓ zero_grad"),
    (moved("zero", None), "✓ zero_grad"),
    (
        without("zero"),
        "✗ the last step's gradient is still in it: optimizer.zero_grad()",
    ),
    (without("zero", "clip"), "✗ the gradient has length 5.34 and is not clipped"),
    (without("clip"), "✗ the gradient has length 5.34 and is not clipped"),
    (
        moved("clip", "eval"),
        "✗ the gradient has length 5.34 and is clipped after the st",
    ),
    (moved("clip", "backward"), "✗ the gradient has length 5.34 and is not clipped"),
    (moved("zero", "clip"), "✗ the gradient is 0: zero_grad() comes before backward()"),
    (moved("zero", "step"), "✗ the gradient is 0"),
    (moved("step", "backward"), "✗ optimizer.step() came before loss.backward()"),
    (without("step"), "✗ optimizer.step() was not called"),
    (without("backward"), "✗ loss.backward() was not called"),
    (without("loss", "backward"), "✗ loss.backward() was not called"),
    (without("train"), "✗ it learned in eval mode again; model.train() before each"),
    (moved("eval", "loss"), "✗ it learned in eval mode; model.train() before"),
    (twice, "✗ 2 steps were made; one is asked"),
    (made_of(clip=lengthened), "✗ every gradient is made as long as 1"),
    (made_of(clip=each_clipped), "✗ each number is clipped; the length is"),
    (
        made_of(loss=lambda z, y: F.cross_entropy(z, y, reduction="sum")),
        "✗ the loss is a sum over the batch; the mean is asked",
    ),
    (
        made_of(loss=lambda z, y: F.cross_entropy(z.softmax(1), y)),
        "✗ softmax stands before cross_entropy",
    ),
    (
        made_of(loss=lambda z, y: F.cross_entropy(z, 0 * y)),
        "✗ a gradient of length 1, not 1: it points elsewhere",
    ),
    (
        made_of(loss=lambda z, y: F.cross_entropy(z, y) / 100),
        "✗ a gradient of length 0.0534, not 1",
    ),
    (without("eval"), "✗ it looked at the others in train mode"),
    (moved("eval", None), "✗ it looked at the others in train mode"),
    (made_of("eval", "look", *ORDER[:-1]), "✗ it looked at the others before the step"),
    (made_of(look=nothing_seen), "✗ the model never looked at the others"),
    (made_of(look=batch_share), got("0.250", "that is the share right of the batch")),
    (made_of(share=torch.sum), got("13.000", "that is how many")),
    (
        made_of(share=lambda hits: 100 * hits.mean()),
        got("32.500", "that is in per cent"),
    ),
    (
        made_of(share=lambda hits: 1 - hits.mean()),
        got("0.675", "that is the share of errors"),
    ),
    (made_of(share=lambda hits: hits.mean() / 3), got("0.108", "count anew")),
    (made_of(share=lambda hits: hits), "✗ shape (40,) where () is asked"),
    (made_of(share=lambda hits: "all"), "✗ numbers of shape () are asked; got str"),
    (lambda *_: 0.5, "✗ loss.backward() was not called"),
    (lambda model, batch: 0.5, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to({exercises.check_step: STEPS})
