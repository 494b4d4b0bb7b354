"""A run with its data and its folder, made from settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from vitlib.data import load
from vitlib.encoder import ViTConfig
from vitlib.model import CONFIGS, ViT
from vitlib.training.digits import DIGITS
from vitlib.training.folder import Folder
from vitlib.training.loop import Run
from vitlib.training.processes import Processes
from vitlib.training.recipe import Recipe

FIELDS = {  # options of the model, as the config calls them
    "patch_size": "patch_size",
    "embed_dim": "embed_dim",
    "depth": "depth",
    "heads": "num_heads",
    "pool": "pool",
    "positions": "pos_embed",
}
Labelled = tuple[Tensor, Tensor]


@dataclass
class Job:
    """A run, the images that it learns from and is judged by, and where it is kept."""

    run: Run
    training: Labelled
    validation: Labelled
    folder: Folder
    log: list[dict]  # of the epochs that are kept

    def finished(self) -> bool:
        """Whether no epoch is left."""
        return self.run.epoch == self.run.recipe.epochs

    def one_epoch(self, keep: bool, after_step: Callable[[float], object]) -> None:
        """Learn from all images once, and keep what came of it."""
        began = time.perf_counter()
        self.run.learn_from(*self.training, self.validation, after_step)
        log = [*self.log, self.line(time.perf_counter() - began)]
        if keep:
            self.folder.keep(self.run, log)
        self.log = log

    def line(self, seconds: float) -> dict:
        """What the log says of the last epoch; the rate is that of its last step."""
        steps = self.run.epoch * self.run.steps
        rate = self.run.recipe.lr * self.run.share(steps - 1)
        said = {"epoch": self.run.epoch, "steps": steps, "rate": rate}
        return {**said, **self.run.history[-1], "seconds": round(seconds, 3)}


def prepared(
    folder: Folder, given: dict, resume: bool, where: Path | None, processes: Processes
) -> Job:
    """A job at its beginning, or as it was kept.

    Args:
        folder, given, resume: as of ``Folder.settings``.
        where: the data lie, if not where ``vitlib.data`` puts them.
        processes: that share the work; the first of them writes the settings.

    Raises:
        ValueError, OSError, ImportError: it cannot be done; nothing was written.
    """
    settings = processes.by_first(lambda: folder.settings(given, resume))
    known = {field.name for field in fields(Recipe)} & settings.keys()
    recipe = Recipe(**{name: settings[name] for name in known})
    if processes.size > 1:  # one fetches, the others find it
        processes.by_first(lambda: read(settings["data"], where) and None)
    data = read(settings["data"], where)
    torch.manual_seed(recipe.seed)
    model = ViT(config_of(settings, *data)).to(processes.device)
    if data[0][1].is_floating_point():  # a regression begins at what is usual
        nn.init.constant_(model.head.bias, data[0][1].mean().item())
    through = processes.around(model, settings["precision"])
    run = Run(model, recipe, len(data[0][0]), through)
    training, validation = (
        tuple(part.to(processes.device) for part in pair) for pair in data
    )
    last = folder.last() or {"log": []}
    if "run" in last:
        run.load_state_dict(last["run"])
    processes.by_first(lambda: folder.begin(settings, model.config, last["log"]))
    return Job(run, training, validation, folder, last["log"])


def read(name: str, where: Path | None) -> tuple[Labelled, Labelled]:
    """Images and labels of both parts, for training and for testing."""
    return load(name, "train", where), load(name, "test", where)


def config_of(settings: dict, training: Labelled, test: Labelled) -> ViTConfig:
    """The config that is wanted, for images and classes as the data have them."""
    name = settings["model"]
    base = DIGITS if name == "digits" else CONFIGS[name]
    own = {field: settings[option] for option, field in FIELDS.items()}
    images, labels = training
    regression = labels.is_floating_point()
    classes = 1 if regression else int(max(labels.max(), test[1].max())) + 1
    return replace(
        base,
        image_size=tuple(images.shape[2:]),
        in_chans=images.shape[1],
        num_classes=classes,
        **{field: value for field, value in own.items() if value is not None},
    )
