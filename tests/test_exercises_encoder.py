"""What chapter 7's checks say to answers that are right, wrong, or not yet there."""

from torch import nn

from tests.exercise_words import said_to
from vitlib.show.exercises import encoder as exercises


def norm(x, axis=-1, correction=0, eps=1e-6):
    """Each token's numbers minus their mean, divided by their deviation."""
    mean = x.mean(axis, keepdim=True)
    variance = x.var(axis, correction=correction, keepdim=True)
    return (x - mean) / (variance + eps) ** 0.5


def outside(x):
    """The millionth added to the deviation."""
    mean, deviation = x.mean(-1, True), x.std(-1, correction=0, keepdim=True)
    return (x - mean) / (deviation + 1e-6)


def in_place(x):
    """The right numbers, written over those that were given."""
    return x.copy_(norm(x))


NORMED = [
    (lambda x: None, "… no answer yet"),
    (norm, "✓ mean 0 and deviation 1"),
    (lambda x: nn.LayerNorm(x.shape[-1], 1e-6)(x), "✓ mean 0"),
    (lambda x: norm(x.double()), "✓ mean 0"),
    (in_place, "✗ x itself was changed"),
    (lambda x: x, "✗ nothing was changed"),
    (lambda x: x - x.mean(-1, keepdim=True), "✗ the mean is gone; now divide"),
    (lambda x: (x - x.mean(-1, True)) / (x.var(-1, False, True) + 1e-6), "✗ divide"),
    (lambda x: norm(x, correction=1), "✗ this deviation divides by D − 1"),
    (outside, "✗ eps stands outside the root"),
    (lambda x: norm(x, eps=0), "✗ eps is missing"),
    (lambda x: norm(x, eps=1e-5), "✗ eps is 1e-5"),
    (lambda x: x / (x.var(-1, False, True) + 1e-6) ** 0.5, "✗ the mean is still in"),
    (lambda x: x / (x.square().mean(-1, True) + 1e-6) ** 0.5, "✗ that is RMSNorm"),
    (lambda x: norm(x, 0), "✗ that is over the batch"),
    (lambda x: norm(x, 1), "✗ that is over the tokens"),
    (lambda x: norm(x, (0, 1)), "✗ that is over batch and tokens"),
    (lambda x: norm(x, (1, 2)), "✗ that is one mean for all tokens"),
    (lambda x: norm(x, (0, 1, 2)), "✗ that is one mean for all there is"),
    (lambda x: 2 * norm(x), "✗ the first token of (2, 5, 4) now has mean"),
    (lambda x: norm(x).mean(-1), "✗ shape (2, 5) where (2, 5, 4) is asked"),
    (lambda x: norm(x[:, :, None]), "✗ shape (2, 5, 1, 4) where"),
    (lambda x, y: x, "✗ the function stopped with TypeError"),
    (lambda x: "done", "✗ a tensor is asked, got str"),
    (lambda x: x * float("nan"), "✗ the first token of (2, 5, 4) now has mean nan"),
]


def block(x, norm1, attention, norm2, mlp):
    """The paper's two equations."""
    x = x + attention(norm1(x))
    return x + mlp(norm2(x))


def over_input(x, norm1, attention, norm2, mlp):
    """The same, written over what was given."""
    x += attention(norm1(x))
    x += mlp(norm2(x))
    return x


def post(x, n, a, m, f):
    """Norms after adding."""
    x = n(x + a(x))
    return m(x + f(x))


def on_stream(x, n, a, m, f):
    """Norms on the stream itself."""
    x = n(x)
    x = m(x + a(x))
    return x + f(x)


def mlp_first(x, n, a, m, f):
    """The MLP before attention."""
    x = x + f(m(x))
    return x + a(n(x))


def branch_norms(x, n, a, m, f):
    """Norms on what the branches hand back."""
    x = x + n(a(x))
    return x + m(f(x))


def bare(x):
    """No norm at all."""
    return x


BLOCKS = [
    (lambda *_: None, "… no answer yet"),
    (block, "✓ two branches, each after a norm of its own"),
    (over_input, "✗ x itself was changed"),
    (post, "✗ that is post-norm"),
    (on_stream, "✗ the norms stand on the stream"),
    (branch_norms, "✗ the norms stand after the branches"),
    (mlp_first, "✗ the MLP comes first here"),
    (lambda x, n, a, m, f: f(m(a(n(x)))), "✗ nothing is added to x"),
    (lambda x, n, a, m, f: (z := a(n(x))) + f(m(z)), "✗ attention's result replaces"),
    (lambda x, n, a, m, f: f(m(x + a(n(x)))), "✗ the MLP's result replaces x"),
    (lambda x, n, a, m, f: x + a(n(x)), "✗ the MLP's branch is missing"),
    (lambda x, n, a, m, f: x + f(m(x)), "✗ attention's branch is missing"),
    (lambda x, n, a, m, f: x + a(n(x)) + f(m(x)), "✗ the MLP reads x from before"),
    (lambda x, n, a, m, f: x + f(m(x + a(n(x)))), "✗ the MLP's result goes to"),
    (lambda x, n, a, m, f: block(x, n, a, n, f), "✗ norm1 is used twice"),
    (lambda x, n, a, m, f: block(x, m, a, m, f), "✗ norm2 is used twice"),
    (lambda x, n, a, m, f: block(x, m, a, n, f), "✗ the norms have changed places"),
    (lambda x, n, a, m, f: block(x, bare, a, bare, f), "✗ the norms are missing"),
    (lambda x, n, a, m, f: block(x, bare, a, m, f), "✗ norm1 is missing"),
    (lambda x, n, a, m, f: block(x, n, a, bare, f), "✗ norm2 is missing"),
    (lambda x, *_: x, "✗ x goes through as it came"),
    (lambda x, *parts: 2 * block(x, *parts), "✗ off by up to"),
    (lambda x, *parts: block(x, *parts)[:, :1], "✗ shape (2, 1, 12) where"),
    (lambda x, n: x, "✗ the function stopped with TypeError"),
    (lambda *_: 3, "✗ a tensor is asked, got int"),
    (lambda x, *_: x.zero_(), "✗ x itself was changed"),
]
test_what_a_check_says = said_to(
    {exercises.check_norm: NORMED, exercises.check_block: BLOCKS}
)
