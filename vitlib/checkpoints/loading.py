"""Weights into a model: all is checked before the first number is copied."""

import math
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from torch import Tensor, nn

from vitlib.checkpoints.facts import facts_of, read_config
from vitlib.checkpoints.files import check_weights, read_weights
from vitlib.checkpoints.layouts import names_in, recognise, translate
from vitlib.model import ViT
from vitlib.position import interpolate_position_embedding

HEAD = ("head.weight", "head.bias")


@dataclass
class Loaded:
    """What came of loading: the layout recognised, and all that is not as it was."""

    layout: str
    notes: list[str] = field(default_factory=list)

    def warn(self, note: str) -> None:
        """Note something that the caller may not expect, and warn of it."""
        self.notes.append(note)
        warnings.warn(note, stacklevel=4)


def load_checkpoint(
    model: ViT,
    source: str | os.PathLike | Mapping[str, Tensor],
    eps: float | None = None,
    grid: tuple[int, int] | None = None,
) -> Loaded:
    """Load weights in timm's, Hugging Face's or torchvision's layout.

    A head for other classes is left as it is, positions for another image size are
    stretched, and the model's norms get the eps of those that the weights come from.

    Args:
        model: takes the weights, if all fit.
        source: ``.safetensors``, ``.pt``, ``.pth`` or ``.bin``, or a state dict.
        eps: of the LayerNorms that the weights come from, if not said by metadata or by
            the ``config.json`` beside a file of Hugging Face's.
        grid: rows and columns of the positions, if said nowhere either, nor a square.

    Returns:
        The layout that was recognised, and notes of all that is not as in the source.

    Raises:
        ValueError: the source is broken or foreign, or for another model; names all
            weights that are missing, left over or of another shape.
    """
    path = None if isinstance(source, Mapping) else Path(source)
    state, facts = read_weights(path) if path else (source, {})
    check_weights(state)
    layout, state = recognise(state)
    if path and layout.startswith("huggingface"):
        config = path.parent / "config.json"
        facts = facts_of(read_config(config)) if config.exists() else {}
    facts |= {"eps": eps} if eps is not None else {}
    facts |= {"grid": grid} if grid is not None else {}
    report = Loaded(layout)
    weights = fit(model, state, facts, report)
    fit_eps(model, facts.get("eps"), report)
    model.load_state_dict(weights, strict=False)
    return report


def fit(model: ViT, state: dict, facts: dict, report: Loaded) -> dict[str, Tensor]:
    """The model's weights from ``state``, of any layout; raises unless they fit."""
    ours = facts_of(model.config)
    for fact in ("heads", "activation"):
        if facts.get(fact, ours[fact]) != ours[fact]:
            theirs = f"{fact} of the weights' model: {facts[fact]}"
            raise ValueError(f"{theirs}; of this one: {ours[fact]}")
    keys = dict.fromkeys([*model.state_dict(), *HEAD])
    found, missing, left = translate(state, report.layout, keys)
    fit_head(model, found, missing, report)
    fit_positions(model, found, facts.get("grid"), report)
    poolers = [name for name in left if name.startswith("vit.pooler.")]
    if poolers:  # of Hugging Face's bare ViT, which its classifier has not got either
        report.notes.append(f"left out {', '.join(poolers)}")
    wrong = [f"missing: {name}" for name in missing]
    wrong += [f"not the model's: {name}" for name in left if name not in poolers]
    wrong += misshapen(model, found, report.layout)
    if wrong:
        raise ValueError("\n  ".join(["the weights do not fit this model:", *wrong]))
    return found


def misshapen(model: ViT, found: dict[str, Tensor], layout: str) -> list[str]:
    """What to say of each weight that has not the model's shape."""
    said, wanted = [], model.state_dict()
    for key, weight in found.items():
        ours, theirs = tuple(wanted[key].shape), tuple(weight.shape)
        if key == "patch_embed.proj.weight" and len(theirs) == 2:  # from a Linear
            ours = (ours[0], math.prod(ours[1:]))
        if ours != theirs:
            names = " + ".join(names_in(layout, key))
            said.append(f"{names} has shape {theirs}, the model's {ours}")
    return said


def fit_head(model: ViT, found: dict, missing: list[str], report: Loaded) -> None:
    """Leave the model's head alone unless it is for the same classes."""
    names = [name for key in HEAD for name in names_in(report.layout, key)]
    heads = [found[key].shape[0] for key in HEAD if key in found]
    theirs = heads[0] if heads else 0
    ours = model.head.out_features if isinstance(model.head, nn.Linear) else 0
    if ours == theirs != 0:
        return
    for key, name in zip(HEAD, names, strict=True):
        found.pop(key, None)
        if name in missing:
            missing.remove(name)
    if ours:
        own = f"for {theirs}" if theirs else "missing"
        report.warn(f"head for {ours} classes not loaded: the weights' own is {own}")
    elif theirs:
        report.notes.append(f"left out the head for {theirs} classes")


def fit_positions(
    model: ViT, found: dict, grid: tuple[int, int] | None, report: Loaded
) -> None:
    """Stretch positions that were learned on another grid than the model's."""
    table, new = found.get("pos_embed"), model.patch_embed.grid_size
    if table is None or table.ndim != 3:
        return
    count = table.shape[1] - 1  # without the class token's
    if grid is None:
        side = math.isqrt(max(count, 0))
        grid = new if count == math.prod(new) else (side, side)
    if count < 1 or math.prod(grid) != count:
        raise ValueError(
            f"the weights have positions for {count} patches, which are on no grid of "
            f"{' × '.join(map(str, grid))}; tell theirs, grid=(rows, columns)"
        )
    if tuple(grid) != new:
        found["pos_embed"] = interpolate_position_embedding(table, tuple(grid), new)
        report.notes.append(f"positions stretched from {tuple(grid)} patches to {new}")


def fit_eps(model: ViT, eps: float | None, report: Loaded) -> None:
    """Let the norms compute as those did that the weights were learned with."""
    ours = facts_of(model.config)["eps"]
    if eps is None and report.layout.startswith("huggingface"):
        report.warn(
            f"LayerNorms keep eps {ours}; Hugging Face's is 1e-12 unless config.json "
            "says otherwise, which may move logits by 1e-4: tell it, eps=…"
        )
    elif eps not in (None, ours):
        for module in model.modules():
            if isinstance(module, nn.LayerNorm):
                module.eps = eps
        model.config = replace(model.config, norm_layer=partial(nn.LayerNorm, eps=eps))
        report.notes.append(f"eps of the LayerNorms changed from {ours} to {eps}")
