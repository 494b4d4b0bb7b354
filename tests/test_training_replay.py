"""The training replay on its page shows what the record says, plays, and is used."""

import pytest
import torch

from tests.book_site import NARROW, WIDE
from tests.training_page import PAGE, READ_WORDS, Replay, check_state
from tests.widget_page import SCREENS, check_colours
from vitlib.show import style

LEFT, RIGHT = 40, 12  # as the widget lays the curves out
TOP, MAPS, GAP, LOW = 24, 236, 10, -0.5  # and the maps of positions
ASIDE, HEAD, BLACK = 22, 44, 20  # and the confusion
EPOCH = "(panel) => Number(panel.querySelector('input').value)"
WORDS = "(panel) => panel.querySelector('button').textContent"


@pytest.fixture
def replay(reader):
    """The training replay on its page, with one in Python beside it."""
    return Replay.of(reader)


def test_every_epoch_states_what_python_computes(replay):
    walked = replay.walk("Epoch", READ_WORDS)
    assert [epoch for epoch, _ in walked] == [*range(201)]
    for replay.twin.epoch, found in walked:
        check_state(replay.twin, found)


def test_every_digit_states_what_python_computes(replay):
    digits = replay.twin.record["digits"]
    options = replay.control("Digit").locator("option").all_inner_texts()
    assert options == digits
    for digit in digits:
        replay.settle(picture=digit)
        walked = replay.walk("Epoch", READ_WORDS, [0, 36, 200])
        for replay.twin.epoch, found in walked:
            check_state(replay.twin, found)
            label = f"The digit {digit} and where the class token looks"
            assert label in found["labels"]


def cells(count: int, cell: float) -> torch.Tensor:
    """Places a quarter into each cell of a table (count, count), x before y."""
    y, x = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
    return (torch.stack([x, y], -1).flatten(0, 1) + 0.2) * cell


@pytest.mark.parametrize("epoch", [0, 36, 200])
@SCREENS
def test_the_colours_are_the_numbers(reader, screen, epoch):
    replay = Replay.of(reader, screen, device_scale_factor=2)
    replay.settle(epoch=epoch)
    confusion = replay.canvas("confusion")
    cell = min((confusion.bounding_box()["width"] - ASIDE - 2) / 10, 28)
    places = cells(10, cell) + torch.tensor([ASIDE, HEAD])
    shares = (replay.twin.confusion().flatten() / BLACK).clamp(max=1)
    plain = ~torch.eye(10, dtype=bool).flatten()  # the diagonal is outlined
    check_colours(confusion, places[plain], shares[plain], style.WEIGHTS)
    side = (min(replay.canvas("alike").bounding_box()["width"], MAPS) - 3 * GAP) / 4
    shares = ((replay.twin.similarity() - LOW) / (1 - LOW)).clamp(min=0)
    for n in range(16):
        row, column = divmod(n, 4)
        corner = torch.tensor([column * (side + GAP), TOP + row * (side + GAP)])
        seen = (torch.arange(16) // 4 - row).abs() + (
            torch.arange(16) % 4 - column
        ).abs()
        far = seen > 1  # from the outline of its own
        places = cells(4, side / 4)[far] + corner
        check_colours(replay.canvas("alike"), places, shares[n][far], style.SIMILARITY)


@SCREENS
def test_a_click_chooses_the_epoch_and_the_digit_under_it(reader, screen):
    replay = Replay.of(reader, screen)
    width = replay.canvas("curves").bounding_box()["width"]
    for epoch in (0, 200, 50, 120):
        x = LEFT + (width - LEFT - RIGHT) * epoch / 200
        replay.canvas("curves").click(position={"x": x, "y": 80})
        assert abs(int(replay.control("Epoch").input_value()) - epoch) <= 1
    step = replay.canvas("answers").bounding_box()["width"] / 6
    for place, digit in enumerate(replay.twin.record["digits"]):
        replay.canvas("answers").click(position={"x": (place + 0.5) * step, "y": 50})
        assert replay.control("Digit").input_value() == digit


def test_a_finger_chooses_and_plays(reader):
    replay = Replay.of(reader, NARROW, has_touch=True, is_mobile=True)
    replay.canvas("answers").tap(position={"x": 10, "y": 50})
    assert replay.control("Digit").input_value() == "0"
    replay.button.tap()
    replay.page.wait_for_function(f"(p) => ({EPOCH})(p) > 21", arg=replay.node())
    replay.button.tap()
    assert replay.button.inner_text() == "Play"


def test_it_plays_to_the_end_and_then_from_the_start(replay):
    told = replay.panel.locator(".vit-facts")
    assert told.get_attribute("aria-live") != "off"
    replay.settle(epoch=197)
    replay.button.click()
    assert replay.button.inner_text() == "Pause"
    assert told.get_attribute("aria-live") == "off"
    replay.page.wait_for_function(f"(p) => ({WORDS})(p) === 'Play'", arg=replay.node())
    assert replay.control("Epoch").input_value() == "200"
    assert told.get_attribute("aria-live") == "polite"
    replay.button.click()
    seen = int(replay.control("Epoch").input_value())
    assert seen < 50
    replay.page.wait_for_function(
        f"([p, least]) => ({EPOCH})(p) > least", arg=[replay.node(), seen]
    )
    replay.button.click()
    stood = replay.read()
    replay.page.wait_for_timeout(350)
    assert replay.read() == stood


def test_the_readers_step_ends_the_playing(replay):
    for control, key in (("Epoch", "Home"), ("Epoch", "ArrowRight")):
        replay.button.click()
        replay.control(control).press(key)
        assert replay.button.inner_text() == "Play"
    assert replay.control("Epoch").input_value() == "1"
    replay.button.click()
    replay.control("Digit").press("ArrowUp")  # another digit is looked at meanwhile
    assert replay.button.inner_text() == "Pause"
    replay.button.press("Space")
    assert replay.button.inner_text() == "Play"


@SCREENS
def test_the_slider_stays_in_sight_of_what_lies_below(reader, screen):
    replay = Replay.of(reader, screen)
    replay.canvas("alike").evaluate("(canvas) => canvas.scrollIntoView({block: 'end'})")
    for control in (replay.control("Epoch"), replay.button):
        box = control.bounding_box()
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        seen = "(node, place) => node.contains(document.elementFromPoint(...place))"
        assert control.evaluate(seen, middle)
    bar = replay.page.locator(".bar").bounding_box()
    above = bar["y"] + bar["height"] if screen == NARROW else 0
    held = replay.panel.locator(".vit-replay").bounding_box()["y"]
    assert held == pytest.approx(above, abs=1)


def test_the_keys_reach_every_control(replay):
    focused = "(i) => i === document.activeElement"
    replay.button.focus()
    for name in ("Epoch", "Digit"):
        replay.page.keyboard.press("Tab")
        assert replay.control(name).evaluate(focused), name


@pytest.mark.parametrize(("motion", "least"), [("no-preference", 1), ("reduce", 10)])
def test_nothing_moves_unasked_and_less_for_those_who_want_less(reader, motion, least):
    replay = Replay(reader.open(PAGE, WIDE, reduced_motion=motion))
    replay.panel.scroll_into_view_if_needed()
    replay.page.wait_for_timeout(350)
    assert (replay.control("Epoch").input_value(), replay.button.inner_text()) == (
        "20",
        "Play",
    )
    replay.button.click()
    replay.page.wait_for_function(f"(p) => ({EPOCH})(p) > 20", arg=replay.node())
    epoch = int(replay.control("Epoch").input_value())
    assert epoch >= 20 + least
    assert (epoch == 30) == (motion == "reduce")
