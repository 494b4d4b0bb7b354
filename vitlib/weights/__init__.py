"""Weights that travel with the package; ``python -m vitlib.weights`` makes them."""
