"""What a model's blocks tell, whatever they are called."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vitlib.mistakes.black_box import Seen
from vitlib.mistakes.collection import drawn
from vitlib.mistakes.subject import Subject
from vitlib.patches import patchify, unpatchify

NOTHING = True, "no blocks were found to look into"


@dataclass
class Call:
    """A block, and what went in and out: (B, N, D), and other arguments."""

    name: str
    block: nn.Module
    x: Tensor
    others: tuple
    named: dict
    y: Tensor
    changed: bool  # the input, by the block

    def again(self, x: Tensor) -> Tensor:
        """What the block makes of other tokens."""
        with torch.no_grad():
            return first_of(self.block(x, *self.others, **self.named))


def first_of(output: object) -> Tensor:
    """A tensor, or the first of several."""
    return output[0] if isinstance(output, tuple | list) else output


def blocks_of(model: nn.Module) -> list[tuple[str, nn.Module]]:
    """The longest row of modules of one kind that have norms and layers in them."""
    rows = [[]]
    for name, part in model.named_modules():
        if isinstance(part, nn.ModuleList | nn.Sequential) and len(part):
            named = [(f"{name}.{i}", block) for i, block in enumerate(part)]
            kinds = {type(block) for block in part}
            inner = [type(p).__name__ for p in part[0].modules() if p is not part[0]]
            if len(kinds) == 1 and any("Norm" in kind for kind in inner):
                rows.append(named)
    return max(rows, key=len)


def calls(s: Subject, images: Tensor) -> tuple[list[Call], Tensor]:
    """What goes through each block while the model answers; and the logits."""
    found, waiting = [], []
    names = {block: name for name, block in reversed(blocks_of(s.model))}

    def before(block: nn.Module, arguments: tuple) -> None:
        kept = [a.detach().clone() for a in arguments[:1] if isinstance(a, Tensor)]
        waiting.append((kept, [a._version for a in arguments[:1] if kept]))

    def after(block: nn.Module, arguments: tuple, named: dict, output: object) -> None:
        (kept, versions), y = waiting.pop(), first_of(output)
        if kept and isinstance(y, Tensor) and y.ndim == kept[0].ndim == 3:
            if y.requires_grad:
                y.retain_grad()
            changed = arguments[0]._version != versions[0]
            others = arguments[1:]
            call = Call(names[block], block, kept[0], others, named, y, changed)
            found.append(call)

    with ExitStack() as stack:
        for block in names:
            stack.enter_context(block.register_forward_pre_hook(before))
            stack.enter_context(block.register_forward_hook(after, with_kwargs=True))
        logits = s.answer(images)
    return found, logits


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
            if key.startswith("_"):
                continue
            inside = value.values() if isinstance(value, dict) else value
            several = isinstance(inside, list | tuple) or isinstance(value, dict)
            found = list(inside) if several else [value]
            for thing in found:
                if isinstance(thing, Tensor | nn.Module) and several | isinstance(
                    thing, Tensor
                ):
                    where = f"{name}.{key}".lstrip(".")
                    kind = "a tensor" if isinstance(thing, Tensor) else "a module"
                    return False, f"{where} holds {kind} of which PyTorch knows nothing"
    return True, "all parts are registered"


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
