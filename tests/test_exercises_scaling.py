"""What chapter 12's checks say of batches that fit, and of gradients part by part."""

import math

import torch

from tests.exercise_words import said_to
from vitlib.cost import training_memory
from vitlib.show.exercises import scaling as exercises
from vitlib.training import loss_of


def fitting(change=lambda left, image, parts, memory: max(left // image, 0)):
    """A largest batch, counted in some way."""

    def largest(config, memory):
        parts = training_memory(config)
        image = parts.pop("activations")
        return change(memory - sum(parts.values()), image, parts, memory)

    return largest


HELD = "✗ 25,769,803,776 bytes hold a batch of 224, not "
BATCHES = [
    (lambda *_: None, "… no answer yet"),
    (fitting(), "✓ weights, gradients and AdamW come first"),
    (fitting(lambda left, image, *_: torch.tensor(max(left // image, 0))), "✓ weights"),
    (fitting(lambda left, image, *_: -(-left // image)), HELD + "225: one more does"),
    (fitting(lambda left, image, *_: left / image), HELD + "224.555: no part of an"),
    (fitting(lambda _, image, parts, m: m // image), HELD + "237: weights, gradients"),
    (
        fitting(lambda _, image, parts, m: (m - parts["weights"]) // image),
        HELD + "234: gradients and AdamW's two means take memory as well",
    ),
    (
        fitting(lambda _, image, parts, m: (m - 2 * parts["weights"]) // image),
        HELD + "230: AdamW keeps two means of each weight.",
    ),
    (
        fitting(lambda _, image, parts, m: (m - 3 * parts["weights"]) // image),
        HELD + "227: AdamW keeps two means of each weight, not one",
    ),
    (
        fitting(lambda _, image, parts, m: m // (image + sum(parts.values()))),
        HELD + "17: weights are there once",
    ),
    (
        fitting(lambda left, image, *_: left // (image // 4)),
        HELD + "898: a number of float32 takes 4 bytes",
    ),
    (
        fitting(lambda left, image, *_: left // image),
        "✗ 4,294,967,296 bytes hold a batch of 0, not -2: fewer than none",
    ),
    (lambda *_: 7, HELD + "7: count what does not grow with it first"),
    (lambda *_: math.nan, HELD + "nan: count"),
    (lambda *_: "many", "✗ numbers of shape () are asked; got str"),
    (lambda config: 7, "✗ the function stopped with TypeError"),
]


def adding(
    weigh=lambda loss, x, images, count: loss * len(x) / len(images),
    told=lambda losses, shares: sum(a * b for a, b in zip(losses, shares, strict=True)),
    between=lambda model: None,
    chosen=slice(None),
    after=lambda model: None,
):
    """A gradient by parts, with a part of it otherwise."""

    def accumulate(model, images, labels, sizes):
        losses = []
        pairs = list(zip(images.split(sizes), labels.split(sizes), strict=True))
        for x, y in pairs[chosen]:
            between(model)
            loss = loss_of(model(x), y)
            weigh(loss, x, images, len(sizes)).backward()
            losses.append(loss.item())
        after(model)
        return told(losses, [size / len(images) for size in sizes][chosen])

    return accumulate


ACCUMULATED = [
    (lambda *_: None, "… no answer yet"),
    (adding(told=lambda *_: None), "… no answer yet"),
    (adding(), "✓ each part counts by its share"),
    (lambda m, x, y, sizes: once(m, x, y), "✓ each part counts"),
    (adding(lambda loss, *_: loss), "✗ each part counts as a whole batch"),
    (adding(lambda loss, x, images, count: loss / count), "✗ a mean of means"),
    (adding(lambda loss, x, *_: loss * len(x)), "✗ a sum over the images"),
    (
        adding(lambda loss, x, images, count: loss * len(x) / len(images) / count),
        "✗ divided twice",
    ),
    (adding(between=lambda m: m.zero_grad()), "✗ the last part's alone: zero_grad"),
    (
        adding(lambda loss, *_: loss, between=lambda m: m.zero_grad()),
        "✗ the last part's alone, and as if",
    ),
    (adding(chosen=slice(1)), "✗ the first part's alone"),
    (adding(after=lambda m: m.zero_grad()), "✗ .grad is 0: loss.backward()"),
    (adding(lambda loss, *_: loss / 7), "✗ parts (3, 3): the gradient is off by"),
    (
        adding(told=lambda losses, _: sum(losses)),
        "✗ the gradient is right, the loss 11.2703 is not: that is the sum",
    ),
    (
        adding(told=lambda losses, _: losses[-1]),
        "✗ the gradient is right, the loss 6.2706 is not: that is th",
    ),
    (
        adding(told=lambda losses, _: sum(losses) / len(losses)),
        "✗ the gradient is right, the loss 6.3323",
    ),
    (
        adding(told=lambda losses, s: losses[-1] * s[-1]),
        "✗ the gradient is right, the loss 3.1353",
    ),
    (adding(told=lambda *_: 0.0), "✗ the gradient is right, the loss 0.0000 is not: "),
    (adding(told=lambda *_: "low"), "✗ numbers of shape () are asked; got str"),
    (lambda model, images: 1, "✗ the function stopped with TypeError"),
]


def once(model, images, labels):
    """All at once, which is right where it fits."""
    loss = loss_of(model(images), labels)
    loss.backward()
    return loss


test_what_a_check_says = said_to(
    {exercises.check_largest_batch: BATCHES, exercises.check_accumulate: ACCUMULATED}
)
