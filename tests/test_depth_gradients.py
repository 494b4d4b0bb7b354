"""The gradients by depth on their page are vitlib's, and do what readers do."""

import re

import pytest
import torch

from tests.book_site import NARROW, WIDE
from tests.encoder_page import PAGE, STATES
from tests.explorer_page import PROBE
from tests.test_explorer_used import LIVE
from vitlib.show import style
from vitlib.show.widgets import DepthGradients, base
from vitlib.show.widgets.depth import DEEPEST, NORMS, mean_gradients

SCREENS = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
LEFT, RIGHT, TOP, BOTTOM, MOST = 40, 14, 58, 276, 16  # as the widget lays it out


class Depth:
    """The panel of an open page."""

    def __init__(self, page):
        self.page = page
        self.panel = page.locator(".vit-widget[data-widget=depth]").first
        self.curve = self.panel.locator("canvas.vit-depth")
        self.slider = self.panel.get_by_label("Depth", exact=True)

    def states(self, depths) -> list[dict]:
        """What the panel states at each of these depths."""
        values = [[depth] for depth in depths]
        return self.panel.locator(".vit-panel").evaluate(STATES, [["Depth"], values])

    def x(self, block: int) -> float:
        """Where a block stands on the curve."""
        room = self.curve.bounding_box()["width"] - LEFT - RIGHT
        return LEFT + (block - 1) * room / (DEEPEST - 1)


def facts(depth: int) -> list[float]:
    """The numbers that the panel should state."""
    shown, stated, lasts = DepthGradients(depth=depth), [], []
    for norm in NORMS:
        lengths, ratios = shown.lengths(norm), shown.ratios(norm)
        first, last = lengths[0].item(), lengths[-1].item()
        stated += [first, last, first / last, ratios.min().item(), ratios.max().item()]
        lasts.append(last)
    return [*stated, lasts[1] / lasts[0], depth, depth**0.5]


def test_every_depth_states_what_autograd_computes(reader):
    depth = Depth(reader.open(PAGE))
    assert (depth.slider.get_attribute("min"), depth.slider.get_attribute("max")) == (
        "1",
        str(DEEPEST),
    )
    for number, found in enumerate(depth.states(range(1, DEEPEST + 1)), start=1):
        said = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", found["words"])]
        assert said == pytest.approx(facts(number), rel=0.0051, abs=0.0051)
        (slider,) = found["said"]
        words = "1 block" if number == 1 else f"{number} blocks"
        assert slider.split("\n")[-1] == words
        assert str(number) in found["drawn"]


def y_of(length: float) -> float:
    """How far down a length stands."""
    share = torch.tensor(length).log2() / torch.tensor(MOST).log2()
    return BOTTOM - share.item() * (BOTTOM - TOP)


@SCREENS
def test_the_marks_stand_at_the_lengths(reader, screen):
    depth = Depth(reader.open(PAGE, screen, color_scheme="light"))
    for number in (2, 24):
        depth.states([number])
        lengths = mean_gradients("post-norm", number).tolist()
        pre = mean_gradients("pre-norm", number).tolist()
        apart = [i for i in range(number) if abs(y_of(lengths[i]) - y_of(pre[i])) > 10]
        assert apart
        places = [[depth.x(i + 1), y_of(lengths[i])] for i in apart]
        grey = [*bytes.fromhex(style.colour("stream")[1:]), 255]
        assert depth.curve.evaluate(PROBE, places) == [grey] * len(places)
        places = [[depth.x(i + 1), y_of(pre[i])] for i in apart]
        panel = [*bytes.fromhex(style.colour("panel")[1:]), 255]  # circles are empty
        assert depth.curve.evaluate(PROBE, places) == [panel] * len(places)


@SCREENS
def test_a_click_chooses_the_nearest_depth(reader, screen):
    depth = Depth(reader.open(PAGE, screen))
    step = depth.x(2) - depth.x(1)
    for number in (1, 24, 8, 17):
        for beside in (-0.3, 0.3):
            x = max(depth.x(number) + beside * step, 1)
            depth.curve.click(position={"x": x, "y": 150})
            assert depth.slider.input_value() == str(number)
            label = depth.curve.get_attribute("aria-label")
            assert f"at depth {number}," in label


def test_a_tap_and_the_keys_choose_the_depth(reader):
    depth = Depth(reader.open(PAGE, NARROW, has_touch=True, is_mobile=True))
    depth.curve.tap(position={"x": depth.x(5), "y": 100})
    assert depth.slider.input_value() == "5"
    depth.slider.press("ArrowRight")
    assert depth.slider.get_attribute("aria-valuetext") == "6 blocks"


def test_it_is_made_when_the_reader_comes_near(reader):
    depth = Depth(reader.open(PAGE))
    depth.panel.scroll_into_view_if_needed()
    words = depth.panel.locator(".vit-facts span")
    words.nth(2).wait_for(timeout=60_000)
    assert "√12 = 3.46" in words.nth(2).inner_text()


@pytest.mark.parametrize("screen", [WIDE, NARROW, (300, 700)])
def test_nothing_jumps_while_the_slider_is_dragged(reader, screen):
    depth = Depth(reader.open(PAGE, screen))
    before = depth.panel.locator(".vit-panel").bounding_box()["height"]
    found = depth.states(range(1, DEEPEST + 1))
    assert {state["height"] for state in found} == {before}
    overflow = "() => document.documentElement.scrollWidth > innerWidth"
    assert not depth.page.evaluate(overflow)


def test_a_notebooks_trait_and_slider_follow_each_other(reader):
    depth = Depth(reader.open(PAGE))
    page = depth.page
    page.evaluate(LIVE, [base.script("depth"), {"depth": 3}])
    slider = page.locator("article .vit-panel").get_by_label("Depth", exact=True)
    page.evaluate("model.set('depth', 2)")
    assert slider.input_value() == "2"
    assert page.evaluate("saved") == []
    slider.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.depth)") == [1]
