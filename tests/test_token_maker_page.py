"""The token maker on its page shows what Python computes, and does what readers do."""

from typing import ClassVar

import pytest
import torch
from playwright.sync_api import Locator, Page

from tests.book_site import NARROW, WIDE
from tests.widget_page import SCREENS, Shown, colours, shades
from vitlib.show import style
from vitlib.show.widgets import TokenMaker
from vitlib.show.widgets import tokens as maker

PAGE = "notebooks/02_tokens"
EACH_KIND = pytest.mark.parametrize("weights", ["random", "waves"])
# What a slider's output and the panel say, read without laying the page out.
SAID = """(panel, slider) => [
  slider.getAttribute("aria-valuetext"),
  panel.querySelector(".vit-facts").firstChild.textContent,
]"""
# As near as it is loaded, but what takes long is not made yet.
COME = """(place) => scrollTo({
  top: place.getBoundingClientRect().top - innerHeight - 600, behavior: "instant" })"""


class Maker(Shown):
    """The token maker of an open page, drawn, beside one in Python."""

    where, widget = PAGE, TokenMaker
    traits: ClassVar = {
        "Weights": "weights",
        "Token width D": "width",
        "Patch": "patch",
    }

    def __init__(self, page: Page):
        super().__init__(page)
        self.panel.scroll_into_view_if_needed()
        self.panel.locator(".vit-filter").first.wait_for()

    def canvas(self, name: str) -> Locator:
        """A canvas, by how its label begins."""
        return self.panel.locator(f"canvas[aria-label^='{name}']").first


@pytest.fixture
def shown(reader) -> Maker:
    """The token maker on its page, drawn."""
    return Maker.of(reader, NARROW, device_scale_factor=2)


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


@pytest.mark.parametrize(
    ("weights", "patch"), [("random", 12), ("waves", 12), ("waves", 1), ("random", 14)]
)
def test_every_width_states_what_python_computes(shown, weights, patch):
    shown.put("Weights", weights)
    shown.put("Patch", patch)
    widths, said = zip(*shown.walk("Token width D", SAID), strict=True)
    assert [facts for _, facts in said] == outcomes(shown.twin)
    assert [words for words, _ in said[:2]] == ["1 number", "2 numbers"]
    assert [int(words.split()[0]) for words, _ in said] == [*widths]
    assert [*widths] == [*range(1, 769)]


@EACH_KIND
def test_every_patch_states_what_python_computes(shown, weights):
    shown.put("Weights", weights)
    shown.put("Token width D", 100)
    walked = shown.walk("Patch", SAID)
    assert [patch for patch, _ in walked] == [*range(1, 16)]
    for shown.twin.patch, (words, facts) in walked:
        row, column = divmod(shown.twin.patch - 1, 5)
        place = f"row {row + 1}, column {column + 1}"
        assert words == f"{shown.twin.patch} of 15: {place}"
        assert facts == shown.twin.outcome()


@EACH_KIND
def test_the_filters_have_their_numbers_of_the_token(shown, weights):
    shown.put("Weights", weights)
    shown.put("Patch", 9)
    token = [f"{number:+.2f}".replace("-", "−") for number in shown.twin.token()[:8]]
    token = [number if number[1:] != "0.00" else "0.00" for number in token]
    numbers = shown.panel.locator(".vit-filter > span")
    assert numbers.all_text_contents() == token
    shown.put("Token width D", 3)
    assert numbers.all_text_contents() == [*token[:3], *"–––––"]


def middles(side: float) -> torch.Tensor:
    """Where the middles of a patch's pixels lie in a square of a side, (400, 2)."""
    y, x = torch.meshgrid(torch.arange(20), torch.arange(20), indexing="ij")
    return (torch.stack([x, y], -1).reshape(-1, 2) + 0.5) * side / 20


@EACH_KIND
@SCREENS
def test_the_canvases_show_patch_token_and_what_comes_back(reader, screen, weights):
    shown = Maker.of(reader, screen, device_scale_factor=2)
    shown.put("Weights", weights)
    for patch, width in ((12, 64), (4, 300), (15, 768)):
        shown.put("Patch", patch)
        shown.put("Token width D", width)
        squares = {f"Patch {patch}, enlarged": shown.twin.pixels()}
        squares[f"Patch {patch} recovered"] = shown.twin.recovered()
        for name, pixels in squares.items():
            canvas = shown.canvas(name)
            side = canvas.bounding_box()["width"]
            wanted = shades(pixels.clip(0, 1), style.MOUNTAINS)
            found = colours(canvas, middles(side))
            assert (found - wanted).abs().max() <= 3
        strip = shown.canvas(f"The token of patch {patch}")
        check_strip(strip, shown.twin.token())


def check_strip(strip: Locator, token: torch.Tensor) -> None:
    """The token's numbers lie in lines of 400, each in its colour."""
    room = strip.bounding_box()["width"]
    i = torch.arange(len(token))
    frame = torch.tensor([0, 1, 366, 367, 398, 399])  # lies over these
    kept = ~torch.isin(i % 400, frame)
    x = (i % 400 + 0.5) * room / 400
    found = colours(strip, torch.stack([x, i // 400 * 29 + 12.0], 1)[kept])
    wanted = shades((token[kept] + 1) / 2, style.SIGNED)
    assert ((found - wanted).abs().amax(1) <= 4).all()


@SCREENS
def test_a_click_chooses_the_patch_under_it(reader, screen):
    shown = Maker.of(reader, screen)
    whole = shown.canvas("The mountains")
    box = whole.bounding_box()
    for patch in (1, 5, 8, 11, 15):
        row, column = divmod(patch - 1, 5)
        x, y = (column + 0.3) * box["width"] / 5, (row + 0.7) * box["height"] / 3
        whole.click(position={"x": x, "y": y})
        assert shown.control("Patch").input_value() == str(patch)
        assert whole.get_attribute("aria-label").endswith(f"; {patch} is outlined")


def test_the_buttons_set_the_width(reader):
    shown = Maker.of(reader)
    for button in shown.panel.locator(".vit-fits button").all():
        button.click()
        assert shown.control("Token width D").input_value() == button.inner_text()
        pressed = shown.panel.locator(".vit-fits [aria-pressed=true]")
        assert pressed.all_inner_texts() == [button.inner_text()]


def test_on_paper_its_picture_stands_where_nobody_has_been(reader):
    page = reader.open(PAGE, WIDE, visits=False)
    page.emulate_media(media="print")
    place = page.locator(".vit-widget[data-widget=tokens]")
    assert place.locator("svg.vit-figure").is_visible()
    assert place.locator(".vit-panel").count() == 0


@pytest.mark.parametrize("paper", ["shown", "printed"])
def test_on_paper_it_is_drawn_though_nobody_has_come_near(reader, paper):
    page = reader.open(PAGE, WIDE, visits=False)
    place = page.locator(".vit-widget[data-widget=tokens]")
    place.evaluate(COME)
    place.locator(".vit-panel").wait_for(state="attached")
    filters = place.locator(".vit-filter")
    assert filters.count() == 0
    if paper == "shown":
        page.emulate_media(media="print")
    else:
        page.pdf()
    filters.first.wait_for()
    assert page.locator(".vit-widget .vit-outcome").inner_text().startswith("✓ 768")
