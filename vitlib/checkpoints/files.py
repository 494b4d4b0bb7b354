"""Read a file of weights, trusting nothing in it."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

PICKLED = (".pt", ".pth", ".bin")
KINDS = {  # of facts; those that may be missing are None
    "heads": int,
    "activation": str,
    "scale": float | int | None,
    "positions": str | None,
    "eps": float | int | None,
    "grid": list,
}
MOST = 99  # lines of a message
LONGEST = 200  # characters of a name in one
NESTED = ("state_dict", "model")  # where training scripts put the weights


def read_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """Weights by name, and what a file of this book's says of the model they are for.

    Raises:
        FileNotFoundError, ValueError: no file, no whole one, or one with more than
            tensors in it.
    """
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; name the file of weights in it")
    suffix = path.suffix.lower()
    if suffix == ".safetensors":
        return read_safetensors(path)
    if suffix in PICKLED:
        return read_pickled(path), {}
    kinds = ", ".join((".safetensors", *PICKLED))
    raise ValueError(f"weights are read from {kinds}, not from {path.name!r}")


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict]:
    """Weights and metadata of a file that can hold nothing else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            said = (file.metadata() or {}).get("vitlib")
        return state, read_facts(said) if said is not None else {}
    except (SafetensorError, ValueError, TypeError, RecursionError) as error:
        raise broken(path, error) from error


def read_facts(said: str) -> dict:
    """What metadata of this book's say; raises unless each fact is of its kind."""
    facts = json.loads(said)
    if not isinstance(facts, dict):
        raise TypeError(f"facts are {facts!r}")
    for name, kind in KINDS.items():
        if not isinstance(facts.get(name), kind):
            raise TypeError(f"{name} is {facts.get(name)!r}")
    if not all(type(side) is int for side in facts["grid"]):
        raise TypeError(f"grid is {facts['grid']!r}")
    return facts


def read_pickled(path: Path) -> dict[str, Tensor]:
    """Weights of a file that could hold code, which is not run."""
    size = path.stat().st_size  # a missing file is no broken one
    try:
        check_packed(path, size)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # broken ones raise whatever their bytes happen to ask
        raise broken(path, error) from error
    for key in NESTED:
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
    for key, weight in state.items() if isinstance(state, Mapping) else ():
        if isinstance(weight, Tensor) and claimed(weight) > size:
            raise broken(
                path, ValueError(f"{shown(key)} has {weight.numel():,} numbers")
            )
    return state


def check_packed(path: Path, size: int) -> None:
    """Raise if a file's parts are larger than it is itself: torch compresses none."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        held = sum(part.file_size for part in parts.infolist())
    if held > size:
        raise ValueError(f"it would unpack to {held:,} bytes")


def claimed(weight: Tensor) -> int:
    """Bytes that a weight's numbers would take, each by itself.

    A view can show one number a billion times, which whoever looks at all would copy.
    """
    there = weight.layout is torch.strided and not weight.is_meta
    return weight.numel() * weight.element_size() if there else 0


def shown(name: object) -> str:
    """A weight's name as a message may show it: short, and on one line."""
    text = name if isinstance(name, str) and name.isprintable() else repr(name)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def listed(first: str, lines: list[str]) -> str:
    """A message with a line for each thing that is wrong, but for the hundredth on."""
    left = len(lines) - MOST
    more = [f"and {left:,} more"] if left > 0 else []
    return "\n  ".join([first, *lines[:MOST], *more])


def broken(path: Path, error: Exception) -> ValueError:
    """What to say of a file that cannot be read."""
    size, reason = path.stat().st_size, repr(error).partition("\\n")[0]
    return ValueError(
        f"{path.name} ({size:,} bytes) is cut off, or holds more than tensors: fetch "
        f"it again, or ask for .safetensors ({reason})"
    )


def readable(weight: Tensor) -> Tensor:
    """A weight in a type that can be computed with; of eight bits none can."""
    return weight.float() if weight.element_size() == 1 else weight


def check_weights(state: Mapping[str, Tensor]) -> None:
    """Raise unless these are tensors of finite floating-point numbers, under names."""
    if not isinstance(state, Mapping):
        kind = type(state).__name__
        raise ValueError(f"weights come as a dict of tensors by name, not as {kind}")
    wrong = []
    for key, weight in state.items():
        name = shown(key)
        if not isinstance(key, str) or not isinstance(weight, Tensor):
            kind = type(weight).__name__
            wrong.append(f"{shown(repr(key))}: {kind} is no tensor under a name")
        elif not weight.is_floating_point():
            wrong.append(f"{name}: {weight.dtype} is no floating-point type")
        elif weight.is_meta:
            wrong.append(f"{name}: on the meta device, without numbers")
        elif weight.layout is not torch.strided:
            wrong.append(f"{name}: {weight.layout}, not dense; .to_dense() makes it so")
        elif bad := int((~readable(weight).isfinite()).sum()):
            wrong.append(f"{name}: {bad} of {weight.numel()} numbers NaN or infinite")
    if wrong:
        raise ValueError(listed("these weights cannot be used:", wrong))
