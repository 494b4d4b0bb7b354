"""Chapter 10. Training, and the small trained model that other chapters look into."""

from vitlib.training.digits import DIGITS, WEIGHTS, digits_model
from vitlib.training.loop import accuracy, learn, train
from vitlib.training.recipe import Recipe, jittered, parameter_groups, warm_cosine

__all__ = [
    "DIGITS",
    "WEIGHTS",
    "Recipe",
    "accuracy",
    "digits_model",
    "jittered",
    "learn",
    "parameter_groups",
    "train",
    "warm_cosine",
]
