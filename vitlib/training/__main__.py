"""Train a Vision Transformer: ``python -m vitlib.training --help``."""

import sys

from vitlib.training.command import main

if __name__ == "__main__":
    sys.exit(main())
