"""What the checks of chapter 3's exercises say to all kinds of answers."""

import torch

from tests.exercise_words import said_to
from vitlib.show.exercises import class_token as exercises


def registers_in(first):
    """A function that puts what ``first`` makes of the registers before the tokens."""
    return lambda tokens, registers: torch.cat([first(tokens, registers), tokens], 1)


def wide(tokens, registers):
    """The registers, seen once for each sequence."""
    return registers.expand(len(tokens), -1, -1)


def apart(model, one, other):
    """Distances of the class rows: one before the first layer, and one after each."""
    rows = exercises.class_rows(model, torch.stack([one, other]))
    return (rows[:, 0] - rows[:, 1]).norm(dim=1).tolist()


def differences(reduce):
    """A function that makes one number of each layer's difference."""

    def answer(model, one, other):
        rows = exercises.class_rows(model, torch.stack([one, other]))
        return [reduce(a - b) for a, b in rows]

    return answer


def patch_rows_apart(model, one, other):
    """The distances of row 1 instead of row 0."""
    x, found = model.embed(torch.stack([one, other])), []
    for block in (torch.nn.Identity(), *model.blocks):
        x = block(x)
        found.append((x[0, 1] - x[1, 1]).norm().item())
    return found


SHAPE = (13, 176, 768)
SHAPES = [
    (None, "… no answer yet"),
    ((SHAPE, 577), "✓ one more along the axis of tokens; 24 · 24 + 1 = 577"),
    ([torch.Size(SHAPE), 577], "✓ one more"),
    (SHAPE, "✗ a shape and a number are asked"),
    ((577, SHAPE), "✗ a shape and a number are asked"),
    ("577", "✗ a shape and a number are asked"),
    (((13, 175, 769), 577), "✗ the class token is one more row"),
    (((14, 175, 768), 577), "✗ a class token is no picture"),
    (((13, 175, 768), 577), "✗ that is without the class token"),
    (((1, 176, 768), 577), "✗ all 13 sequences"),
    (((13, 768, 176), 577), "✗ (13, 768, 176): the axis of tokens"),
    ((SHAPE, 576), "✗ the shape is right; 576 patches"),
    ((SHAPE, 197), "✗ the shape is right; 197 tokens"),
    ((SHAPE, 25), "✗ the shape is right; 24 patches"),
    ((SHAPE, None), "✗ the shape is right; not None"),
]
REGISTERS = [
    (lambda *_: None, "… no answer yet"),
    (registers_in(wide), "✓ the same two lines"),
    (registers_in(lambda t, r: r.repeat(len(t), 1, 1)), "✓ the same two lines"),
    (registers_in(lambda t, r: r), "✗ the function stopped with RuntimeError: Sizes"),
    (registers_in(lambda t, r: r.repeat(1, len(t), 1)), "✗ the function stopped"),
    (registers_in(lambda t, r: wide(t, r).detach()), "✗ training cannot reach"),
    (registers_in(lambda t, r: wide(t, r)[:, :1]), "✗ shape (1, 8, 4) where (1, 10"),
    (
        registers_in(lambda t, r: r[:, :1].expand(len(t), 3, -1)),
        "✗ the first register stands there three times",
    ),
    (
        registers_in(lambda t, r: wide(t, r).flip(1)),
        "✗ in front do not stand the registers' own numbers",
    ),
    (
        registers_in(lambda t, r: torch.cat([r, r[1:].expand(len(t) - 1, 3, 4)])),
        "✗ the function stopped",
    ),
    (
        registers_in(lambda t, r: torch.cat([r, r.detach().expand(len(t) - 1, 3, 4)])),
        "✗ training must reach the registers from every picture",
    ),
    (lambda t, r: torch.cat([t, wide(t, r)], 1), "✗ they stand at the end"),
    (lambda t, r: torch.cat([wide(t, r), t.flip(1)], 1), "✗ the tokens behind"),
    (
        lambda t, r: registers_in(wide)(t[:1].expand_as(t), r),
        "✗ the tokens behind the registers",
    ),
    (lambda t, r: torch.cat([r, t], 0), "✗ the function stopped"),
    (
        lambda t, r: torch.cat([r, t], 1),
        "✗ the function stopped … "
        " Is there one set of registers for each of 5 sequences?\n",
    ),
    (lambda t, r: t, "✗ shape (1, 7, 4) where (1, 10, 4) is asked: nothing"),
    (lambda t, r: torch.cat([r, t[:1]], 1), "✗ shape (1, 10, 4) where (5, 10, 4)"),
    (lambda t, r: [r, t], "✗ a tensor is asked, got list"),
    (lambda t: t, "✗ the function stopped with TypeError"),
    (None, "✗ the function stopped with TypeError"),
]
POOLED = [
    (lambda rows: None, "… no answer yet"),
    (lambda rows: rows[:, 1:].mean(1), "✓ N rows"),
    (lambda rows: rows[:, 1:].double().mean(1), "✓ N rows"),
    (lambda rows: rows.mean(1), "✗ the class row is averaged along"),
    (lambda rows: rows[:, 1:].sum(1), "✗ that is the sum; the mean is a fifth"),
    (lambda rows: rows.sum(1), "✗ that is the sum of all rows"),
    (lambda rows: rows[:, 1:].sum(1) / 6, "✗ the sum is right, but"),
    (lambda rows: rows[:, :-1].mean(1), "✗ the last row is left out"),
    (lambda rows: rows[:, 0], "✗ that is the class row itself"),
    (lambda rows: rows[:, 1:].amax(1), "✗ that is the greatest number"),
    (lambda rows: rows[:, 1:].median(1).values, "✗ right shape, other numbers"),
    (lambda rows: rows[:, 1:].mean(2), "✗ shape (3, 5) where (3, 4) is asked: that is"),
    (lambda rows: rows[1:].mean(1), "✗ shape (2, 4) where (3, 4) is asked: that le"),
    (lambda rows: rows[:, 1:].mean(0), "✗ shape (5, 4)"),
    (lambda rows: rows[:, 1:].mean(), "✗ shape () where (3, 4)"),
    (lambda rows: rows[:, 1:].mean(1, keepdim=True), "✗ shape (3, 1, 4)"),
    (lambda rows: rows[:, 1:], "✗ shape (3, 5, 4) where (3, 4) is asked: no mean"),
    (lambda rows: rows[:, 1:, 1:].mean(1), "✗ shape (3, 3) where (3, 4) is asked."),
    (lambda rows: rows.tolist(), "✗ a tensor is asked, got list"),
    (lambda rows: rows[:, 1:].average(1), "✗ the function stopped with AttributeErr"),
]
APART = [
    (lambda *_: None, "… no answer yet"),
    (apart, "✓ from 0"),
    (lambda *three: torch.tensor(apart(*three)), "✓ from 0"),
    (differences(torch.linalg.vector_norm), "✓ from 0"),
    (lambda *three: apart(*three)[1:], "✗ 3 numbers; one is wanted before"),
    (lambda *three: apart(*three)[-1:], "✗ 1 numbers; 3 layers and the start make 4"),
    (lambda *three: apart(*three)[-1], "✗ a list of numbers is asked; got float"),
    (lambda *three: ["a"] * 4, "✗ a list of numbers is asked; got list"),
    (lambda *three: [], "✗ a list of numbers is asked; got list"),
    (differences(lambda d: d), "✗ one number a layer is asked; got the shape (4, 8)"),
    (differences(lambda d: (d**2).sum().item()), "✗ these are squares"),
    (differences(lambda d: d.abs().sum().item()), "✗ these are sums of sizes"),
    (differences(lambda d: (d**2).mean().item()), "✗ these are means"),
    (differences(lambda d: d.sum().item()), "✗ after layer 1 of a small model"),
    (lambda *three: [0.0, float("nan"), 1.0, 2.0], "✗ after layer 1 of a small model"),
    (patch_rows_apart, "✗ before the first layer both class rows are equal"),
    (lambda model, one, other: model(one), "✗ the function stopped with ValueError"),
]
test_what_a_check_says = said_to(
    {
        exercises.check_shapes: SHAPES,
        exercises.check_registers: REGISTERS,
        exercises.check_pooled: POOLED,
        exercises.check_apart: APART,
    }
)
