"""Train the digits' model anew and write its weights, as float16.

Learns from the 1,347 training images, then says how many of the 450 for testing it
gets wrong. The same machine and versions give the same file, byte for byte.
"""

import argparse
from pathlib import Path

import torch

from vitlib.checkpoints import save_checkpoint
from vitlib.data import digits
from vitlib.model import ViT
from vitlib.training import DIGITS, WEIGHTS, Recipe, accuracy, train


def trained(epochs: int, seed: int) -> ViT:
    """The model, its weights rounded to float16; one thread, so sums have one order."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = ViT(DIGITS)
    train(model, *digits("train"), epochs=epochs, seed=seed)
    return model.half()


def main() -> None:
    """Train, write, and say how well it reads."""
    parser = argparse.ArgumentParser(
        prog="python -m vitlib.weights", description=__doc__
    )
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="a .safetensors file")
    options = parser.parse_args()
    model = trained(options.epochs, options.seed)
    save_checkpoint(model, options.out)
    images, labels = digits("test")
    wrong = round((1 - accuracy(model.float(), images, labels)) * len(labels))
    print(f"{options.out}: {wrong} of {len(labels)} wrong")


if __name__ == "__main__":
    main()
