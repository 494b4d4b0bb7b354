"""Examine a Vision Transformer: ``python -m vitlib.mistakes --help``."""

import sys

from vitlib.mistakes.command import main

if __name__ == "__main__":
    sys.exit(main())
