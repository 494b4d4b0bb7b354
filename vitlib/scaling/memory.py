"""What autograd keeps between forward and backward, and how to keep less."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

from vitlib.cost import Sizes, activations
from vitlib.encoder import ViTConfig
from vitlib.model import ViT

OUTSIDE = ("patch_embed", "norm", "head")  # of the blocks


def kept(function: Callable[[], object]) -> int:
    """Bytes that autograd keeps of a call, until its gradient is asked for.

    Tensors that share memory count once; parameters, which are there anyway, do not.

    Raises: ValueError: tensors on the meta device, which have no memory to count.
    """
    storages = {}

    def keep(tensor: Tensor) -> Tensor:
        if tensor.is_meta:
            raise ValueError(
                "tensors on the meta device take no memory;"
                " vitlib.cost.activations tells what they would"
            )
        whole = tensor if tensor._base is None else tensor._base
        if not isinstance(whole, nn.Parameter):
            storage = tensor.untyped_storage()
            storages[storage.data_ptr()] = storage  # or its place is used anew
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        function()
    return sum(storage.nbytes() for storage in storages.values())


@contextmanager
def recomputed(model: ViT) -> Iterator[ViT]:
    """In ``with``: each block keeps its input alone, and is computed again in backward.

    The second time it draws the same random numbers, so loss and gradients are the
    same to the last bit, also with dropout. Costs one more forward pass.

    Raises: ValueError: something stands in place of a block's ``forward`` already.
    Source: T. Chen et al., *Training Deep Nets with Sublinear Memory Cost* (2016).
    """
    if any("forward" in vars(block) for block in model.blocks):
        raise ValueError(
            "a block's forward is replaced already, by recomputed or by"
            " someone else; one of them at a time"
        )
    try:
        for block in model.blocks:
            block.forward = partial(checkpoint, block.forward, use_reentrant=False)
        yield model
    finally:
        for block in model.blocks:
            del block.forward  # and the class's own is back


def recomputed_activations(config: ViTConfig) -> dict[str, int]:
    """Numbers kept for one image if each block is computed again in backward.

    Between forward and backward those are one row a token and block, "inputs", and
    what stands outside of the blocks. In backward the activations of "one block" at a
    time come back; what goes into it is there already.
    """
    s, whole = Sizes.of(config), activations(config)
    row = s.tokens * s.width  # numbers that go into a block
    return {
        "patch_embed": whole["patch_embed"],
        "inputs": s.depth * row,
        "one block": largest_block(config) - row,
        "norm": whole["norm"],
        "head": whole["head"],
    }


def largest_block(config: ViTConfig) -> int:
    """Numbers kept for one image by the block that keeps most, its input among them.

    Only the last one may keep fewer, of the class token's row alone.
    """
    one, two = map(in_blocks, (replace(config, depth=d) for d in (1, 2)))
    return one if config.depth == 1 else max(one, two - one)


def in_blocks(config: ViTConfig) -> int:
    """Numbers that all blocks together keep for one image."""
    parts = activations(config).items()
    return sum(count for part, count in parts if part not in OUTSIDE)
