"""``python -m vitlib.mistakes``: examines a model of yours."""

import argparse
import importlib
import os
import sys
import textwrap

from torch import nn

from vitlib.checkpoints import declare_operators
from vitlib.mistakes.examination import Finding, examined
from vitlib.mistakes.table import WIDTH, table

COMMAND = "python -m vitlib.mistakes"
ABOUT = "Ask a ViT what its shapes do not show: has it one of the book's mistakes?"
EXAMPLE = f"""\
examples:
  {COMMAND} my_model:make_vit --image-size 32 --in-chans 3
      calls make_vit() of my_model.py, and examines what it returns
  {COMMAND} timm:create_model --with vit_tiny_patch16_224 --image-size 224
  {COMMAND} --list 5
      the mistakes of chapter 5

A copy is asked, nothing is changed. Small models take a second, base ones minutes:
examine the same code with fewer blocks.

exit status: 0 nothing was found, which proves nothing; 1 something was; 2 refused
"""


def parser() -> argparse.ArgumentParser:
    """Reads the options."""
    made = argparse.ArgumentParser(
        prog=COMMAND,
        usage=f"{COMMAND} MODULE:FUNCTION --image-size N [options]",
        description=ABOUT,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    said = "what makes a model: a function or class; or a model that is made"
    add("model", nargs="?", metavar="MODULE:FUNCTION", help=said)
    size = {"type": int, "nargs": "+", "metavar": "N"}
    add("--image-size", **size, help="in pixels: one side, or height and width")
    add("--patch-size", **size, help="likewise, if the model does not tell")
    add("--in-chans", type=int, default=3, metavar="N", help="channels (3)")
    add("--batch", type=int, default=4, metavar="N", help="images at a time (4)")
    said = "the book's mistakes, of a chapter or all; nothing is examined"
    add("--list", type=int, nargs="?", const=0, metavar="CHAPTER", help=said)
    called = {"nargs": "+", "default": [], "dest": "arguments", "metavar": "X"}
    add("--with", **called, help="what the function is called with, as text")
    return made


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    options = parser().parse_args(arguments)
    try:
        if options.list is not None:
            print(table(options.list or None))
            return 0
        found = asked(options)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        print(f"{COMMAND}: {error}", file=sys.stderr)
        return 2
    print("\n".join(map(line, found)))
    return int(not all(finding.fine for finding in found))


def asked(options: argparse.Namespace) -> list[Finding]:
    """All that was seen of the model that the options tell."""
    if not options.model or not options.image_size:
        raise ValueError("tell MODULE:FUNCTION and --image-size; --help has examples")
    image, patch = (
        size if size is None or len(size) > 1 else size[0]
        for size in (options.image_size, options.patch_size)
    )
    model = made(options.model, options.arguments)
    return examined(model, image, options.in_chans, patch, options.batch)


def made(where: str, arguments: list[str]) -> nn.Module:
    """The model that ``module:function`` makes, or is."""
    module, colon, name = where.partition(":")
    if not colon or not name:
        raise ValueError(f"{where!r} is not MODULE:FUNCTION, such as my_model:make_vit")
    declare_operators()
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    found = getattr(importlib.import_module(module), name)
    return found if isinstance(found, nn.Module) else found(*arguments)


def line(finding: Finding) -> str:
    """What was seen; of what is not fine also what it means."""
    sign = "✓" if finding.fine else "✗"
    said = textwrap.wrap(finding.seen, WIDTH, initial_indent=f"{sign} ")
    said = [row if i == 0 else f"  {row}" for i, row in enumerate(said)]
    if not finding.fine:
        words = f"→ {finding.means} (chapter {finding.chapter})"
        indent = {"initial_indent": "  ", "subsequent_indent": "    "}
        said += textwrap.wrap(words, WIDTH, **indent)
    return "\n".join(said)
