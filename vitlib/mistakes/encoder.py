"""Chapter 7's mistakes: blocks around one residual stream."""

import torch
from torch import Tensor, nn

from vitlib.encoder import Encoder, EncoderBlock, ViTConfig
from vitlib.mistakes.collection import Chapter, Way, drawn, steady

CHAPTER = Chapter(7)
CONFIG = ViTConfig(embed_dim=8, num_heads=2, mlp_ratio=2.0)
X = drawn(2, 5, 8)


@steady()
def as_in_the_book(x: Tensor) -> Tensor:
    """A block, the same each time."""
    return EncoderBlock(CONFIG)(x)


def leaves_its_input(way: Way) -> bool:
    """The tokens are still there afterwards."""
    return way(x := X.clone()).isfinite().all() and torch.equal(x, X)


@CHAPTER.mistake(
    right=as_in_the_book,
    test=leaves_its_input,
    seen="whoever kept the tokens finds others; in training, backward stops",
    missed="without gradients, the result is right to the last bit",
)
@steady()
def added_in_place(x: Tensor) -> Tensor:
    """Wrong: overwrites the caller's tokens."""
    block = EncoderBlock(CONFIG)
    with torch.no_grad():
        x += block.attn(block.norm1(x))  # ✗
        return x + block.mlp(block.norm2(x))


def lets_the_stream_through(way: Way) -> bool:
    """A number added to all features comes out again: no norm sees it."""
    return torch.allclose(way(X + 1), way(X) + 1, atol=1e-4)


@CHAPTER.mistake(
    right=as_in_the_book,
    test=lets_the_stream_through,
    seen="deep models learn badly at usual rates; weights of a ViT give nonsense",
    missed="same shapes, same parameters; shallow ones train as well",
)
@steady()
def norm_after_adding(x: Tensor) -> Tensor:
    """Wrong in a ViT: post-norm."""
    block = EncoderBlock(CONFIG)
    x = block.norm1(x + block.attn(x))  # ✗
    return block.norm2(x + block.mlp(x))


@CHAPTER.mistake(
    right=as_in_the_book,
    test=lets_the_stream_through,
    seen="learns nothing: chance",
    missed="same shapes, same parameters",
)
@steady()
def nothing_added(x: Tensor) -> Tensor:
    """Wrong: each branch replaces what was there."""
    block = EncoderBlock(CONFIG)
    x = block.attn(block.norm1(x))  # ✗
    return block.mlp(block.norm2(x))


@CHAPTER.mistake(
    right=as_in_the_book,
    test=lets_the_stream_through,
    seen="weights of a ViT load, and give nonsense",
    missed="same shapes, same parameters, no error",
)
@steady()
def defaults_of_torch(x: Tensor) -> Tensor:
    """Wrong in a ViT: post-norm, ReLU, dropout, the batch second."""
    return nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0)(x)


def two_norms() -> nn.Module:
    """A block with a norm for each branch."""
    return EncoderBlock(CONFIG)


def has_its_parameters(way: Way) -> bool:
    """Weight and bias of two norms and of four layers."""
    return len(list(way().parameters())) == 2 * (2 + 4)


@CHAPTER.mistake(
    right=two_norms,
    test=has_its_parameters,
    seen="1,536 parameters a block are missing, of a base model",
    missed="same shapes, and it trains almost as well",
)
def one_norm_for_both() -> nn.Module:
    """Wrong: both branches read through the same γ and β."""
    block = EncoderBlock(CONFIG)
    block.norm2 = block.norm1  # ✗
    return block


def three_blocks() -> nn.Module:
    """Blocks with weights of their own."""
    return Encoder(EncoderBlock(CONFIG) for _ in range(3))


def has_three(way: Way) -> bool:
    """No block is another one."""
    return len({id(block) for block in way()}) == 3


@CHAPTER.mistake(
    right=three_blocks,
    test=has_three,
    seen="the parameters of one block in place of three",
    missed="same shapes, and it trains",
)
def one_block_thrice() -> nn.Module:
    """Wrong: a list of the same block."""
    return Encoder([EncoderBlock(CONFIG)] * 3)


def is_learned(way: Way) -> bool:
    """Three times the parameters of one block."""
    return len(list(way().parameters())) == 3 * len(list(two_norms().parameters()))


@CHAPTER.mistake(
    right=three_blocks,
    test=is_learned,
    seen="far too few parameters; blocks stay as they began",
    missed="it computes as it should; embedding and head learn what they can",
)
def blocks_in_a_list() -> nn.Module:
    """Wrong: PyTorch looks for parts in modules, not in Python's lists."""
    module = nn.Module()
    module.blocks = [EncoderBlock(CONFIG) for _ in range(3)]  # ✗
    return module
