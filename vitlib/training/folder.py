"""The folder of a training: all in it is whole, whenever the power goes."""

import json
import os
import pickle
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch

from vitlib.checkpoints import load_checkpoint, save_checkpoint
from vitlib.checkpoints.facts import read_json
from vitlib.checkpoints.saving import replacing
from vitlib.encoder import ViTConfig
from vitlib.model import ViT
from vitlib.training.loop import Run
from vitlib.training.options import DEFAULTS, flag

FILES = ("settings.json", "log.jsonl", "model.safetensors", "last.pt")
PLAIN = (  # fields of a config that the command sets, or that CONFIGS differ in
    *("image_size", "patch_size", "in_chans", "num_classes", "embed_dim", "depth"),
    *("num_heads", "mlp_ratio", "pool", "pos_embed"),
)


@dataclass
class Folder:
    """Where a training is written; after each epoch, in the order of ``keep``."""

    path: Path

    def settings(self, given: dict, resume: bool) -> dict:
        """All settings: those given, those of a run that is resumed, and defaults.

        Raises: ValueError: the folder holds another run, or one that went otherwise.
        """
        found = [name for name in FILES if (self.path / name).exists()]
        if found and not resume:
            raise ValueError(
                f"{self.path} holds a training already ({', '.join(found)}); --resume"
                " goes on with it, or give another --output"
            )
        if not found:
            return DEFAULTS | given
        recorded = self.read_settings()
        refuse_changes(self.path, recorded, given)
        return recorded

    def read_settings(self) -> dict:
        """The settings of the run that is here."""
        path = self.path / "settings.json"
        if not path.exists():
            raise ValueError(f"{path} is missing; give another --output")
        settings = read_json(path).get("settings")
        if not isinstance(settings, dict) or settings.keys() != DEFAULTS.keys():
            wanted = ", ".join(DEFAULTS)
            raise ValueError(f"{path} does not tell all settings: {wanted}")
        return settings

    def begin(self, settings: dict, config: ViTConfig, log: list[dict]) -> None:
        """Write the settings; after a stop, clear away what was not finished."""
        self.path.mkdir(parents=True, exist_ok=True)
        for left in self.path.glob(".saving-*"):
            shutil.rmtree(left)
        fields = {name: getattr(config, name) for name in PLAIN}
        text = json.dumps({"settings": settings, "config": fields}, indent=2) + "\n"
        write(self.path / "settings.json", text)
        self.write_log(log)

    def keep(self, run: Run, log: list[dict]) -> None:
        """Write the model, the log, and last what ``--resume`` goes by."""
        save_checkpoint(run.model, self.path / "model.safetensors")
        self.write_log(log)
        with replacing(self.path / "last.pt") as file:
            torch.save({"run": run.state_dict(), "log": log}, file)

    def write_log(self, log: list[dict]) -> None:
        """A line an epoch."""
        lines = "".join(json.dumps(line) + "\n" for line in log)
        write(self.path / "log.jsonl", lines)

    def last(self) -> dict | None:
        """What ``keep`` kept last; None before the first epoch's end.

        Raises: ValueError: the file is damaged.
        """
        path = self.path / "last.pt"
        if not path.exists():
            return None
        try:
            with zipfile.ZipFile(path) as parts:
                wrong = parts.testzip()  # compares checksums, which torch.load does not
            if wrong:
                raise zipfile.BadZipFile(f"checksum of {wrong}")
            state = torch.load(path, map_location="cpu", weights_only=True)
            return {"run": state["run"], "log": state["log"]}
        except (
            *(zipfile.BadZipFile, pickle.UnpicklingError, RuntimeError),
            *(EOFError, KeyError, TypeError),
        ) as error:
            raise ValueError(
                f"{path} is damaged ({error}); remove it, and --resume begins at epoch"
                " 1 again, with the same settings"
            ) from error


def refuse_changes(path: Path, recorded: dict, given: dict) -> None:
    """Raise if a run is to go on otherwise than it went."""
    wrong = [name for name, value in given.items() if recorded[name] != value]
    if not wrong:
        return
    said = [f"{flag(name)} {given[name]} (was {recorded[name]})" for name in wrong]
    why = "the rest would not fit what was learned so far"
    if wrong == ["epochs"]:
        why = "the rate falls along a cosine that ends with the last epoch"
    raise ValueError(
        f"the training in {path} cannot go on with {', '.join(said)}: {why}; give"
        " another --output"
    )


def trained_model(folder: str | os.PathLike) -> ViT:
    """The model that ``python -m vitlib.training --output FOLDER`` made, to be used.

    Raises: FileNotFoundError, ValueError: there is none, or it is not whole.
    """
    path = Path(folder)
    config = read_json(path / "settings.json").get("config")
    if not isinstance(config, dict):
        raise ValueError(f"{path / 'settings.json'} has no config of a model")
    model = ViT(ViTConfig(**config))
    load_checkpoint(model, path / "model.safetensors")
    return model.eval()


def write(path: Path, text: str) -> None:
    """Put a text into a file, wholly or not at all; leave one alone that has it."""
    if path.exists() and path.read_text("utf-8") == text:
        return
    with replacing(path) as file:
        file.write(text.encode())
