"""What a model tells without being opened: images go in, logits come out."""

import copy

import torch
from torch import Tensor

from vitlib.mistakes.collection import drawn
from vitlib.mistakes.subject import FAILS, Subject, logits_of, training
from vitlib.patches import patchify, unpatchify

Seen = tuple[bool, str]  # whether all is well, and what was seen
HALF = {torch.bfloat16: 0.3, torch.float16: 0.05}  # of the largest logit, at most


def numbers_of_images(s: Subject) -> Seen:
    """One image, or one fewer than before."""
    images = s.images()
    for count in (1, s.batch - 1):
        try:
            with torch.no_grad():
                shape = tuple(s.answer(images[:count]).shape)
        except FAILS as error:
            said = str(error).partition("\n")[0]
            return False, f"takes {s.batch} images, fails on {count}: {said}"
        if shape[:1] != (count,) or len(shape) != 2:
            return False, f"logits of {count} images have shape {shape}"
    return True, "any number of images"


def place_in_the_batch(s: Subject) -> Seen:
    """One image in all places."""
    logits = s.logits(s.images()[:1].expand(s.batch, -1, -1, -1))
    far = (logits - logits[:1]).abs().max().item()
    if s.same(logits, logits[:1].expand_as(logits)):
        return True, "the same logits at each place of a batch"
    return False, f"the same image at other places of the batch: off by {far:.2g}"


def images_apart(s: Subject) -> Seen:
    """An image among others, at rest and in training."""
    images, others = s.images(), s.images(seed=1)
    others[0] = images[0]
    if not s.same(s.logits(images)[0], s.logits(others)[0]):
        return False, "an image's logits change with the other images of its batch"
    with training(s):
        alone = s.same(s.logits(images)[0], s.logits(others)[0])
    if not alone:
        return False, "in training, logits change with the other images of the batch"
    return True, "no image hears of another"


def twice_the_same(s: Subject) -> Seen:
    """The same question twice."""
    with torch.no_grad():
        one, two = (logits_of(s.model(s.images())) for _ in range(2))
    if s.same(one, two):
        return True, "the same answer twice"
    far = (one - two).abs().max().item()
    return False, f"the same images twice, after eval(): off by {far:.2g}"


def images_kept(s: Subject) -> Seen:
    """What was given is still there."""
    images = s.images()
    s.logits(images)
    kept = torch.equal(images, s.images())
    return kept, "images stay as they were" if kept else "the images are overwritten"


def in_other_orders(s: Subject, order: Tensor) -> Tensor:
    """The first image with its patches in another order, one copy for each order."""
    rows = patchify(s.images()[:1], s.patch_size)[0]  # (N, C·P²)
    return unpatchify(rows[order], s.patch_size, s.image_size)


