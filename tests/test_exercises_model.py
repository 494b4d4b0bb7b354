"""What chapter 9's check says of counted weights."""

import torch

from tests.exercise_words import said_to
from vitlib.encoder import ViTConfig
from vitlib.model import ViT
from vitlib.show.exercises import model as exercises


def built(image, patch, channels, classes, dim, depth, ratio):
    """Counted in a model that is built, without numbers."""
    sizes = (image, patch, channels, classes, dim, depth)
    with torch.device("meta"):
        config = ViTConfig(*sizes, num_heads=2, mlp_ratio=ratio)
        return sum(weight.numel() for weight in ViT(config).parameters())


def formula(
    cls=1,
    table=1,
    seat=1,
    head=1,
    head_bias=1,
    blocks=None,
    grey=False,
    last=2,
    mlp=None,
):
    """A function that counts by formula, with something left out or put in."""

    def parameters(image, patch, channels, classes, dim, depth, ratio):
        hidden = round((mlp or ratio) * dim)
        block = 4 * dim * dim + 9 * dim + 2 * dim * hidden + hidden
        block = block if blocks is None else blocks(block, dim, hidden)
        pixels = (1 if grey else channels) * patch**2
        found = pixels * dim + dim + cls * dim + last * dim + depth * block
        found += table * (image // patch) ** 2 * dim + seat * dim
        return found + head * dim * classes + head_bias * classes

    return parameters


def flat(image, patch, channels, classes, dim, depth, ratio):
    """One block, however many there are."""
    return built(image, patch, channels, classes, dim, 1, ratio)


B16 = "for (224, 16, 3, 1000, 768, 12, 4), not 86,567,656: "


def count(number: str, words: str) -> str:
    """What is said of another number for B/16."""
    return f"✗ {number} {B16}{words}"


COUNTS = [
    (lambda *_: None, "… no answer yet"),
    (built, "✓ every weight is counted"),
    (formula(), "✓ every weight is counted"),
    (lambda *sizes: torch.tensor(built(*sizes)), "✓ every weight"),
    (lambda *sizes: float(built(*sizes)), "✓ every weight"),
    (formula(cls=0), count("86,566,888", "D are missing: the class token, its pos")),
    (formula(seat=0), count("86,566,888", "D are missing")),
    (formula(cls=0, seat=0), count("86,566,120", "2 D are missing: the class token")),
    (formula(last=0), count("86,566,120", "2 D are missing")),
    (formula(cls=2), count("86,568,424", "that is D too many")),
    (formula(0, 0, 0), count("86,415,592", "class token and positions are missing")),
    (formula(table=0, seat=0), count("86,416,360", "the positions are missing")),
    (formula(table=0), count("86,417,128", "the positions of the patches")),
    (formula(head=0, head_bias=0), count("85,798,656", "the head is missing")),
    (formula(head=0), count("85,799,656", "the head's matrix")),
    (formula(head_bias=0), count("86,566,656", "the head has a bias too, of K")),
    (formula(grey=True), count("86,174,440", "a patch has the pixels of all")),
    (flat, count("8,601,064", "that is one block; there are 12")),
    (formula(blocks=lambda b, d, m: 0), count("1,513,192", "the blocks are missing")),
    (
        formula(blocks=lambda b, d, m: b - 4 * d),
        count("86,530,792", "the norms of the blocks are missing"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 4 * d, last=0),
        count("86,529,256", "norms are missing: two in each block"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 2 * d),
        count("86,549,224", "each block has two norms"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 2 * d, last=1),
        count("86,548,456", "each norm has γ and β"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 5 * d - m),
        count("86,484,712", "the linear layers of the blocks have biases"),
    ),
    (
        formula(cls=0, head_bias=0, blocks=lambda b, d, m: b - 5 * d - m),
        count("86,482,944", "every linear layer has a bias"),
    ),
    (
        formula(head_bias=0, blocks=lambda b, d, m: b - 5 * d - m),
        count("86,483,712", "blocks and head have biases too"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 3 * d),
        count("86,540,008", "qkv has a bias too"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 3 * d * d - 3 * d),
        count("65,306,344", "q, k and v are missing"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 2 * d * d - 2 * d),
        count("72,393,448", "q, k and v are three matrices"),
    ),
    (
        formula(blocks=lambda b, d, m: b - d * d - d),
        count("79,480,552", "proj, attention's output"),
    ),
    (
        formula(blocks=lambda b, d, m: b - 2 * d * m - d - m),
        count("29,898,472", "the MLPs are missing"),
    ),
    (formula(mlp=4), "✗ 16,525 for (12, 4, 3, 5, 20, 3, 1.5), not"),
    (lambda *_: 86_567_656, "✗ 86,567,656 for (28, 7, 1, 10, 48, 2, 4), not"),
    (lambda *_: 12, count("12", "patch projection, class token, positions, blocks")),
    (lambda *_: float("nan"), count("nan", "patch projection")),
    (lambda *_: float("inf"), count("inf", "patch projection")),
    (lambda *_: "86 million", "✗ numbers of shape () are asked; got str"),
    (lambda *_: [1, 2], "✗ shape (2,) where () is asked"),
    (lambda image, patch: 1, "✗ the function stopped with TypeError"),
]


test_what_a_check_says = said_to({exercises.check_parameters: COUNTS})
