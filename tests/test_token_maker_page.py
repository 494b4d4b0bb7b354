"""The token maker on its page shows what Python computes."""

import pytest
import torch
from matplotlib import colormaps
from playwright.sync_api import Locator

from tests.book_site import NARROW, WIDE
from tests.explorer_page import PROBE
from vitlib.show import style
from vitlib.show.widgets import TokenMaker
from vitlib.show.widgets import tokens as maker

PAGE = "notebooks/02_tokens"
SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
EACH_KIND = pytest.mark.parametrize("weights", ["random", "waves"])
# Puts a slider to each of its values; what its output and the panel say at each.
SAID = """slider => {
  const panel = slider.closest(".vit-panel");
  const said = [];
  for (let value = Number(slider.min); value <= Number(slider.max); value++) {
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
    const facts = panel.querySelector(".vit-facts").firstChild.textContent;
    said.push([slider.getAttribute("aria-valuetext"), facts]);
  }
  return said;
}"""


class Maker:
    """The token maker of an open page, beside one in Python."""

    def __init__(self, page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=tokens]").first
        self.panel.scroll_into_view_if_needed()
        self.panel.locator(".vit-filter").first.wait_for()
        self.twin = TokenMaker()

    def canvas(self, name: str) -> Locator:
        """A canvas, by how its label begins."""
        return self.panel.locator(f"canvas[aria-label^='{name}']").first

    def control(self, name: str) -> Locator:
        """A slider, or the choice of weights, by its label."""
        return self.panel.get_by_label(name, exact=True)

    def move(self, name: str, trait: str, value: int) -> None:
        """Put a slider to a value, here and in Python."""
        put = "(i, v) => { i.value = v; i.dispatchEvent(new Event('input')); }"
        self.control(name).evaluate(put, value)
        setattr(self.twin, trait, value)

    def choose(self, weights: str) -> None:
        """Other weights, here and in Python."""
        self.control("Weights").select_option(weights)
        self.twin.weights = weights

    def colours(self, name: str, places: torch.Tensor) -> torch.Tensor:
        """Colours (n, 3) of a canvas at places (n, 2), x before y."""
        return torch.tensor(self.canvas(name).evaluate(PROBE, places.tolist()))[:, :3]


@pytest.fixture
def shown(reader) -> Maker:
    """The token maker on its page, drawn."""
    return Maker(reader.open(PAGE, NARROW, device_scale_factor=2))


def outcomes(twin: TokenMaker) -> list[str]:
    """What is said of each width, by QR rather than by 768 times least squares."""
    every = TokenMaker(patch=twin.patch, weights=twin.weights)
    basis = torch.linalg.qr(every.filters()[:400].T).Q
    pixels = every.pixels() - maker.GREY
    kept = (pixels @ basis).square().cumsum(0) / pixels.square().sum()
    said = []
    for width in range(1, 769):
        share = 0 if width >= 400 else 1 - kept[width - 1].item()
        numbers = f"{width} number{'s' * (width > 1)} from 400 pixels"
        lost = f"✗ {numbers}: {maker.percent(share)} of the patch is lost"
        of_this = " of this patch" if width < 400 else ""
        nothing = f"✓ {numbers}: nothing{of_this} is lost"
        said.append(nothing if share < maker.NOTHING else lost)
    return said


@EACH_KIND
@pytest.mark.parametrize("patch", [1, 12, 14])
def test_every_width_states_what_python_computes(shown, weights, patch):
    shown.choose(weights)
    shown.move("Patch", "patch", patch)
    said = shown.control("Token width D").evaluate(SAID)
    assert [facts for _, facts in said] == outcomes(shown.twin)
    assert [words for words, _ in said[:2]] == ["1 number", "2 numbers"]
    assert [int(words.split()[0]) for words, _ in said] == list(range(1, 769))


@EACH_KIND
def test_every_patch_states_what_python_computes(shown, weights):
    shown.choose(weights)
    shown.move("Token width D", "width", 100)
    for i, (words, facts) in enumerate(shown.control("Patch").evaluate(SAID)):
        shown.twin.patch = i + 1
        place = f"row {i // 5 + 1}, column {i % 5 + 1}"
        assert words == f"{i + 1} of 15: {place}"
        assert facts == shown.twin.outcome()


@EACH_KIND
def test_the_filters_have_their_numbers_of_the_token(shown, weights):
    shown.choose(weights)
    shown.move("Patch", "patch", 9)
    token = [f"{number:+.2f}".replace("-", "−") for number in shown.twin.token()[:8]]
    token = [number if number[1:] != "0.00" else "0.00" for number in token]
    numbers = shown.panel.locator(".vit-filter > span")
    assert numbers.all_text_contents() == token
    shown.move("Token width D", "width", 3)
    assert numbers.all_text_contents() == [*token[:3], *"–––––"]


def rgb(numbers: torch.Tensor, shades: str) -> torch.Tensor:
    """The colours (n, 3) of numbers between 0 and 1, in bytes."""
    return 255 * torch.tensor(colormaps[shades](numbers.numpy())[:, :3])


def middles(side: float) -> torch.Tensor:
    """Where the middles of a patch's pixels lie in a square of a side, (400, 2)."""
    y, x = torch.meshgrid(torch.arange(20), torch.arange(20), indexing="ij")
    return (torch.stack([x, y], -1).reshape(-1, 2) + 0.5) * side / 20


@EACH_KIND
@SCREENS
def test_the_canvases_show_patch_token_and_what_comes_back(reader, screen, weights):
    shown = Maker(reader.open(PAGE, screen, device_scale_factor=2))
    shown.choose(weights)
    for patch, width in ((12, 64), (4, 300), (15, 768)):
        shown.move("Patch", "patch", patch)
        shown.move("Token width D", "width", width)
        squares = {f"Patch {patch}, enlarged": shown.twin.pixels()}
        squares[f"Patch {patch} recovered"] = shown.twin.recovered()
        for name, pixels in squares.items():
            side = shown.canvas(name).bounding_box()["width"]
            wanted = rgb(pixels.clip(0, 1), style.MOUNTAINS)
            found = shown.colours(name, middles(side))
            assert (found - wanted).abs().max() <= 3
        check_strip(shown, f"The token of patch {patch}", shown.twin.token())


def check_strip(shown: Maker, name: str, token: torch.Tensor) -> None:
    """The token's numbers lie in lines of 400, each in its colour."""
    room = shown.canvas(name).bounding_box()["width"]
    i = torch.arange(len(token))
    frame = torch.tensor([0, 1, 366, 367, 398, 399])  # lies over these
    kept = ~torch.isin(i % 400, frame)
    x = (i % 400 + 0.5) * room / 400
    found = shown.colours(name, torch.stack([x, i // 400 * 29 + 12.0], 1)[kept])
    wanted = rgb((token[kept] + 1) / 2, style.SIGNED)
    assert ((found - wanted).abs().amax(1) <= 4).all()
