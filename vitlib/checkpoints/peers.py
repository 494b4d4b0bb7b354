"""Other libraries' ViTs, to compare with: what it may take to import them."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path

import torch

DESCRIBED = re.compile(r'register_fake\("torchvision::(\w+)"\)')


def declare_operators() -> None:
    """Let torchvision be imported although its wheel was built for another torch.

    PyPI's wheels expect CUDA. Beside a torch without it their compiled operators do not
    load, and ``import torchvision`` stops where Python files describe them; so do timm
    and the models of transformers, which import it. A ViT uses none of the operators:
    to declare their names is enough. Call it before any of the three is imported.

    Nothing is done where they load, where they have been declared before, or where
    torchvision is not installed.
    """
    found = importlib.util.find_spec("torchvision")
    if found is None or fits():
        return
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]  # parts that the import got through
    file = Path(found.origin).parent / "_meta_registrations.py"
    for name in DESCRIBED.findall(file.read_text("utf-8")):
        declared().define(f"{name}(Tensor a) -> Tensor")


def fits() -> bool:
    """Whether torchvision finds its operators; it is imported then.

    Raises: whatever else its import raises.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        return False
    return True


@cache
def declared() -> torch.library.Library:
    """Holds the names that were declared; without it they would be gone again."""
    return torch.library.Library("torchvision", "FRAGMENT")
