"""Read a file of weights, trusting nothing in it."""

import json
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
NESTED = ("state_dict", "model")  # where training scripts put the weights


def read_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """Weights by name, and what a file of this book's says of the model they are for.

    Raises:
        FileNotFoundError, ValueError: no file, no whole one, or one with more than
            tensors in it.
    """
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
            facts = json.loads((file.metadata() or {}).get("vitlib", "{}"))
        for name, kind in KINDS.items() if facts else ():
            if not isinstance(facts.get(name), kind):
                raise TypeError(f"{name} is {facts.get(name)!r}")
    except (SafetensorError, ValueError, AttributeError, TypeError) as error:
        raise broken(path, error) from error
    return state, facts


def read_pickled(path: Path) -> dict[str, Tensor]:
    """Weights of a file that could hold code, which is not run."""
    path.stat()  # a missing file is no broken one
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # broken ones raise whatever their bytes happen to ask
        raise broken(path, error) from error
    for key in NESTED:
        if isinstance(state, Mapping) and isinstance(state.get(key), Mapping):
            state = state[key]
    return state


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
        if not isinstance(key, str) or not isinstance(weight, Tensor):
            wrong.append(f"{key!r}: {type(weight).__name__} is no tensor under a name")
        elif not weight.is_floating_point():
            wrong.append(f"{key}: {weight.dtype} is no floating-point type")
        elif weight.is_meta:
            wrong.append(f"{key}: on the meta device, without numbers")
        elif weight.layout is not torch.strided:
            wrong.append(f"{key}: {weight.layout}, not dense; .to_dense() makes it so")
        elif bad := int((~readable(weight).isfinite()).sum()):
            wrong.append(f"{key}: {bad} of {weight.numel()} numbers NaN or infinite")
    if wrong:
        raise ValueError("\n  ".join(["these weights cannot be used:", *wrong]))
