"""Chapter 7. Checks of the exercises."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from vitlib.cost import parameters as of_model
from vitlib.encoder import EncoderBlock, ViTConfig
from vitlib.show.exercises import called, numbers, right, shaped, unanswered, wrong
from vitlib.show.exercises.encoder_mistakes import in_blocks, in_counts, in_norms

Part = Callable[[Tensor], Tensor]
TINY = ViTConfig(image_size=8, patch_size=4, embed_dim=12, num_heads=3)
LAST = {
    f"{part}.{kind}" for part in ("attn.proj", "mlp.fc2") for kind in ("weight", "bias")
}


def near(one: Tensor, other: Tensor) -> bool:
    """Whether all numbers agree, rounding apart."""
    return torch.allclose(one, other, rtol=1e-4, atol=1e-5)


def tokens(*shape: int) -> Tensor:
    """The same random numbers each time; their mean is not 0."""
    drawn = torch.Generator().manual_seed(7)
    return 2 * torch.randn(shape, generator=drawn) + 1


def sample_block() -> EncoderBlock:
    """A small block in which no weight is 0 or 1; no other random draw changes."""
    with torch.random.fork_rng(devices=[]):
        block = EncoderBlock(TINY)
    drawn = torch.Generator().manual_seed(7)
    for weight in block.parameters():
        weight.data = 0.4 * torch.randn(weight.shape, generator=drawn)
    return block.eval()


def unchanged(x: Tensor, before: Tensor) -> bool:
    """Whether a function left its input as it was; if not, say what that does."""
    if torch.equal(x, before):
        return True
    wrong("x itself was changed, and whoever called still needs it: x = x + …")
    return False


def check_norm(norm: Callable[[Tensor], Tensor]) -> None:
    """A function that norms each token of (…, D), without γ and β, eps 1e-6."""
    level = torch.full((1, 2, 4), 3.0)
    for x in (tokens(2, 5, 4), tokens(2, 5, 4) / 1000, level, tokens(4)):
        given = x.clone()
        result = shaped(called(norm, given), tuple(x.shape))
        if result is None or not unchanged(given, x):
            return
        if near(result, nn.functional.layer_norm(x, x.shape[-1:], eps=1e-6)):
            continue
        for words, other in in_norms(x).items():
            if torch.allclose(result, other, 1e-4, 1e-5, equal_nan=True):
                return wrong(words)
        token = result.reshape(-1, 4)[0]
        got = f"mean {token.mean():.3g}, deviation {token.std(correction=0):.3g}"
        return wrong(f"the first token of {tuple(x.shape)} now has {got}.")
    right("mean 0 and deviation 1 in each token, whatever stands beside it.")


@torch.no_grad()
def check_block(block: Callable[[Tensor, Part, Part, Part, Part], Tensor]) -> None:
    """A function (x, norm1, attention, norm2, mlp) → what the block hands on."""
    sample, x = sample_block(), tokens(2, 5, 12)
    parts, given = (sample.norm1, sample.attn, sample.norm2, sample.mlp), x.clone()
    result = shaped(called(block, given, *parts), (2, 5, 12))
    if result is None:
        return
    if near(result, sample(x)):
        if unchanged(given, x):
            right("two branches, each after a norm of its own, each added once.")
        return
    for words, other in in_blocks(x, *parts).items():
        if near(result, other):
            return wrong(words)
    if unchanged(given, x):
        far = (result - sample(x)).abs().max()
        wrong(f"off by up to {far:.2g}; two lines of the form x = x + …(norm(x)).")


def in_one_block(dim: int, mlp_ratio: float) -> int:
    """By how many numbers a model of two blocks is larger than one of one."""
    sizes = {"embed_dim": dim, "mlp_ratio": mlp_ratio}
    one, two = (sum(of_model(ViTConfig(**sizes, depth=n)).values()) for n in (1, 2))
    return two - one


def check_block_parameters(parameters: Callable[[int, float], int]) -> None:
    """A function (dim, mlp_ratio) → the number of weights in one block."""
    for dim, mlp_ratio in ((768, 4.0), (768, 1.5), (48, 2.0)):
        found = numbers(called(parameters, dim, mlp_ratio), ())
        if found is None:
            return
        total = in_one_block(dim, mlp_ratio)
        if found == total:
            continue
        hidden = round(dim * mlp_ratio)
        slips = in_counts(dim, hidden, total)
        hint = slips.get(found.item(), "qkv, proj, fc1, fc2 and two norms.")
        case = f"({dim}, {mlp_ratio:g})"
        return wrong(f"{found.item():,.0f} for {case}, not {total:,}: {hint}")
    right("12 D² in matrices where M = 4 D, two thirds of it in the MLP.")


def check_identity(as_identity: Callable[[EncoderBlock], EncoderBlock]) -> None:
    """A function that zeroes four tensors of a block, which is then the identity."""
    block = sample_block()
    before = {name: weight.clone() for name, weight in block.state_dict().items()}
    hint = " Write into weights with nn.init.zeros_, or inside torch.no_grad()."
    result = called(partial(or_itself, as_identity), block, hint=hint)
    if result is None:
        return
    after = result.state_dict() if isinstance(result, nn.Module) else {}
    if after.keys() != before.keys():
        got = type(result).__name__
        return wrong(f"the block is asked, its weights changed; got {got}.")
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    if not changed and "forward" not in vars(result):
        unanswered(None)
        return
    x = tokens(3, 5, 12)
    with torch.no_grad():
        far = (result(x) - x).abs().max().item()
    if changed == LAST and far == 0:
        right("both branches add 0, so the stream passes: out and in differ by 0.")
    else:
        wrong(identity_hint(changed, after, far))


def or_itself(as_identity: Callable, block: EncoderBlock) -> object:
    """What the function returns; the block that it has changed if that is nothing."""
    result = as_identity(block)
    return block if result is None else result


def identity_hint(changed: set[str], after: dict[str, Tensor], far: float) -> str:
    """What is wrong with a block by which weights changed, and by how far it is off."""
    left = [name for name in sorted(LAST) if after[name].any()]
    more = sorted(changed - LAST)
    if not changed:
        return "the weights are as they were: change them, and leave forward alone."
    if far == 0 and more:
        return f"it is the identity, and {more[0]} need not change for that."
    if any("norm" in name for name in more):
        return f"{more[0]} changed: a norm of zeros still hands biases on."
    if left:
        return (
            f"off by up to {far:.2g}: {left[0]} is not 0 and still adds to the stream."
        )
    return f"off by up to {far:.2g}: four tensors are to be 0, the others as they were."
