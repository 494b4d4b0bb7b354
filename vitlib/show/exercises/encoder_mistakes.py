"""Chapter 7. What readers make instead of what is asked, by what went wrong."""

from collections.abc import Callable

from torch import Tensor

Part = Callable[[Tensor], Tensor]
EPS = 1e-6


def scaled(x: Tensor, axes: tuple[int, ...], correction: int = 0) -> Tensor:
    """``x`` minus its mean, divided by its deviation, over those of its axes."""
    mean = x.mean(axes, keepdim=True)
    variance = x.var(axes, correction=correction, keepdim=True)
    return (x - mean) / (variance + EPS).sqrt()


def in_norms(x: Tensor) -> dict[str, Tensor]:
    """Mistakes with a norm of tokens (…, D)."""
    centred = x - x.mean(-1, keepdim=True)
    variance = centred.square().mean(-1, keepdim=True)
    deviation, size = variance.sqrt(), x.square().mean(-1, keepdim=True)
    found = {
        "nothing was changed.": x,
        "the mean is gone; now divide by the deviation.": centred,
        "divide by the deviation, the root of the variance.": centred
        / (variance + EPS),
        "this deviation divides by D − 1; LayerNorm's divides by D.": scaled(
            x, (-1,), 1
        ),
        "eps stands outside the root: √(variance + eps).": centred / (deviation + EPS),
        "eps is missing: where all numbers are equal, 0 / 0.": centred / deviation,
        "eps is 1e-5, PyTorch's default; a ViT's is 1e-6.": centred
        / (variance + 1e-5).sqrt(),
        "the mean is still in it: subtract it before you divide.": x
        / (variance + EPS).sqrt(),
        "that is RMSNorm; here the mean goes first.": x / (size + EPS).sqrt(),
    }
    return found | (over_others(x) if x.ndim == 3 else {})


def over_others(x: Tensor) -> dict[str, Tensor]:
    """Norms of (B, N, D) over other axes than that of a token's own numbers."""
    return {
        "that is over the batch; a token's numbers lie on the last axis.": scaled(
            x, (0,)
        ),
        "that is over the tokens; a token's numbers lie on the last axis.": scaled(
            x, (1,)
        ),
        "that is over batch and tokens, as BatchNorm does; take the last axis.": scaled(
            x, (0, 1)
        ),
        "that is one mean for all tokens of a picture; each has its own.": scaled(
            x, (1, 2)
        ),
        "that is one mean for all there is; each token has its own.": scaled(
            x, (0, 1, 2)
        ),
    }


def in_blocks(
    x: Tensor, norm1: Part, attention: Part, norm2: Part, mlp: Part
) -> dict[str, Tensor]:
    """Mistakes with the block's two lines."""
    parts = (norm1, attention, norm2, mlp)
    return in_norms_of_blocks(x, *parts) | in_sums_of_blocks(x, *parts)


def in_norms_of_blocks(
    x: Tensor, norm1: Part, attention: Part, norm2: Part, mlp: Part
) -> dict[str, Tensor]:
    """Blocks whose norms stand elsewhere, or are missing."""

    def block(first: Part, second: Part) -> Tensor:
        return (z := x + attention(first(x))) + mlp(second(z))

    def none(z: Tensor) -> Tensor:
        return z

    post, on_stream = norm1(x + attention(x)), norm1(x) + attention(norm1(x))
    after = x + norm1(attention(x))
    return {
        "that is post-norm: here a norm stands before each branch.": norm2(
            post + mlp(post)
        ),
        "the norms stand on the stream; only the branches see them.": norm2(on_stream)
        + mlp(norm2(on_stream)),
        "norm1 is used twice; the second branch has norm2.": block(norm1, norm1),
        "norm2 is used twice; the first branch has norm1.": block(norm2, norm2),
        "the norms have changed places.": block(norm2, norm1),
        "the norms are missing.": block(none, none),
        "norm1 is missing.": block(none, norm2),
        "norm2 is missing.": block(norm1, none),
        "the norms stand after the branches, not before.": after + norm2(mlp(after)),
    }


def in_sums_of_blocks(
    x: Tensor, norm1: Part, attention: Part, norm2: Part, mlp: Part
) -> dict[str, Tensor]:
    """Blocks that add something else to the stream, or nothing."""
    alone = attention(norm1(x))
    middle, first = x + alone, x + mlp(norm2(x))
    return {
        "nothing is added to x: each branch is added to it.": mlp(norm2(alone)),
        "attention's result replaces x; it is added to it.": alone + mlp(norm2(alone)),
        "the MLP's result replaces x; it is added to it.": mlp(norm2(middle)),
        "the MLP's branch is missing.": middle,
        "attention's branch is missing.": first,
        "the MLP reads x from before attention; it reads the sum.": alone + first,
        "the MLP's result goes to the first x; attention's is lost.": x
        + mlp(norm2(middle)),
        "the MLP comes first here; attention does.": first + attention(norm1(first)),
        "x goes through as it came.": x,
    }


def in_counts(dim: int, hidden: int, total: int) -> dict[int, str]:
    """Mistakes with the number of a block's weights: what to say of each."""
    biases, norms = 5 * dim + hidden, 4 * dim
    mlp = 2 * dim * hidden + hidden + dim
    wide = (2 * dim + 1) * (4 * dim - hidden)
    return {
        total - norms: "each norm has γ and β of D numbers, and there are two.",
        total - norms // 2: "two norms, and each has γ and β: 4 D numbers.",
        total - biases: "each of the four linear layers has a bias.",
        total - biases - norms: "biases and norms are missing.",
        total - 3 * dim: "qkv has a bias too, of 3 D.",
        total - dim * dim - dim: "proj, attention's output projection, is missing.",
        total - dim * dim: "proj's matrix, D × D, is missing.",
        total - 2 * dim * dim - 2 * dim: "q, k and v are three matrices, not one.",
        total - mlp: "that is without the MLP.",
        mlp: "that is the MLP alone.",
        mlp + norms: "that is without attention.",
        total + wide: "the MLP's hidden layer has D · mlp_ratio numbers, not 4 D.",
        12 * total: "that is 12 blocks; one is asked.",
    }
