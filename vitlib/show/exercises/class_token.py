"""Chapter 3. Checks of the exercises."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vitlib.model import ViT
from vitlib.patches import grid_size
from vitlib.show.exercises import called, right, shaped, unanswered, wrong

SMALL = {"image_size": 8, "patch_size": 4, "in_chans": 1, "num_classes": 3}
SHAPES = {  # that readers take for the right one, and why they are not
    (13, 175, 769): "the class token is one more row, not one more number in each.",
    (14, 175, 768): "a class token is no picture; each sequence becomes longer.",
    (13, 175, 768): "that is without the class token.",
    (1, 176, 768): "all 13 sequences get the class token.",
}
MEANS = {  # shapes of what is not the mean of rows (3, 6, 4), and why
    (3, 5): "that is the mean over D; the rows lie on axis 1",
    (3, 6): "that is the mean over D; the rows lie on axis 1",
    (5, 4): "that is the mean over the pictures; the rows lie on axis 1",
    (6, 4): "that is the mean over the pictures; the rows lie on axis 1",
    (2, 4): "that leaves out a picture, not a row: rows[:, 1:]",
    (4,): "each picture needs a row of its own",
    (): "each picture needs a row of its own",
    (3, 1, 4): "the axis of the rows should be gone",
    (3, 5, 4): "no mean was taken",
}


def check_shapes(answer: tuple[tuple[int, ...], int] | None) -> None:
    """(13, 175, 768) with a class token; tokens of ViT-B/16 for 384 × 384 pixels."""
    if unanswered(answer):
        return
    rows, columns = grid_size(384, 16)
    tokens = rows * columns + 1
    pair = isinstance(answer, tuple | list) and len(answer) == 2
    if not pair or not isinstance(answer[0], tuple | list):
        wrong(f"a shape and a number are asked, as in ((2, 3, 4), 5); got {answer!r}.")
    elif (shape := tuple(answer[0])) != (13, 176, 768):
        wrong(SHAPES.get(shape, f"{shape}: the axis of tokens, and only it, grows."))
    elif answer[1] == tokens:
        right(f"one more along the axis of tokens; {rows} · {columns} + 1 = {tokens}.")
    elif answer[1] == tokens - 1:
        wrong(f"the shape is right; {tokens - 1} patches, and the class token?")
    elif answer[1] == 197:
        wrong("the shape is right; 197 tokens are those of 224 × 224 pixels.")
    elif answer[1] == rows + 1:
        wrong("the shape is right; 24 patches is one side of the square.")
    else:
        wrong(f"the shape is right; not {answer[1]!r}: 384 / 16 patches a side.")


def longer(batch: int) -> dict[tuple[int, ...], str]:
    """Shapes of sequences (batch, 7, 4) that were lengthened wrongly, and why."""
    return {
        (1, 3 + batch * 7, 4): "each sequence keeps its own tokens",
        (batch + 1, 7, 4): "that joins along the batch; tokens lie on axis 1",
        (batch, 7 + 1, 4): "all 3 registers are wanted, not one",
        (batch, 7 + 3 * batch, 4): "copies belong along the batch, by axis 0",
        (batch, 7, 4): "nothing was put in front",
        (1, 10, 4): "that is the first sequence alone",
    }


def check_registers(with_registers: Callable[[Tensor, Tensor], Tensor]) -> None:
    """A function that puts several learned tokens (1, R, D) before (B, N, D)."""
    for batch in (1, 5):
        tokens = torch.arange(batch * 7 * 4.0).reshape(batch, 7, 4)
        registers = torch.arange(-12.0, 0).reshape(1, 3, 4).requires_grad_()
        hint = f" Is there one set of registers for each of {batch} sequences?"
        result = called(with_registers, tokens, registers, hint=hint)
        result = shaped(result, (batch, 10, 4), longer(batch))
        if result is None or not in_front(result, tokens, registers):
            return
        if not result.requires_grad:
            return wrong("training cannot reach these copies: leave detach away.")
        result.sum().backward()
        if registers.grad is None or not bool((registers.grad == batch).all()):
            return wrong("training must reach the registers from every picture.")
    right("the same two lines as for one, and all pictures train the three.")


def in_front(result: Tensor, tokens: Tensor, registers: Tensor) -> bool:
    """Whether every sequence stands behind the same registers; else say what is not."""
    count = registers.shape[1]
    wide = registers.expand(len(tokens), -1, -1)  # (B, R, D)
    if torch.equal(result, torch.cat([wide, tokens], dim=1)):
        return True
    if torch.equal(result, torch.cat([tokens, wide], dim=1)):
        wrong("they stand at the end; here they go in front.")
    elif not torch.equal(result[:, count:], tokens):
        wrong("the tokens behind the registers are not those that came in.")
    elif torch.equal(result[:, :count], registers[:, :1].expand_as(wide)):
        wrong("the first register stands there three times; each is a row of its own.")
    else:
        wrong("in front do not stand the registers' own numbers, in their order.")
    return False


def check_pooled(pooled: Callable[[Tensor], Tensor]) -> None:
    """A function that takes the mean of the patches' rows of (B, N + 1, D)."""
    rows = torch.randn(3, 6, 4, generator=torch.Generator().manual_seed(0))
    result = shaped(called(pooled, rows.clone()), (3, 4), MEANS)
    if result is None:
        return
    patches = rows[:, 1:]
    others = {
        "the class row is averaged along; leave row 0 out.": rows.mean(dim=1),
        "that is the sum; the mean is a fifth of it here.": patches.sum(dim=1),
        "that is the sum of all rows; the mean of the patches' is asked.": rows.sum(1),
        "the sum is right, but it was divided by N + 1.": patches.sum(dim=1) / 6,
        "the last row is left out; the class row is the first.": rows[:, :-1].mean(1),
        "that is the class row itself.": rows[:, 0],
        "that is the greatest number of each column.": patches.amax(dim=1),
    }
    if torch.allclose(result, patches.mean(dim=1), atol=1e-5):
        return right("N rows, their mean, and the class row is left out.")
    for words, other in others.items():
        if torch.allclose(result, other, atol=1e-5):
            return wrong(words)
    wrong("right shape, other numbers: average rows 1, 2, … N of each picture.")


