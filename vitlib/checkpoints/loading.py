"""Weights into a model: all is checked before the first number is copied."""

import math
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from torch import Tensor, nn

from vitlib.checkpoints.facts import facts_of, norm_with_eps, read_config
from vitlib.checkpoints.files import check_weights, listed, read_weights, shown
from vitlib.checkpoints.layouts import names_in, recognise, translate
from vitlib.checks import check_grid
from vitlib.model import ViT
from vitlib.position import interpolate_position_embedding

HEAD = ("head.weight", "head.bias")


@dataclass
class Loaded:
    """What came of loading: the layout recognised, and all that is not as it was."""

    layout: str
    notes: list[str] = field(default_factory=list)

    def warn(self, note: str, depth: int) -> None:
        """Note what the caller, so many calls away, may not expect, and warn of it."""
        self.notes.append(note)
        warnings.warn(note, stacklevel=depth + 1)


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
        TypeError: no ViT, neither path nor state dict.
        ValueError: the source is broken or foreign, or for another model; names all
            weights that are missing, left over or of another shape.
    """
    check_arguments(model, source)
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


def check_arguments(model: ViT, source: object) -> None:
    """Raise unless weights can be loaded into the model, and from such a source."""
    if not isinstance(model, ViT):
        kind = type(model).__name__
        raise TypeError(
            f"weights are loaded into a vitlib.ViT, not into {kind}; before it is"
            " compiled or wrapped, or into its _orig_mod or module"
        )
    if any(weight.is_meta for weight in model.parameters()):
        raise ValueError("the model is on the meta device; model.to_empty(device=…)")
    if not isinstance(source, str | os.PathLike | Mapping):
        kind = type(source).__name__
        raise TypeError(
            f"weights come from a path or a state dict, not from {kind}; of a model,"
            " give its state_dict()"
        )


def fit(model: ViT, state: dict, facts: dict, report: Loaded) -> dict[str, Tensor]:
    """The model's weights from ``state``, of any layout; raises unless they fit."""
    ours = facts_of(model.config)
    for fact in ("heads", "activation", "scale", "positions"):
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
    wrong += [f"not the model's: {shown(name)}" for name in left if name not in poolers]
    wrong += misshapen(model, found, report.layout)
    if wrong:
        raise ValueError(listed("the weights do not fit this model:", wrong))
    return found


def misshapen(model: ViT, found: dict[str, Tensor], layout: str) -> list[str]:
    """What to say of weights that have not the model's shape, or exceed its type."""
    said, wanted = [], model.state_dict()
    for key, weight in found.items():
        ours, theirs = tuple(wanted[key].shape), tuple(weight.shape)
        if key == "patch_embed.proj.weight" and len(theirs) == 2:  # from a Linear
            ours = (ours[0], math.prod(ours[1:]))
        names, dtype = " + ".join(names_in(layout, key)), wanted[key].dtype
        if not weight.to(dtype).isfinite().all():
            said.append(f"{names} has numbers that {dtype} cannot hold")
        if ours != theirs:
            said.append(f"{names} has shape {theirs}, the model's {ours}")
    return said


def fit_head(model: ViT, found: dict, missing: list[str], report: Loaded) -> None:
    """Leave the model's head alone unless it is for the same classes."""
    names = [name for key in HEAD for name in names_in(report.layout, key)]
    heads = [len(found[key]) for key in HEAD if key in found and found[key].ndim]
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
        note = f"head for {ours} classes not loaded: the weights' own is {own}"
        report.warn(note, depth=4)
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
    if grid is not None:
        check_grid(grid)
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
    if eps is not None and not (isinstance(eps, float | int) and 0 <= eps < 1):
        raise ValueError(f"eps must be a number from 0 and below 1, got {eps!r}")
    if eps is None and report.layout.startswith("huggingface"):
        report.warn(
            f"LayerNorms keep eps {ours}; Hugging Face's is 1e-12 unless config.json "
            "says otherwise, which may move logits by 1e-4: tell it, eps=…",
            depth=3,
        )
    elif ours is None and eps is not None:
        report.warn(f"the model's norms have no eps, the weights' own {eps}", depth=3)
    elif eps not in (None, ours):
        make = partial(norm_with_eps, norm_layer=model.config.norm_layer, eps=eps)
        kind = type(make(1))
        for norm in (module for module in model.modules() if type(module) is kind):
            norm.eps = eps
        model.config = replace(model.config, norm_layer=make)
        report.notes.append(f"eps of the LayerNorms changed from {ours} to {eps}")
