"""What the reader of digits says of a drawing; the page's script says the same."""

from collections.abc import Sequence

PALEST, DARKEST = 185, 433  # ink of 1,797 digits, in sixteenths of a pixel
SURE = 0.85  # below it one in five is wrong, above one in 431


def verdict(
    levels: Sequence[int], probabilities: Sequence[float]
) -> tuple[list[int], list[str]]:
    """The digits that are likely, none if the drawing is like no digit; the words.

    Args:
        levels: 64 levels of ink, row by row, from 0 to 16.
        probabilities: of the ten digits.
    """
    if strange := unlike(levels):
        return [], strange
    first, second = sorted(range(10), key=lambda digit: -probabilities[digit])[:2]
    share = probabilities[first]
    if share >= SURE:
        said = "Of 450 test digits 431 got at least 85%; 1 of them was misread."
        name = f"{article(first)} {first}".capitalize()
        return [first], [f"{name}, {percent(share)}", said]
    named = " or ".join(
        f"{article(digit)} {digit} ({percent(probabilities[digit])})"
        for digit in (first, second)
    )
    said = "Of 450 test digits 19 got less than 85%; 4 of them were misread."
    return [first, second], [f"Unsure: {named}", said]


def unlike(levels: Sequence[int]) -> list[str] | None:
    """Why a drawing is like none of the 1,797 digits, or ``None``."""
    ink = sum(levels)
    reached = sum(any(levels[8 * row : 8 * row + 8]) for row in range(8))
    has = f"It has {ink} sixteenths of a cell; the"
    if ink == 0:
        return ["Nothing drawn yet.", "Draw a digit, as large as the frame."]
    if ink < PALEST:
        end = f"{has} palest of 1,797 digits has {PALEST}."
        return ["Too little ink to be a digit.", end]
    if ink > DARKEST:
        end = f"{has} darkest of 1,797 digits has {DARKEST}."
        return ["Too much ink to be a digit.", end]
    if reached < 8:
        rows = f"{reached} row{'s' if reached > 1 else ''}"
        end = f"Each of 1,797 has ink in all 8 rows, this has it in {rows}."
        return [
            "Unlike any digit that it learned.",
            f"{end} “Fit the frame” stretches it.",
        ]
    return None


def article(digit: int) -> str:
    """How English speaks of a digit."""
    return "an" if digit == 8 else "a"


def percent(share: float) -> str:
    """A share of 1 in whole percent, halves rounded up."""
    return f"{int(100 * share + 0.5)}%"
