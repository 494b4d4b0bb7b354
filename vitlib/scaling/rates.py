"""A recipe for another batch size."""

from dataclasses import replace

from vitlib.checks import as_integer, check_at_least
from vitlib.data.parts import check_known
from vitlib.training import Recipe

RULES = {"linear": 1.0, "square root": 0.5}  # powers of how much larger the batch is


def scaled(
    recipe: Recipe, batch_size: int, rule: str = "linear", warm_up: str = "epochs"
) -> Recipe:
    """A recipe for batches κ times as large: its rate grows as κ, or as √κ.

    Linear is for SGD: κ small steps go about as far as a large one, as long as weights
    move little in between. Adam divides the gradient by its own size, so the noise
    decides, and it falls as √κ. The full rule for Adam changes more: 1 − β of both
    means grows as κ, too, and ε falls as √κ; these are not a recipe's.

    Args:
        recipe, batch_size: one that is known to work, and a batch for another.
        rule: "linear", or "square root".
        warm_up: over as many "epochs" as before, in κ times fewer steps; or over as
            many "steps" as before, in κ times more epochs.

    Raises: TypeError, ValueError: no such batch or rule, or the warm-up would take
        longer than the training.
    Source: P. Goyal et al., *Accurate, Large Minibatch SGD* (2017), sections 2.1, 2.2;
        S. Malladi et al., *On the SDEs and Scaling Rules for Adaptive Gradient
        Algorithms* (2022), whose rule for Adam this is.
    """
    check_known("rule", rule, RULES)
    check_known("warm_up", warm_up, ("epochs", "steps"))
    check_at_least("batch_size", as_integer(batch_size, "batch_size"), 1)
    larger = batch_size / recipe.batch_size
    share = recipe.warm_up * (larger if warm_up == "steps" else 1)
    if share > 1:
        raise ValueError(
            f"batches of {batch_size} leave {1 / larger:.3g} as many steps, fewer than"
            f" the warm-up's; a batch of {int(recipe.batch_size / recipe.warm_up)} at"
            ' most, more epochs, or warm_up="epochs"'
        )
    rate = recipe.lr * larger ** RULES[rule]
    return replace(recipe, batch_size=batch_size, lr=rate, warm_up=share)
