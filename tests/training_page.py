"""The training replay on its page, with one in Python to compare with."""

from typing import ClassVar

from playwright.sync_api import ElementHandle, Locator, Page

from tests.widget_page import READ, REMEMBER, Shown
from vitlib.show.widgets import TrainingReplay

PAGE = "notebooks/10_training"
# What a panel shows to read, and the words on its canvases.
READ_WORDS = f"""(panel) => ({{
  ...({READ})(panel),
  button: panel.querySelector("button").textContent,
  drawn: Object.fromEntries([...panel.querySelectorAll("canvas")].map(
    (canvas) => [canvas.className, canvas.words ?? []])),
}})"""


class Replay(Shown):
    """The first training replay of an open page, beside one in Python."""

    where, widget = PAGE, TrainingReplay
    traits: ClassVar = {"Epoch": "epoch", "Digit": "picture"}

    def __init__(self, page: Page):
        super().__init__(page)
        self.button = self.panel.locator("button")
        page.evaluate(REMEMBER)

    def canvas(self, name: str) -> Locator:
        """One of the panel's drawings, by its class."""
        return self.panel.locator(f"canvas.vit-{name}")

    def node(self) -> ElementHandle:
        """The panel, for the page's own functions."""
        return self.panel.element_handle()


def facts(twin: TrainingReplay) -> list[str]:
    """The lines that the panel should state."""
    right = twin.right()
    found = f"{right} of 450 right ({right / 4.5:.1f}%)"
    test = f"loss {twin.record['test_loss'][twin.epoch]:.2f}"
    if twin.epoch == 0:
        learned = f"Before training: {found}, as by guessing; {test}."
    else:
        loss = twin.record["loss"][twin.epoch - 1]
        learned = f"Epoch {twin.epoch}: {found}; {test}, in training {loss:.2f}."
    return [learned, about_errors(twin), about_positions(twin), about_digit(twin)]


def about_errors(twin: TrainingReplay) -> str:
    """Which digits are most often taken for which, the first of equals first."""
    table = twin.confusion().fill_diagonal_(0).tolist()
    pairs = {
        (i, j): count for i, row in enumerate(table) for j, count in enumerate(row)
    }
    most = sorted(pairs, key=pairs.get, reverse=True)
    if pairs[most[0]] == 1:
        return f"Of {sum(pairs.values())} errors no two are alike."
    said = [f"{pairs[i, j]} × a {i} read as {j}" for i, j in most[:2]]
    return f"The most frequent errors: {', '.join(said)}."


def about_positions(twin: TrainingReplay) -> str:
    """How many positions are most like a neighbour's, beside what chance would give.

    On a grid of 4 × 4 the 16 patches have 48 neighbours among 15 others each.
    """
    most = f"For {twin.neighbours()} of 16 patches the most similar position"
    return f"{most} shares a side; by chance {48 / 15:.1f}."


def about_digit(twin: TrainingReplay) -> str:
    """What the chosen digit is read as, and from where the class token gathers most."""
    digit, share = twin.answers()[twin.record["digits"].index(twin.picture)]
    shares = twin.attention()
    most = int(shares.argmax())
    row, column = divmod(most - 1, 4)
    place = f"row {row + 1}, column {column + 1}" if most else "itself"
    verdict = "rightly" if f"{digit}" == twin.picture else "wrongly"
    looks = f"the class token looks most at {place} ({100 * shares[most]:.0f}%)"
    said = f"{digit} ({100 * share:.0f}%)"
    return f"The {twin.picture} is read {verdict}: {said}; {looks}."


def check_state(twin: TrainingReplay, found: dict) -> None:
    """The panel states what Python computes from the record, and draws it."""
    assert found["facts"].split("\n") == facts(twin)
    words = "0: untrained" if twin.epoch == 0 else f"{twin.epoch} of 200"
    assert found["said"]["Epoch"] == words
    counts = [f"{count}" for count in twin.confusion().flatten().tolist() if count]
    drawn = found["drawn"]["vit-confusion"]
    assert drawn[21 : 21 + len(counts)] == counts  # after a heading and 20 digits
    assert f"{twin.right() / 4.5:.1f}%" in found["drawn"]["vit-curves"]
    answers = zip(twin.record["digits"], twin.answers(), strict=True)
    wanted = []
    for name, (digit, share) in answers:
        mark = "✓" if f"{digit}" == name else "✗"
        wanted += [f"{mark} {digit}", f"{100 * share:.0f}%"]
    assert found["drawn"]["vit-answers"][1:] == wanted
