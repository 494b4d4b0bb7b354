"""What the inspector's numbers look like in words, and which parts it tells apart."""

from decimal import ROUND_HALF_UP, Context, Decimal

FOUR_DIGITS = Context(prec=4, rounding=ROUND_HALF_UP)  # JavaScript rounds so, too
POWERS = ("", "k", "M", "G", "T", "P", "E", "Z", "Y")
PARTS = {  # what a row of the table sums up, and the roles of its bar
    "patch projection": (("patch_embed",), ("patch",)),
    "class token": (("cls_token",), ("class-token",)),
    "positions": (("pos_embed",), ("position",)),
    "q, k and v": (("attn.qkv",), ("query", "key", "value")),
    "scores, means": (("scores", "means"), ("muted",)),
    "output of heads": (("attn.proj",), ("stream",)),
    "MLP": (("mlp.fc1", "mlp.fc2"), ("stream",)),
    "norms": (("norm1", "norm2", "norm"), ("stream",)),
    "head": (("head",), ("ink",)),
}


def four_digits(number: float) -> str:
    """17.5638 as "17.56"; what ends in a half is rounded up."""
    return f"{float(FOUR_DIGITS.create_decimal_from_float(number)):#.4g}"


def scaled(number: int) -> tuple[str, str]:
    """A whole number to four digits, and the power of a thousand it is counted in."""
    if number < 1000:
        return str(number), ""
    value, power = float(number), 0
    while float(four_digits(value / 1000.0**power)) >= 1000:
        power += 1
    return four_digits(value / 1000.0**power), POWERS[power]


def brief(number: int) -> str:
    """17,563,804,416 as "17.56 G"."""
    return " ".join(scaled(number)).strip()


def size_in_bytes(number: int) -> str:
    """346,270,624 as "346.3 MB"."""
    value, power = scaled(number)
    return f"{value} {power}B"


def percent(part: int, whole: int) -> str:
    """A share as "65.5%", or "<0.1%" if there is one that rounds to nothing."""
    share = 100 * float(part) / float(whole)
    if part and share < 0.05:
        return "<0.1%"
    return f"{Decimal(share).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def part_of(costs: dict[str, int], name: str) -> int:
    """What a part of ``PARTS`` has of all costs."""
    return sum(costs.get(key, 0) for key in PARTS[name][0])
