"""What a model's blocks tell, whatever they are called."""

from collections import Counter
from contextlib import ExitStack

import torch
from torch import Tensor, nn

from vitlib.mistakes.black_box import Seen
from vitlib.mistakes.blocks import blocks_of, calls
from vitlib.mistakes.collection import drawn
from vitlib.mistakes.subject import Subject
from vitlib.patches import patchify, unpatchify

NOTHING = True, "no blocks were found to look into"


def patches_are_tokens(s: Subject) -> Seen:
    """One patch is another: one row at the first block is another."""
    images = s.images()
    rows = patchify(images[:1], s.patch_size)  # (1, N, C·P²)
    count, batch = rows.shape[1], s.batch
    changed = rows.repeat(batch, 1, 1)
    which = torch.linspace(0, count - 1, batch).long()
    changed[torch.arange(batch), which] += 1
    whole = images[:1].expand(batch, -1, -1, -1)
    other = unpatchify(changed, s.patch_size, s.image_size)
    tables = [calls(s, x)[0] for x in (whole, other)]
    if not all(tables):
        return NOTHING
    one, other = (table[0].x for table in tables)
    if one.shape[0] != batch or one.shape[1] < count:
        return True, f"rows at the first block: {tuple(one.shape)}"
    moved = (one - other).abs().amax(dim=2) > s.exact * one.abs().max()  # (B, rows)
    for i, row in zip(which.tolist(), moved, strict=True):
        if (found := row.nonzero().flatten().tolist()) and len(found) > 1:
            return False, f"patch {i + 1} changed {len(found)} rows at the first block"
    places = moved.int().argmax(dim=1) - which
    if len(places.unique()) > 1:
        return False, "patches do not stand in reading order at the first block"
    return True, "each patch is one row, in reading order"


def rows_move_along(s: Subject) -> Seen:
    """Tokens in another order: each block's rows in that order, and nothing else."""
    for call in calls(s, s.images())[0]:
        order = torch.arange(call.x.shape[1]).roll(1)
        order[:2] = order[:2].flip(0)
        moved, kept = call.again(call.x[:, order]), call.again(call.x)
        if moved.shape == call.x.shape and not s.same(moved, kept[:, order]):
            return False, f"{call.name}: rows do not move along with the tokens"
    return True, "rows move along with the tokens"


def stream_goes_through(s: Subject) -> Seen:
    """1 added to all features of all tokens comes out again, for no norm sees it."""
    for call in calls(s, s.images())[0]:
        kinds = {type(p) for p in call.block.modules() if p is not call.block}
        if {kind for kind in kinds if "Norm" in kind.__name__} != {nn.LayerNorm}:
            continue
        before, after = call.again(call.x), call.again(call.x + 1)
        if not torch.allclose(after, before + 1, atol=1e-3 + 100 * s.exact):
            return False, f"{call.name}: what is added to the stream does not come out"
    return True, "the stream goes through every block"


def tokens_kept(s: Subject) -> Seen:
    """Blocks leave what they were given as it was."""
    changed = [call.name for call in calls(s, s.images())[0] if call.changed]
    if changed:
        return False, f"{changed[0]} overwrites its input"
    return True, "no block overwrites its input"


def weights_of_their_own(s: Subject) -> Seen:
    """No layer with weights is called twice."""
    counts, names = Counter(), {}
    with ExitStack() as stack:
        for name, part in s.model.named_modules():
            if any(True for _ in part.parameters(recurse=False)):
                names[part] = name
                hook = part.register_forward_hook(lambda p, *_: counts.update([p]))
                stack.enter_context(hook)
        s.logits(s.images())
    twice = [names[part] for part, count in counts.items() if count > 1]
    if twice:
        return False, f"{twice[0]} is called {counts.most_common(1)[0][1]} times"
    return True, "every layer has weights of its own"


def all_registered(s: Subject) -> Seen:
    """Tensors and modules where PyTorch finds them."""
    for name, part in s.model.named_modules():
        for key, value in vars(part).items():
            if not key.startswith("_") and (kind := unknown(value)):
                where = f"{name}.{key}".lstrip(".")
                return False, f"{where} holds {kind} of which PyTorch knows nothing"
    return True, "all parts are registered"


def unknown(value: object) -> str:
    """What an attribute hides from PyTorch: a tensor, or modules in a list."""
    inside = value.values() if isinstance(value, dict) else value
    several = list(inside) if isinstance(value, dict | list | tuple) else []
    if any(isinstance(thing, Tensor) for thing in [value, *several]):
        return "a tensor"
    return "modules" if any(isinstance(thing, nn.Module) for thing in several) else ""


def norm_at_the_end(s: Subject) -> Seen:
    """A stream twice as loud, the same logits."""
    rows = blocks_of(s.model)
    if not rows:
        return NOTHING
    right = s.logits(s.images())

    def louder(block: nn.Module, arguments: tuple, output: object) -> object:
        if isinstance(output, tuple):
            return (2 * output[0], *output[1:])
        return 2 * output

    with rows[-1][1].register_forward_hook(louder):
        found = s.logits(s.images())
    share = ((found - right).abs().max() / right.abs().max()).item()
    if share > 0.1:
        return False, f"a stream twice as loud moves logits by {share:.0%}"
    return True, "a norm between the last block and the head"


def rows_read(s: Subject) -> Seen:
    """The rows of the last block that the logits depend on."""
    (one, logits), (two, _) = (calls(s, s.images(seed)) for seed in (0, 1))
    if not one or not one[-1].y.requires_grad:
        return NOTHING
    (logits * drawn(*logits.shape)).sum().backward()
    read = one[-1].y.grad.abs().sum(dim=(0, 2)).nonzero().flatten().tolist()
    s.model.zero_grad()
    same = one[0].x == two[0].x  # (B, rows, D)
    told = same.all(dim=2).all(dim=0).nonzero().flatten().tolist()  # of no image
    count = one[0].x.shape[1]
    if len(read) == 1 and told and read[0] not in told:
        return False, f"the head reads row {read[0]}, the class token is row {told[0]}"
    if len(read) == count > len(told) > 0:
        return False, "the head reads the mean of patches and class token"
    words = f"row {read[0]}" if len(read) == 1 else f"{len(read)} of {count} rows"
    return True, f"the head reads {words}"
