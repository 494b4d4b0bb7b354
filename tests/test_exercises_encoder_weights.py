"""What chapter 7's checks say of counted weights and of a block that does nothing."""

import copy

import torch
from torch import nn

from tests.exercise_words import said_to
from vitlib.encoder import EncoderBlock, ViTConfig
from vitlib.show.exercises import encoder as exercises


def counted(dim, ratio, depth=1):
    """Counted in a block that is built."""
    made = EncoderBlock(ViTConfig(embed_dim=dim, mlp_ratio=ratio, num_heads=1))
    return depth * sum(weight.numel() for weight in made.parameters())


def formula(d, r, norms=4, qkv=3, biases=1):
    """The same by formula, or with something left out."""
    m = round(d * r)
    matrices = (qkv + 1) * d * d + 2 * d * m
    return matrices + biases * ((qkv + 2) * d + m) + norms * d


def count(number, words):
    """What is said of another number for the first block that is counted."""
    return f"✗ {number} for (768, 4), not 7,087,872: {words}"


COUNTS = [
    (lambda *_: None, "… no answer yet"),
    (counted, "✓ 12 D² in matrices where M = 4 D"),
    (formula, "✓ 12 D²"),
    (lambda d, r: torch.tensor(formula(d, r)), "✓ 12 D²"),
    (lambda d, r: formula(d, r, norms=0), count("7,084,800", "each norm has γ and β")),
    (lambda d, r: formula(d, r, norms=2), count("7,086,336", "two norms")),
    (
        lambda d, r: formula(d, r, biases=0),
        count("7,080,960", "each of the four linear"),
    ),
    (lambda d, r: formula(d, r, 0, 3, 0), count("7,077,888", "biases and norms")),
    (lambda d, r: formula(d, r, qkv=1), count("5,906,688", "q, k and v are")),
    (lambda d, r: formula(d, r, qkv=2), count("6,497,280", "proj")),
    (lambda d, r: formula(d, 4), "✗ 7,087,872 for (768, 1.5), not 4,136,832: the MLP"),
    (lambda d, r: counted(d, r, 12), count("85,054,464", "that is 12 blocks")),
    (lambda d, r: 2 * d * d * r, count("4,718,592", "qkv, proj, fc1")),
    (lambda d, r: float("nan"), "✗ nan for (768, 4)"),
    (lambda d, r: [d, r], "✗ shape (2,) where () is asked"),
    (lambda d, r: "7 million", "✗ numbers of shape () are asked; got str"),
    (lambda d: d, "✗ the function stopped with TypeError"),
]


def zeroed(*names, copied=False):
    """A function that zeroes a block's tensors of these names."""

    def as_identity(block):
        block = copy.deepcopy(block) if copied else block
        for name in names:
            nn.init.zeros_(block.get_parameter(name))
        return block

    return as_identity


def without_return(block):
    """The right weights, in place."""
    zeroed(*NAMES)(block)


def replaced(block):
    """Another forward instead of other weights."""
    block.forward = lambda x: x
    return block


def with_gradient(block):
    """In-place on weights that autograd watches."""
    block.attn.proj.weight.mul_(0)


NAMES = sorted(exercises.LAST)


IDENTITIES = [
    (lambda block: None, "… no answer yet"),
    (lambda block: block, "… no answer yet"),
    (zeroed(*NAMES), "✓ both branches add 0"),
    (zeroed(*NAMES, copied=True), "✓ both branches add 0"),
    (without_return, "✓ both branches add 0"),
    (zeroed(*NAMES, "mlp.fc1.weight"), "✗ it is the identity, and mlp.fc1.weight"),
    (zeroed(*NAMES, "norm1.bias"), "✗ it is the identity, and norm1.bias need not"),
    (zeroed("attn.proj.weight", "mlp.fc2.weight"), "✗ off by up to"),
    (zeroed("attn.proj.weight", "attn.proj.bias"), "✗ off by up to"),
    (zeroed(*NAMES[1:]), "✗ off by up to … attn.proj.bias is not 0 and still adds"),
    (zeroed("norm1.weight", "norm2.weight"), "✗ norm1.weight changed: a norm of"),
    (replaced, "✗ the weights are as they were"),
    (with_gradient, "✗ the function stopped with RuntimeError"),
    (lambda block: nn.Identity(), "✗ the block is asked, its weights changed; got"),
    (lambda block: block.mlp, "✗ the block is asked"),
    (lambda block: "identity", "✗ the block is asked"),
    (lambda: None, "✗ the function stopped with TypeError"),
]
test_what_a_check_says = said_to(
    {exercises.check_block_parameters: COUNTS, exercises.check_identity: IDENTITIES},
    drawing=[exercises.check_block_parameters],
)
