"""The block explorer on its page shows what vitlib computes, and is used."""

import pytest
import torch

from tests.book_site import NARROW, WIDE
from tests.encoder_page import (
    CONTROLS,
    PAGE,
    READ_WORDS,
    Explorer,
    check_state,
    settings,
)
from tests.widget_page import HEIGHT, LIVE, PROBE, SCREENS, check_colours
from vitlib.show import style
from vitlib.show.widgets import base
from vitlib.show.widgets.encoder import STEPS

SMALLEST = (300, 700)
TOP, ROW, LEFT, RIGHT, LIMIT = 48, 16, 40, 104, 2  # as the widget lays the tokens out
BRANCH, STREAM = 52, 112  # and the way through the block


@pytest.fixture
def explorer(reader):
    """The block explorer on its page, with one in Python beside it."""
    return Explorer.of(reader)


@pytest.mark.parametrize("layer", range(1, 5))
def test_every_position_of_every_control_states_what_python_computes(explorer, layer):
    picture = [*explorer.twin.pictures][5 * layer]
    explorer.settle(picture=picture, layer=layer)
    for chosen in settings():
        walked = explorer.steps(**chosen)
        assert [step for step, _ in walked] == [*range(7)]
        for explorer.twin.step, found in walked:
            check_state(explorer.twin, found)


def test_every_picture_states_what_python_computes(explorer):
    pictures = [*explorer.twin.pictures]
    options = explorer.control("Picture").locator("option").all_inner_texts()
    assert sorted(options) == sorted(pictures)
    for i, picture in enumerate(pictures):
        explorer.settle(picture=picture, layer=1 + i % 4)
        ((explorer.twin.step, found),) = explorer.walk("Step", READ_WORDS, [i % 7])
        check_state(explorer.twin, found)


def places(explorer: Explorer) -> list[tuple[float, float]]:
    """Where the steps stand on the way through the block, (x, y)."""
    width = explorer.path.bounding_box()["width"]
    left, right = (44, 64) if width > 480 else (24, 42) if width > 300 else (17, 32)
    step = (width - left - right) / 6
    names = STEPS[explorer.twin.norm]
    branch = {"attention", "MLP"} | ({"norm"} if names[1] == "norm" else set())
    heights = [BRANCH if name in branch else STREAM for name in names]
    return [(left + i * step, y) for i, y in enumerate(heights)]


def check_lit(explorer: Explorer) -> None:
    """Where the reader stands the drawing is dark, the other steps are light."""
    above = [[x, y - 10] for x, y in places(explorer)]  # of the words
    found = explorer.path.evaluate(PROBE, above)
    ink = [*bytes.fromhex(style.colour("ink")[1:]), 255]
    lit = [colour == ink for colour in found]
    assert lit == [i == explorer.twin.step for i in range(7)]


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_the_colours_are_the_numbers_and_the_step_is_lit(reader, screen):
    explorer = Explorer.of(reader, screen, device_scale_factor=2)
    room = explorer.tokens.bounding_box()["width"] - LEFT - RIGHT
    token, number = torch.meshgrid(torch.arange(17), torch.arange(48), indexing="ij")
    x, y = LEFT + (number + 0.5) * room / 48, TOP + (token + 0.5) * ROW
    at = torch.stack([x, y], -1).flatten(0, 1)
    for step, norm in ((1, "pre-norm"), (6, "pre-norm"), (2, "post-norm")):
        explorer.settle(step=step, norm=norm, layer=3, picture="5")
        shares = (explorer.twin.tokens().flatten() / LIMIT + 1) / 2
        check_colours(explorer.tokens, at, shares.clamp(0, 1), style.SIGNED)
        check_lit(explorer)
    explorer.settle(attention=False, step=1)
    zeros = torch.full((17 * 48,), 0.5)
    check_colours(explorer.tokens, at, zeros, style.SIGNED)


@SCREENS
def test_a_click_chooses_the_step_under_it(reader, screen):
    explorer = Explorer.of(reader, screen)
    for norm in STEPS:
        explorer.settle(norm=norm)
        for step in (0, 6, 3, 1, 5, 2, 4):
            x, y = places(explorer)[step]
            explorer.path.click(position={"x": x + 8, "y": y + 5})
            assert explorer.control("Step").input_value() == str(step)
            words = f"step {step} is chosen"
            assert words in explorer.path.get_attribute("aria-label")


def test_a_tap_chooses_the_step_and_turns_a_branch_off(reader):
    explorer = Explorer.of(reader, NARROW, has_touch=True, is_mobile=True)
    x, y = places(explorer)[2]
    explorer.path.tap(position={"x": x, "y": y})
    assert explorer.control("Step").input_value() == "2"
    explorer.control("Attention").tap()
    assert "adds 0" in explorer.panel.locator(".vit-facts").inner_text()
    label = explorer.tokens.get_attribute("aria-label")
    assert label == "attention off: the numbers of all tokens, in colours"


def test_the_keys_reach_every_control(explorer):
    page = explorer.page
    explorer.control("Picture").focus()
    for name in list(CONTROLS.values()):
        focused = "(i) => i === document.activeElement"
        assert explorer.control(name).evaluate(focused), name
        page.keyboard.press("Tab")
    for name in ("Attention", "MLP"):
        explorer.control(name).press("Space")
        assert not explorer.control(name).is_checked()
    assert "It is the identity" in explorer.panel.locator(".vit-facts").inner_text()
    explorer.control("Norms").press("ArrowDown")
    assert explorer.control("Norms").input_value() == "post-norm"
    explorer.control("Step").press("End")
    said = explorer.control("Step").get_attribute("aria-valuetext")
    assert said == "6: norm"


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps_when_a_branch_goes_off(reader, screen):
    explorer = Explorer.of(reader, screen)
    heights = set()
    for picture, layer in (("3", 1), ("another 9", 4)):
        explorer.settle(picture=picture, layer=layer)
        for chosen in settings():
            explorer.settle(**chosen)
            heights |= {height for _, height in explorer.walk("Step", HEIGHT)}
    assert len(heights) == 1


def test_labels_point_to_their_own_controls_where_two_widgets_stand(reader):
    page = reader.open(PAGE)
    ids = page.locator(".vit-widget [id]").evaluate_all("all => all.map((i) => i.id)")
    assert len(ids) == len(set(ids)) >= len(CONTROLS) + 1


def test_a_notebooks_switches_and_traits_follow_each_other(reader):
    explorer = Explorer(reader.open(PAGE))
    page, state = explorer.page, explorer.twin.state()
    page.evaluate(LIVE, [base.script("encoder"), state])
    panel = page.locator("article .vit-panel")
    step = panel.get_by_label("Step", exact=True)
    for trait, value in (("step", 3), ("mlp", False), ("norm", "post-norm")):
        page.evaluate("([name, value]) => model.set(name, value)", [trait, value])
    assert step.get_attribute("aria-valuetext") == "3: norm"
    assert not panel.get_by_label("MLP", exact=True).is_checked()
    page.evaluate("model.set('picture', 'another 2')")
    assert panel.get_by_label("Picture", exact=True).input_value() == "another 2"
    assert page.evaluate("saved") == []
    step.press("ArrowLeft")
    assert page.evaluate("saved.map((state) => state.step)") == [2]
    panel.get_by_label("Attention", exact=True).uncheck()
    assert page.evaluate("saved.at(-1).attention") is False
