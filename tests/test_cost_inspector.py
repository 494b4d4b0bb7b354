"""The inspector on its page shows what vitlib computes, and is used."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.book_site import WIDE
from tests.cost_page import (
    CONTROLS,
    DRAWN,
    HEIGHTS,
    IN_BOXES,
    Inspector,
    check_drawn,
    check_impossible,
    check_state,
)
from tests.test_book import SETTLE
from tests.test_every_widget import range_of
from tests.widget_page import PROBE
from vitlib.show.widgets.cost import NAMES

SCREENS = (1280, 601, 390, 361, 300)  # their widths
VALUES = {  # several of each control, all of which make a model
    "num_classes": (0, 1, 21843),
    "batch": (1, 4096),
    "image_height": (16, 384, 4096),
    "image_width": (16, 400),
    "in_chans": (1, 16),
    "patch_size": (1, 8, 56),
    "embed_dim": (12, 960, 16380),
    "num_heads": (1, 6, 768),
    "mlp_ratio": (0.5, 1.5, 2.0),
    "depth": (1, 40, 64),
}
IMPOSSIBLE = [  # what is typed, the fields that are marked, what is said
    (("image_width", "225"), {"Patch size", "Image width"},
     "image width 225 is not divisible by patch size 16; …, 9, 15, 25, 45, … would be "
     "(squares that fit 224 × 225: 1)"),
    (("num_heads", "7"), {"Heads h", "Width D"},
     "width 768 is not divisible by 7 heads; …, 4, 6, 8, 12, … would be"),
    (("embed_dim", ""), {"Width D"}, "Width D has no number; 1 to 16384 would do"),
    (("patch_size", "1.5"), {"Patch size"},
     "Patch size must be a whole number, not 1.5"),
    (("mlp_ratio", "0"), {"MLP ratio"},
     "Width D · MLP ratio must be at least 1, got 0.0"),
    (("batch", "65537"), {"Batch size"},
     "Batch size must be at most 65536 here, got 65537"),
]  # fmt: skip
FULL = [  # what takes most room: long words, and many numbers that would work
    {"Image height": "2046", "Image width": "4092", "Patch size": "500"},
    {"Width D": "10030", "Heads h": "1023", "Image width": "4095", "Batch size": ""},
    {label: "" for label in CONTROLS.values() if label not in ("Preset", "Depth L")},
    {"Image height": "64", "Image width": "64", "Width D": "192",
     "Batch size": "65536"},
]  # fmt: skip


@pytest.fixture
def inspector(reader):
    """The inspector on its page, with one in Python beside it."""
    shown = Inspector.of(reader)
    yield shown
    shown.page.set_viewport_size(dict(zip(("width", "height"), WIDE, strict=True)))


def at_each_screen(page: Page) -> Iterator[int]:
    """The widths of screens, on each of which the page lies while it is given."""
    for width in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLE)
        yield width


def test_every_preset_states_what_python_computes(inspector):
    for name in NAMES:
        inspector.settle(preset=name)
        check_state(inspector.twin, inspector.read_all())


def test_every_control_states_what_python_computes(inspector):
    for trait, values in VALUES.items():
        stood = getattr(inspector.twin, trait)
        for value in values:
            inspector.settle(**{trait: value})
            check_state(inspector.twin, inspector.read_all())
        inspector.settle(**{trait: stood})


def test_what_is_impossible_is_said_and_can_be_mended(inspector):
    for (trait, text), labels, words in IMPOSSIBLE:
        inspector.fill(trait, text)
        check_impossible(inspector.read_all(), labels, words)
        inspector.fill(trait, str(getattr(inspector.twin, trait)))
        check_state(inspector.twin, inspector.read_all())


def test_the_map_ends_where_the_model_does(inspector):
    for trait, text, known, unknown in (
        ("in_chans", "0", [], ["(3, 224, 224)", "(196, 768)"]),
        ("patch_size", "15", ["(3, 224, 224)"], ["(196, 768)"]),
        ("embed_dim", "0", ["(196, 768)"], ["(197, 768)"]),
        ("num_heads", "7", ["(197, 768)"], ["(12, 197, 64)", "(197, 3072)"]),
        ("num_classes", "-1", ["(12, 197, 197)", "(197, 768)"], ["(1000,)"]),
        ("batch", "0", ["(12, 197, 197)", "(1000,)"], []),
    ):
        inspector.fill(trait, text)
        drawn = {*inspector.read_all()["drawn"]}
        assert {*known} <= drawn
        assert not {*unknown} & drawn
        assert ("impossible" in drawn) == bool(unknown)
        inspector.fill(trait, str(getattr(inspector.twin, trait)))


def test_settings_go_through_what_is_impossible_one_by_one(inspector):
    inspector.settle(embed_dim=640)
    assert "width 640 is not divisible by 12 heads" in inspector.facts.inner_text()
    inspector.settle(num_heads=10)
    check_state(inspector.twin, inspector.read_all())
    inspector.fill("num_heads", "")
    inspector.settle(preset="L/16")  # says what the field shall be, too
    check_state(inspector.twin, inspector.read_all())


def test_nothing_jumps(inspector):
    for width in at_each_screen(inspector.page):
        heights = inspector.panel.locator(".vit-panel").evaluate(HEIGHTS, [{}, *FULL])
        assert range_of(heights) == 0, width


LARGEST = {
    "image_height": 4096, "image_width": 4096, "in_chans": 16, "patch_size": 1,
    "embed_dim": 16384, "num_heads": 1024, "depth": 64, "mlp_ratio": 64,
    "num_classes": 100_000, "batch": 65536,
}  # fmt: skip


def test_the_largest_settings_fit(inspector):
    inspector.settle(**LARGEST)
    page = inspector.page
    for width in at_each_screen(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        inside = "(all) => all.map((i) => i.scrollWidth - i.clientWidth)"
        assert max(inspector.panel.locator("td, th").evaluate_all(inside)) <= 1


def test_the_maps_words_have_room_at_every_width(inspector):
    inspector.settle(**LARGEST | {"num_classes": 0})
    widths = [*range(639, 266, -12)]  # of the panel, on screens 1280 to 300 wide
    found = inspector.panel.locator(".vit-panel").evaluate(DRAWN, widths)
    names = [{word for word, *_ in drawn["words"]} & IN_BOXES for drawn in found]
    for drawn in found:
        check_drawn(drawn["words"], drawn["boxes"], drawn["room"])
    assert names[0] == {"norm", "attention", "MLP", "norm, linear"}
    assert names[-1] == {"LN", "attn", "MLP", "LN, linear"}


def test_what_goes_beyond_is_hatched_and_the_class_token_is_orange(inspector):
    whole = inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])
    orange = [*bytes.fromhex("e69f00"), 255]
    assert whole == [orange, orange]
    inspector.fill("embed_dim", "0")
    assert orange not in inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])
