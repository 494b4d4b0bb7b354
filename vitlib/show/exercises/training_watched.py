"""Chapter 10. A model and an optimizer that note what a reader's step does."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vitlib.show.exercises.attention_slips import near, slip

Batch = tuple[Tensor, Tensor]
PIXELS, CLASSES = 6, 3
LONG, SHORT = 4.0, 0.3  # scales of two batches: a gradient over 1, and one below
MOST = 1.0  # length of a gradient


class Watched:
    """A linear model, SGD, and what happened to them since ``begin``.

    ``seen`` lists "backward", "step" and, for each look at a batch, whose it was and
    whether the model was in training; ``used`` is the gradient with which it stepped.
    """

    def __init__(self) -> None:
        with torch.random.fork_rng(devices=[]):
            layers = (nn.Flatten(), nn.Linear(PIXELS, CLASSES))
        self.model, drawn = nn.Sequential(*layers), torch.Generator().manual_seed(3)
        weight = self.model[1].weight
        weight.data = torch.randn(weight.shape, generator=drawn)
        self.model[1].bias.data.zero_()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.5)
        self.seen: list = []
        self.used, self.stale = torch.zeros(()), torch.zeros(())
        self.model.register_forward_pre_hook(self.looked)
        weight.register_post_accumulate_grad_hook(self.noted("backward"))
        self.optimizer.register_step_pre_hook(self.stepped)

    def batches(self, turn: int) -> tuple[Batch, Batch]:
        """What a step learns from, and others to look at, neither as large."""
        drawn = torch.Generator().manual_seed(20 + turn)
        sizes = ((3, SHORT) if turn else (8, LONG), (40, 1.0))
        return tuple(
            (
                scale * torch.randn(count, 1, 2, 3, generator=drawn),
                torch.arange(count) % CLASSES,
            )
            for count, scale in sizes
        )

    def begin(self, batch: Batch) -> None:
        """Forget what was seen; note which gradient is right, and what is left over."""
        self.seen, self.batch, self.stale = [], batch, self.gradient()
        self.before = [p.detach().clone() for p in self.model.parameters()]
        self.wanted = self.gradient_of(F.cross_entropy)

    def gradient_of(self, loss: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """The whole gradient of a loss on the batch, flat, before the step."""
        images, labels = self.batch
        weights = [weight.requires_grad_() for weight in self.before]
        logits = F.linear(images.flatten(1), *weights)  # (B, K)
        parts = torch.autograd.grad(loss(logits, labels), weights)
        return torch.cat([part.flatten() for part in parts])

    def gradient(self) -> Tensor:
        """The gradient that the weights hold now, flat; zeros where there is none."""
        parts = [
            torch.zeros_like(p) if p.grad is None else p.grad
            for p in self.model.parameters()
        ]
        return torch.cat([part.detach().flatten() for part in parts])

    def looked(self, model: nn.Module, inputs: tuple) -> None:
        """Before the model looks at images."""
        whose = "batch" if len(inputs[0]) == len(self.batch[0]) else "others"
        self.seen.append((whose, model.training))

    def stepped(self, *_: object) -> None:
        """Before the optimizer steps."""
        self.seen.append("step")
        self.used = self.gradient()

    def noted(self, event: str) -> Callable[..., None]:
        """A hook that notes an event."""
        return lambda *_: self.seen.append(event)


def cut(gradient: Tensor) -> Tensor:
    """No longer than ``MOST``."""
    return gradient / max(gradient.norm().item() / MOST, 1)


def in_steps(watched: Watched, turn: int) -> str:
    """What is wrong with the order or gradient of a step; nothing if it is right."""
    if words := in_order(watched.seen, turn):
        return words
    if near(watched.used, cut(watched.wanted)):
        return ""
    length, asked = (one.norm() for one in (watched.used, cut(watched.wanted)))
    where = ": it points elsewhere" if torch.isclose(length, asked) else ""
    other = f"a gradient of length {length:.3g}, not {asked:.3g}{where}."
    return slip(watched.used, in_gradients(watched)) or other


def in_order(seen: list, turn: int) -> str:
    """What is wrong with the order of what was seen, in the first step or the next."""
    if "backward" not in seen:
        return "loss.backward() was not called, so there is nothing to learn from."
    if "step" not in seen:
        return "optimizer.step() was not called, and the weights are as they were."
    if seen.index("step") < seen.index("backward"):
        return "optimizer.step() came before loss.backward(): it had no new gradient."
    if (steps := seen.count("step")) > 1:
        return f"{steps} steps were made; one is asked."
    if ("batch", False) in seen[: seen.index("step")]:
        again = " again" if turn else ""
        return f"it learned in eval mode{again}; model.train() before each step."
    return ""


def in_gradients(watched: Watched) -> dict[str, Tensor]:
    """Gradients with which readers step, and what went wrong."""
    whole, stale = watched.wanted, watched.stale
    late = whole.norm() > MOST >= watched.gradient().norm() - 1e-5
    raw = "clipped after the step, too late" if late else "not clipped"
    summed = whole * len(watched.batch[0])
    softened = watched.gradient_of(lambda z, y: F.cross_entropy(z.softmax(1), y))
    found = {f"the gradient has length {whole.norm():.3g} and is {raw}.": whole}
    left = "the last step's gradient is still in it: optimizer.zero_grad() is missing."
    if stale.any():
        found[left] = cut(whole + stale)
    return found | {
        "the gradient is 0: zero_grad() comes before backward(), not after.": 0 * whole,
        "each number is clipped; the length is: clip_grad_norm_.": whole.clamp(-1, 1),
        "every gradient is made as long as 1; only longer ones are cut.": (
            whole / whole.norm()
        ),
        "the loss is a sum over the batch; the mean is asked.": cut(summed),
        "softmax stands before cross_entropy, which has its own.": cut(softened),
    }


def in_looks(watched: Watched, found: Tensor, batch: Batch, others: Batch) -> str:
    """What is wrong with the share that is returned; nothing if it is right."""
    looks = [event for event in watched.seen if event[0] == "others"]
    if not looks:
        return "the model never looked at the others; their share right is asked."
    step = watched.seen.index("step")
    if ("others", True) in looks:
        return "it looked at the others in train mode; model.eval() comes before."
    if looks[-1] in watched.seen[:step] and looks[-1] not in watched.seen[step:]:
        return "it looked at the others before the step; look after it."
    hits = hits_of(watched.model, others)
    if near(found, hits.double().mean(), 1e-6):
        return ""
    known = {
        "that is how many are right; divide by how many there are.": hits.sum(),
        "that is in per cent; a share of 1 is asked.": 100 * hits.double().mean(),
        "that is the share of errors.": 1 - hits.double().mean(),
        "that is the share right of the batch it learned from.": (
            hits_of(watched.model, batch).double().mean()
        ),
    }
    share = f"{hits.sum()} of {len(hits)} are right, {hits.double().mean():.3f}"
    return f"{share}; got {found:.3f}: {slip(found, known) or 'count anew.'}"


@torch.no_grad()
def hits_of(model: nn.Module, batch: Batch) -> Tensor:
    """Which pictures of a batch a linear model gets right."""
    images, labels = batch
    logits = F.linear(images.flatten(1), *model[1].parameters())  # (B, K)
    return logits.argmax(dim=1) == labels
