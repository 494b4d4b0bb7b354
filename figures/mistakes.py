"""Draw the figures of chapter 13: where the mistakes lie, and what shows them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.intro import CHAPTERS
from vitlib.mistakes import MISTAKES, Mistake
from vitlib.mistakes.broken import CHANGES
from vitlib.show import plots, style

LEFT, WIDE, HIGH = 8, 158, 30  # of the stages' boxes
TOP, STEP, APART = 34, 50, 30  # first box, from one to the next, around the model
FIRST, CHIP, TALL = 196, 28, 22  # of the numbers: where they begin, and their size
INSIDE = 9  # so many chapters are about a part of the model
ROLES = {  # of the stages that have a colour of their own
    1: ("patch", "paper"),
    2: ("patch", "patch-soft"),
    3: ("class-token", "paper"),
    4: ("position", "paper"),
}


def place(chapter: int) -> float:
    """How far down a chapter's box begins."""
    gap = APART * (chapter >= INSIDE)
    return TOP + STEP * (chapter - 1) + gap


def stage(axes: Axes, chapter: int) -> None:
    """A part of the model, with its chapter's number, on the way down."""
    role, fill = ROLES.get(chapter, ("stream", "paper"))
    y = place(chapter)
    plots.box(axes, LEFT, y, WIDE, HIGH, role, fill)
    name = f"{chapter}  {CHAPTERS[chapter][0].removesuffix(', collected')}"
    plots.text(axes, LEFT + 10, y + HIGH / 2, name, align="left")
    if chapter + 1 < INSIDE:
        middle = LEFT + WIDE / 2
        end = (middle, place(chapter + 1))
        plots.arrow(axes, (middle, y + HIGH + 3), end, line=4)


def chip(axes: Axes, mistake: Mistake, y: float) -> None:
    """A mistake's number in its chapter; filled if a whole ViT shows it."""
    x = FIRST + (mistake.number - 1) * CHIP
    seen = mistake.key in CHANGES
    fill, words = ("ink", "paper") if seen else (None, "ink")
    role, line = ("ink", 1.5) if seen else ("stream", 1)
    plots.box(axes, x, y, CHIP - 4, TALL, role, fill, line)
    weight = "bold" if seen else "normal"
    middle = (x + (CHIP - 4) / 2, y + TALL / 2)
    plots.text(axes, *middle, mistake.number, words, 12, weight=weight)


def legend(axes: Axes, y: float) -> None:
    """What filled and empty numbers are."""
    many = sum(mistake.key in CHANGES for mistake in MISTAKES)
    for x, filled, words in (
        (LEFT, True, f"{many}: examine finds it in a whole ViT"),
        (292, False, f"{len(MISTAKES) - many}: only its own test"),
    ):
        fill = "ink" if filled else None
        plots.box(axes, x, y, 18, 18, "ink" if filled else "stream", fill, 1.5)
        plots.text(axes, x + 26, y + 9, words, size=12, align="left")


def map_of_mistakes() -> Figure:
    """The model's way from image to logits, with each mistake's number at its place."""
    last = max(mistake.chapter for mistake in MISTAKES)
    figure, axes = plots.canvas(place(last) + HIGH + 54)
    words = "number of the mistake in its chapter"
    plots.text(axes, FIRST, 16, words, "muted", 12, "left")
    for chapter in range(1, last + 1):
        stage(axes, chapter)
    y = place(INSIDE) - APART / 2 - (STEP - HIGH) / 4
    axes.plot([LEFT, 472], [y, y], color=style.colour("rule"), lw=1)
    for mistake in MISTAKES:
        chip(axes, mistake, place(mistake.chapter) + (HIGH - TALL) / 2)
    legend(axes, place(last) + HIGH + 24)
    return figure


def draw() -> dict[str, Figure]:
    """The chapter's map by file name."""
    return {"mistakes-map": map_of_mistakes()}
