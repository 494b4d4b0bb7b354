"""How far a training is: a bar in a terminal, elsewhere a line an epoch."""

import sys

from tqdm import tqdm

from vitlib.training.loop import Run


class Progress:
    """Shows loss and accuracy; to be used in ``with``."""

    def __init__(self, run: Run, quiet: bool):
        terminal = sys.stderr.isatty()
        self.epochs, self.lines = run.recipe.epochs, not quiet and not terminal
        self.bar = tqdm(
            total=run.recipe.epochs * run.steps,
            initial=run.epoch * run.steps,
            unit="step",
            disable=quiet or not terminal,
        )
        self.seen = run.history[-1] if run.history else {}

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def step(self, loss: float) -> None:
        """After a step."""
        self.bar.set_postfix_str(told(self.seen | {"loss": loss}), refresh=False)
        self.bar.update()

    def epoch(self, line: dict) -> None:
        """After an epoch, of which the log says this."""
        self.seen = {k: line[k] for k in ("loss", "accuracy", "error") if k in line}
        self.bar.set_description(f"epoch {line['epoch']} of {self.epochs}")
        if self.lines:
            print(f"epoch {line['epoch']} of {self.epochs}: {told(line)}", flush=True)


def told(line: dict) -> str:
    """Loss and accuracy, or error, in words."""
    named = ("loss", "accuracy", "error")
    return ", ".join(f"{name} {line[name]:.4f}" for name in named if name in line)
