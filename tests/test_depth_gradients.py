"""The gradients by depth on their page are vitlib's, and do what readers do."""

import re
from typing import ClassVar

import pytest
import torch
from playwright.sync_api import Page

from tests.book_site import NARROW
from tests.encoder_page import PAGE, READ_WORDS
from tests.widget_page import PROBE, REMEMBER, SCREENS, Shown
from vitlib.show import style
from vitlib.show.widgets import DepthGradients
from vitlib.show.widgets.depth import DEEPEST, NORMS, mean_gradients

LEFT, RIGHT, TOP, BOTTOM, MOST = 40, 14, 58, 276, 16  # as the widget lays it out


class Depth(Shown):
    """The panel of an open page, beside one in Python."""

    where, widget = PAGE, DepthGradients
    traits: ClassVar = {"Depth": "depth"}

    def __init__(self, page: Page):
        super().__init__(page)
        self.curve = self.panel.locator("canvas.vit-depth")
        self.slider = self.control("Depth")
        page.evaluate(REMEMBER)

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
    depth = Depth.of(reader)
    walked = depth.walk("Depth", READ_WORDS)
    assert [number for number, _ in walked] == [*range(1, DEEPEST + 1)]
    for number, found in walked:
        said = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", found["facts"])]
        assert said == pytest.approx(facts(number), rel=0.0051, abs=0.0051)
        words = "1 block" if number == 1 else f"{number} blocks"
        assert found["said"] == {"Depth": words}
        assert str(number) in found["drawn"]


def y_of(length: float) -> float:
    """How far down a length stands."""
    share = torch.tensor(length).log2() / torch.tensor(MOST).log2()
    return BOTTOM - share.item() * (BOTTOM - TOP)


@SCREENS
def test_the_marks_stand_at_the_lengths(reader, screen):
    depth = Depth.of(reader, screen, color_scheme="light")
    for number in (2, 24):
        depth.put("Depth", number)
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
    depth = Depth.of(reader, screen)
    step = depth.x(2) - depth.x(1)
    for number in (1, 24, 8, 17):
        for beside in (-0.3, 0.3):
            x = max(depth.x(number) + beside * step, 1)
            depth.curve.click(position={"x": x, "y": 150})
            assert depth.slider.input_value() == str(number)
            label = depth.curve.get_attribute("aria-label")
            assert f"at depth {number}," in label


def test_a_tap_and_the_keys_choose_the_depth(reader):
    depth = Depth.of(reader, NARROW, has_touch=True, is_mobile=True)
    depth.curve.tap(position={"x": depth.x(5), "y": 100})
    assert depth.slider.input_value() == "5"
    depth.slider.press("ArrowRight")
    assert depth.slider.get_attribute("aria-valuetext") == "6 blocks"


def test_it_is_made_when_the_reader_comes_near(reader):
    depth = Depth(reader.open(PAGE))
    before = depth.panel.bounding_box()["height"]
    depth.panel.scroll_into_view_if_needed()
    words = depth.panel.locator(".vit-facts span")
    words.nth(2).wait_for(timeout=60_000)
    assert "√12 = 3.46" in words.nth(2).inner_text()
    assert depth.panel.bounding_box()["height"] == before