def positions(s: Subject) -> Seen:
    """Patches in another order, all of them, and two neighbours each time."""
    count, image = s.grid[0] * s.grid[1], s.images()[:1]
    if count == 1:
        return True, "one patch needs no position"
    orders = torch.arange(count).repeat(s.batch * -(-min(count, 64) // s.batch), 1)
    orders[0] = orders[0].flip(0)
    first = torch.linspace(0, count - 2, len(orders) - 1).long()
    for order, i in zip(orders[1:], first, strict=True):
        order[i : i + 2] = order[i : i + 2].flip(0)
    right = s.logits(image.expand(s.batch, -1, -1, -1))[:1]
    moved = (
        (s.logits(in_other_orders(s, orders)) - right).abs().amax(dim=1)
    )  # (orders,)
    least = s.exact * right.abs().max().item()
    if moved[0] <= least:
        return False, "patches in another order, the same logits"
    if moved.min() <= least:
        i = first[moved[1:].argmin()].item()
        return False, f"patches {i + 1} and {i + 2} changed places, the same logits"
    share = (moved[0] / s.logits(s.images()).std(dim=0).mean()).item()
    return True, f"patches in another order move logits by {share:.1g} of their spread"


def every_pixel(s: Subject) -> Seen:
    """The gradient of the logits, pixel by pixel."""
    images = s.images().requires_grad_()
    logits = s.answer(images)
    (gradient,) = torch.autograd.grad((logits * drawn(*logits.shape)).sum(), images)
    if not gradient.isfinite().all():
        return False, "the gradient is not finite"
    idle = (gradient == 0).all(dim=0).all(dim=0)  # (H, W)
    if not idle.any():
        return True, "every pixel counts"
    words = f"{idle.sum()} of {idle.numel()} pixels change nothing"
    for name, dim in (("rows", 1), ("columns", 0)):
        lines = idle.all(dim=dim).nonzero().flatten().tolist()
        words += f"; {name} {lines[0]} to {lines[-1]}" if lines else ""
    return False, words


def every_parameter(s: Subject) -> Seen:
    """The gradient of the logits, parameter by parameter."""
    weights = {n: p for n, p in s.model.named_parameters() if p.requires_grad}
    if not weights:
        return False, "there is no parameter to learn"
    logits = s.answer(s.images())
    total = (logits * drawn(*logits.shape)).sum()
    found = torch.autograd.grad(total, list(weights.values()), allow_unused=True)
    for name, gradient in zip(weights, found, strict=True):
        if gradient is None:
            return False, f"{name} is never used"
        if not gradient.isfinite().all():
            return False, f"the gradient of {name} is not finite"
        if weights[name].ndim > 1 and not gradient.any():
            return False, f"the gradient of {name} is zero"
    return True, "every parameter learns"


def logits_not_shares(s: Subject) -> Seen:
    """Numbers of any sign and sum."""
    logits = s.logits(torch.cat([s.images(), 10 * s.images(seed=1)]))
    if not logits.isfinite().all():
        return False, "logits are not finite"
    one = torch.ones_like(logits[:, 0])
    if logits.shape[1] > 1 and logits.min() >= 0 and s.same(logits.sum(dim=1), one):
        return False, "each row sums to 1 and none is below 0: shares, not logits"
    if logits.shape[1] > 2 and logits.min() >= 0:
        return False, "no logit is below 0"
    return True, "logits, not shares"


def other_size(s: Subject) -> Seen:
    """An image that patches do not divide is refused, or counts to its last row."""
    height, width = s.image_size[0] + 1, s.image_size[1] + 1
    if 1 in s.patch_size:
        return True, "patches of 1 pixel fit any image"
    images = drawn(s.batch, s.in_chans, height, width).to(s.dtype).requires_grad_()
    try:
        (gradient,) = torch.autograd.grad(s.answer(images).sum(), images)
    except Exception:  # whatever it raises, it refuses
        return True, f"refuses images of {height} × {width}"
    if gradient[..., -1, :].any() and gradient[..., :, -1].any():
        return True, f"uses all of an image of {height} × {width}"
    return False, f"takes {height} × {width} pixels, and leaves out the last ones"


def fewer_bits(s: Subject) -> Seen:
    """The same logits, nearly, in bfloat16 and float16."""
    right, worst = s.logits(s.images()), ""
    for dtype, most in HALF.items():
        model = copy.deepcopy(s.model).to(dtype)
        name = str(dtype).removeprefix("torch.")
        try:
            with torch.no_grad():
                found = logits_of(model(s.images().to(dtype))).to(s.dtype)
        except (RuntimeError, TypeError) as error:
            if "not implemented" in str(error):  # by this machine
                continue
            return False, f"fails in {name}: {str(error).partition(chr(10))[0]}"
        if not found.isfinite().all():
            return False, f"in {name} logits are not finite"
        share = ((found - right).abs().max() / right.abs().max()).item()
        worst += f", {name} {share:.1g}" if share <= most else ""
        if share > most:
            return False, f"in {name} off by {share:.0%} of the largest logit"
    return True, f"off by so much of the largest logit{worst}"