def class_rows(model: ViT, images: Tensor) -> Tensor:
    """The class row before the first layer and after each: (L + 1, B, D)."""
    x = model.embed(images)  # (B, N+1, D)
    rows = [x[:, 0]]
    for block in model.blocks:
        x = block(x)
        rows.append(x[:, 0])
    return torch.stack(rows)


def small_model() -> tuple[ViT, Tensor]:
    """A ViT of random weights, too small to wait for, and two images (2, 1, 8, 8)."""
    generator = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        model = ViT(**SMALL, embed_dim=8, depth=3, num_heads=2).eval()
    for weight in model.parameters():
        weight.data = torch.randn(weight.shape, generator=generator)
    return model, torch.rand(2, 1, 8, 8, generator=generator)


def check_apart(apart: Callable[[ViT, Tensor, Tensor], Sequence[float]]) -> None:
    """A function (model, image, image) → distances of the class rows, L + 1 of them."""
    model, images = small_model()
    result = called(apart, model, *images)
    if result is None:
        return
    try:
        found = torch.stack([torch.as_tensor(each).detach() for each in result]).float()
    except (TypeError, ValueError, RuntimeError):
        return wrong(f"a list of numbers is asked; got {type(result).__name__}.")
    with torch.no_grad():
        rows = class_rows(model, images)  # (4, 2, 8)
        difference = rows[:, 0] - rows[:, 1]  # (4, 8)
    expected = difference.norm(dim=1)  # (4,)
    if found.ndim != 1:
        wrong(f"one number a layer is asked; got the shape {tuple(found.shape)}.")
    elif found.shape == expected.shape and torch.allclose(found, expected, 1e-3, 1e-4):
        right("from 0, where the rows are one and the same, to as far as they get.")
    else:
        wrong(apart_hint(found, difference, expected))


def apart_hint(found: Tensor, difference: Tensor, expected: Tensor) -> str:
    """What is wrong with distances (…,) that should be ``expected``, (L + 1,)."""
    others = {
        "these are squares; the distance is the square root.": expected**2,
        "these are sums of sizes; square, add, then the root.": difference.abs().sum(1),
        "these are means, not square roots of sums.": (difference**2).mean(1),
    }
    if len(found) == len(expected) - 1:
        return f"{len(found)} numbers; one is wanted before the first layer too."
    if len(found) != len(expected):
        layers = len(expected) - 1
        return f"{len(found)} numbers; {layers} layers and the start make {layers + 1}."
    for words, other in others.items():
        if torch.allclose(found, other, 1e-3, 1e-4):
            return words
    if found[0] > 1e-4:
        return "before the first layer both class rows are equal; is row 0 compared?"
    place = int((~torch.isclose(found, expected, 1e-3, 1e-4)).nonzero()[0])
    numbers = f"{found[place]:.3f}, not {expected[place]:.3f}"
    return f"after layer {place} of a small model: {numbers}."
