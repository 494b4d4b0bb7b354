"""Chapter 10. Training, and the small trained model that other chapters look into."""

from vitlib.training.digits import DIGITS, WEIGHTS, digits_model
from vitlib.training.folder import trained_model
from vitlib.training.loop import Run, learn, train
from vitlib.training.measures import accuracy, confusion, error, loss_of
from vitlib.training.recipe import Recipe, jittered, parameter_groups, warm_cosine

__all__ = [
    "DIGITS",
    "WEIGHTS",
    "Recipe",
    "Run",
    "accuracy",
    "confusion",
    "digits_model",
    "error",
    "jittered",
    "learn",
    "loss_of",
    "parameter_groups",
    "train",
    "trained_model",
    "warm_cosine",
]
