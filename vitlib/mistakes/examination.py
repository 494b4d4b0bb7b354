"""Has a ViT one of the book's mistakes? Questions that a model cannot evade."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from vitlib.checks import Size
from vitlib.mistakes import beside, black_box, inside
from vitlib.mistakes.collection import steady
from vitlib.mistakes.subject import Subject, subject_of


@dataclass(frozen=True)
class Finding:
    """What was seen of a model, whether it is ``fine``, and what it means if not."""

    check: str
    fine: bool
    seen: str
    means: str
    chapter: int


Check = Callable[[Subject], tuple[bool, str]]
CHECKS: dict[Check, tuple[str, int]] = {  # with what it means, and the chapter
    black_box.twice_the_same: (
        "dropout does not know of eval(): nn.Dropout, or training=self.training",
        10,
    ),
    black_box.numbers_of_images: (
        "the number of images is in a parameter, or is not kept as the first axis",
        3,
    ),
    black_box.place_in_the_batch: (
        "a parameter has the batch as an axis: class token or positions should be "
        "(1, …, D), and `expand`",
        3,
    ),
    black_box.images_apart: (
        "attention or a norm goes over the batch: nn.MultiheadAttention wants "
        "batch_first=True, and a ViT has LayerNorm",
        5,
    ),
    black_box.images_kept: ("something is done in place: x = x + …, not x += …", 7),
    black_box.positions: (
        "positions are missing, or the same for several places: the table should be "
        "(1, N+1, D)",
        4,
    ),
    black_box.every_pixel: (
        "the logits do not depend on them: cropped, or tokens never reach the head",
        1,
    ),
    black_box.every_parameter: (
        "a part is left out, cut off by detach or .data, or comes too late",
        9,
    ),
    black_box.logits_not_shares: (
        "softmax is in the loss: the model should end in a linear layer",
        8,
    ),
    black_box.other_size: (
        "a convolution leaves out what does not fit, without a word: check the size",
        1,
    ),
    black_box.fewer_bits: (
        "scores or sums grow too large: divide q by √d before q·k, and look at the "
        "norms; or a type is fixed in the code",
        12,
    ),
    inside.all_registered: (
        "it is neither learned nor saved nor moved: nn.Parameter, register_buffer, "
        "nn.ModuleList",
        3,
    ),
    inside.weights_of_their_own: (
        "two places share one layer: a list [block] * depth, or one norm for both",
        7,
    ),
    inside.patches_are_tokens: (
        "the image is cut into something else than patches in reading order; "
        "overlapping convolutions would do so on purpose",
        1,
    ),
    inside.rows_move_along: (
        "a view where a transpose is needed, or heads joined without one; positions "
        "inside attention would do so on purpose",
        6,
    ),
    inside.stream_goes_through: (
        "post-norm, or a branch that is not added to what was there",
        7,
    ),
    inside.tokens_kept: ("x += … in place: x = x + …", 7),
    inside.norm_at_the_end: ("the final norm is missing", 8),
    inside.rows_read: ("class token and head disagree about the row", 8),
    beside.as_in_vitlib: (
        "the first part that does not compute what vitlib's does; in brackets the "
        "mistake that explains it",
        9,
    ),
}

STOPPED = {  # by whether something was done in place
    True: ("the gradient needs what was overwritten: x = x + …, not x += …", 7),
    False: ("it fails where others answer", 9),
}


def examine(
    model: nn.Module,
    image_size: Size,
    in_chans: int = 3,
    patch_size: Size | None = None,
    batch: int = 4,
) -> list[Finding]:
    """What is wrong with a ViT, though its shapes are right; empty if nothing is found.

    The model may be anyone's; a copy of it is asked, in float64 if it can, as it is at
    rest and in training, and no weight of yours is changed. Parameters that are all 0
    or all 1 get random numbers in the copy. That nothing is found proves nothing.

    Args:
        model: takes (B, in_chans, height, width), returns (B, K), or ``.logits``.
        image_size, patch_size: in pixels; the patches' may be found in the model.
        batch: how many images to ask with, if the model is not indifferent.

    Raises: TypeError, ValueError: no model, or not for such images; says what to tell.
    """
    found = examined(model, image_size, in_chans, patch_size, batch)
    return [finding for finding in found if not finding.fine]


def examined(
    model: nn.Module,
    image_size: Size,
    in_chans: int = 3,
    patch_size: Size | None = None,
    batch: int = 4,
) -> list[Finding]:
    """All that ``examine`` asks, with the answers that are as they should be."""
    subject = subject_of(model, image_size, in_chans, patch_size, batch)
    with steady():
        return [asked(subject, check) for check in CHECKS]


def asked(subject: Subject, check: Check) -> Finding:
    """What a check finds; one that stops has found something."""
    name, (means, chapter) = check.__name__.replace("_", " "), CHECKS[check]
    try:
        fine, seen = check(subject)
    except RuntimeError as error:
        fine, seen = False, f"stops: {str(error).split(':')[0]}"
        means, chapter = STOPPED["inplace" in seen]
    return Finding(name, fine, seen, means, chapter)
