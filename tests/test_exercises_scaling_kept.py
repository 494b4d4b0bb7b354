"""What chapter 12's checks say of blocks computed twice, and of scores in float16."""

from contextlib import contextmanager, nullcontext
from functools import partial

import torch
from torch.utils.checkpoint import checkpoint

from tests.exercise_words import said_to
from vitlib.attention import scaled_dot_product_attention
from vitlib.scaling import recomputed
from vitlib.show.exercises import scaling as exercises


def twice(chosen=slice(None, None, 2), restored="always", use_reentrant=False, **more):
    """A context manager that lets some blocks be computed twice."""
    again = partial(checkpoint, use_reentrant=use_reentrant, **more)

    @contextmanager
    def half(model):
        blocks = model.blocks[chosen]
        for block in blocks:
            block.forward = partial(again, block.forward)
        if restored == "always":
            try:
                yield
            finally:
                for block in blocks:
                    del block.forward
        else:
            yield
            if restored == "afterwards":
                for block in blocks:
                    del block.forward

    return half


HALVES = [
    (lambda model: None, "… no answer yet"),
    (twice(), "✓ 2 of 4 blocks twice"),
    (twice(slice(2)), "✓ 2 of 4 blocks"),
    (twice(use_reentrant=True), "✓ 2 of 4 blocks"),
    (twice(slice(1, None, 2)), "✓ 2 of 4 blocks"),
    (recomputed, "✗ 4 of 4 blocks are computed twice; half of them, 2, are asked"),
    (lambda model: nullcontext(), "✗ 0 of 4 blocks"),
    (twice(slice(3)), "✗ 3 of 4 blocks"),
    (twice(preserve_rng_state=False), "✗ the gradient is another one: the second"),
    (twice(restored="never"), "✗ after, blocks are still computed twice: del block"),
    (twice(restored="afterwards"), "✗ after an error, blocks are still computed twi"),
    (lambda model: 3, "✗ the function stopped with TypeError"),
    (lambda: 3, "✗ the function stopped with TypeError"),
]


def weights(change):
    """Attention's weights, made in some way from q, k and √d."""
    return lambda q, k: change(q, k, q.shape[-1] ** 0.5)


WEIGHTS = [
    (lambda *_: None, "… no answer yet"),
    (weights(lambda q, k, root: (q / root @ k.mT).softmax(-1)), "✓ scaled first"),
    (weights(lambda q, k, root: (q @ (k / root).mT).softmax(-1)), "✓ scaled first"),
    (
        weights(lambda q, k, root: (q.float() @ k.float().mT / root).softmax(-1)),
        "✓ scaled first",
    ),
    (lambda q, k: scaled_dot_product_attention(q, k, k)[1], "✓ scaled first"),
    (
        weights(lambda q, k, root: (q @ k.mT / root).softmax(-1)),
        "✗ 9 of 9 weights are nan: a product of 64 × 40 × 40 is beyond 65,504",
    ),
    (weights(lambda q, k, _: (q @ k.mT).softmax(-1)), "✗ the scores are not divided"),
    (
        weights(lambda q, k, root: (q / root**2 @ k.mT).softmax(-1)),
        "✗ divided by d; the divisor is its root",
    ),
    (
        weights(lambda q, k, root: (q / root @ k.mT / root).softmax(-1)),
        "✗ divided by d; the divisor is its root",
    ),
    (weights(lambda q, k, root: q / root @ k.mT), "✗ softmax is missing"),
    (weights(lambda q, k, root: (q / root @ k.mT).softmax(0)), "✗ softmax ran over t"),
    (weights(lambda q, k, root: (k / root @ q.mT).softmax(-1)), "✗ q and k have cha"),
    (
        weights(
            lambda q, k, root: ((q @ k.mT).clamp(-65_504, 65_504) / root).softmax(-1)
        ),
        "✗ clamped, all large scores become the same",
    ),
    (weights(lambda q, k, _: torch.eye(3)), "✗ off by up to "),
    (weights(lambda q, k, _: q), "✗ shape (3, 64) where (3, 3) is asked"),
    (weights(lambda q, k, _: 1), "✗ a tensor is asked, got int"),
    (lambda q: q, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_half_recomputed: HALVES, exercises.check_safe_weights: WEIGHTS}
)
