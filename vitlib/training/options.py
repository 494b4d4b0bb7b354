"""What ``python -m vitlib.training`` can be told."""

import argparse
from pathlib import Path

from vitlib.checks import KNOWN
from vitlib.data import DATASETS
from vitlib.model import CONFIGS
from vitlib.training.recipe import Recipe

COMMAND = "python -m vitlib.training"
ABOUT = "Train a Vision Transformer, and keep all that is needed to go on after a stop."
LAUNCH = """\
  TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 torchrun \\
      --nnodes 1:2 --nproc-per-node 8 --max-restarts 3 --rdzv-id both \\
      --rdzv-backend c10d --rdzv-endpoint HOST:29400 \\
      -m vitlib.training --output runs/both --resume
"""  # shared, processes that begin again would look for others where those died
EXAMPLE = f"""\
example:
  {COMMAND} --data digits --epochs 40 --output runs/digits
      about a minute on a laptop; then, or after Ctrl-C, a crash, a power cut:
  {COMMAND} --output runs/digits --resume
      goes on after the last whole epoch. On a CPU, with as many threads
      (OMP_NUM_THREADS), the weights become the same, bit by bit, as without a stop.
  torchrun --nproc-per-node 2 -m vitlib.training --output runs/both
      divides each batch among two processes; the loss is that of one.
{LAUNCH}\
      the same line on one or two machines that share a disk, HOST one of them: when
      a process dies, or the other machine comes, all go on after the last whole epoch.

exit status: 0 trained; 1 the loss was no number, or the disk full; 2 refused, nothing
  written; 130 Ctrl-C; 143 ended by the system. After the last two --resume goes on.
"""
WRITES = """\
after each epoch, wholly or not at all: settings.json (these options, and the
model's config), log.jsonl (a line an epoch: epoch, steps, rate, loss, accuracy or
error on the test images, seconds), model.safetensors (the weights, for
vitlib.training.trained_model and vitlib.checkpoints), last.pt (for --resume)"""
OWN = dict.fromkeys(("patch_size", "embed_dim", "depth", "heads", "pool", "positions"))
DEFAULTS = {  # of whatever changes the outcome
    "data": "digits",
    "model": "digits",
    **OWN,  # as the model has it
    "epochs": Recipe.epochs,
    "batch_size": Recipe.batch_size,
    "lr": Recipe.lr,
    "weight_decay": Recipe.weight_decay,
    "warm_up": Recipe.warm_up,
    "jitter": Recipe.jitter,
    "seed": Recipe.seed,
    "precision": "float32",
}


def parser() -> argparse.ArgumentParser:
    """Reads the options; what was not given is not among them."""
    made = argparse.ArgumentParser(
        prog=COMMAND,
        usage=f"{COMMAND} --output DIR [options]",
        description=ABOUT,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    add_data(made.add_argument_group("what it learns from"))
    add_model(made.add_argument_group("the model", "as --model has it, or changed"))
    add_recipe(made.add_argument_group("the recipe"))
    add_machine(made.add_argument_group("where it computes"))
    add_output(made.add_argument_group("what it writes", WRITES))
    return made


def add_data(group: argparse._ArgumentGroup) -> None:
    """Options of the data."""
    add(group, "data", "pictures and their labels", choices=list(DATASETS))
    group.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="where mnist and cifar10 lie or are put ($VITLIB_DATA or ~/.cache/vitlib)",
    )


def add_model(group: argparse._ArgumentGroup) -> None:
    """Options of the model; image size, channels and classes are the data's."""
    names = ["digits", *CONFIGS]
    said = f"digits (a small one), or {', '.join(CONFIGS)}"
    add(group, "model", said, choices=names, metavar="NAME")
    add(group, "patch_size", "side of a patch in pixels, divides the images'", type=int)
    add(group, "embed_dim", "numbers in a token", type=int)
    add(group, "depth", "blocks", type=int)
    add(group, "heads", "attention heads a block, divide --embed-dim", type=int)
    add(group, "pool", "what the head reads", choices=KNOWN["pool"])
    add(group, "positions", "how tokens tell their place", choices=KNOWN["pos_embed"])


def add_recipe(group: argparse._ArgumentGroup) -> None:
    """Options of the recipe."""
    add(group, "epochs", "how often each image is seen", type=int)
    add(group, "batch_size", "images a step, in all processes together", type=int)
    add(group, "lr", "the highest learning rate", type=float)
    add(group, "weight_decay", "of matrices, times the rate, a step", type=float)
    add(group, "warm_up", "share of the steps in which the rate rises", type=float)
    add(group, "jitter", "how far pictures are moved; 0: not at all", type=float)
    add(group, "seed", "of first weights, order and jitter", type=int)


def add_machine(group: argparse._ArgumentGroup) -> None:
    """Options of the machine."""
    group.add_argument(
        "--device",
        default="auto",
        choices=["auto", "cpu", "cuda", "mps"],
        help="auto takes cuda or mps where there is one (auto)",
    )
    kinds = ["float32", "bfloat16"]
    add(group, "precision", "of the products; weights stay float32", choices=kinds)


def add_output(group: argparse._ArgumentGroup) -> None:
    """Options of what is written."""
    group.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        required=True,
        help="a folder for this training alone, made if missing",
    )
    flags = {
        "resume": "go on with the training in --output; its other options are"
        " remembered and cannot change; begins it if there is none",
        "quiet": "say nothing but what went wrong",
    }
    for name, said in flags.items():
        group.add_argument(f"--{name}", action="store_true", default=False, help=said)


def add(group: argparse._ArgumentGroup, name: str, said: str, **more: object) -> None:
    """An option by its name in ``DEFAULTS``, whose default its help tells."""
    default = DEFAULTS[name]
    said = said if default is None else f"{said} ({default})"
    if "type" in more:
        more["metavar"] = "N" if more["type"] is int else "X"
    group.add_argument(flag(name), help=said, **more)


def flag(name: str) -> str:
    """How an option is written: ``batch_size`` as ``--batch-size``."""
    return "--" + name.replace("_", "-")
