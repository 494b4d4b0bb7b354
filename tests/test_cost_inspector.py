"""The inspector on its page shows what vitlib computes, and is used."""

import itertools
import re

import pytest

from tests.book_site import NARROW, WIDE
from tests.cost_page import CONTROLS, PAGE, Inspector, check_impossible, check_state
from tests.test_book import SETTLE
from tests.widget_page import HEIGHT, LIVE, PROBE, REMEMBER
from vitlib.show.widgets import base
from vitlib.show.widgets.cost import NAMES

SMALLEST = (300, 700)
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
    (("patch_size", "15"), {"Patch size", "Image height"},
     "image height 224 is not divisible by patch size 15; 1, 2, 4, 7, 8, 14, 16, 28, "
     "32, 56, 112 or 224 would be"),
    (("image_width", "225"), {"Patch size", "Image width"},
     "image width 225 is not divisible by patch size 16; 1, 3, 5, 9, 15, 25, 45, 75 or "
     "225 would be (squares that fit 224 × 225: 1)"),
    (("num_heads", "7"), {"Heads h", "Width D"},
     "width 768 is not divisible by 7 heads; 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, "
     "96, 128, 192, 256, 384 or 768 would be"),
    (("embed_dim", "0"), {"Width D"}, "embed_dim must be at least 1, got 0"),
    (("embed_dim", ""), {"Width D"}, "embed_dim is no number; 1 to 16384 would be"),
    (("image_height", "-3"), {"Image height"},
     "image size must be at least 1 pixel, got -3"),
    (("patch_size", "1.5"), {"Patch size"},
     "patch size must be an integer, got 1.5 (float)"),
    (("mlp_ratio", "0.001"), {"MLP ratio"},
     "embed_dim · mlp_ratio must be at least 1, got 0.768"),
    (("num_classes", "-1"), {"Classes K"}, "num_classes must be at least 0, got -1"),
    (("batch", "0"), {"Batch size"}, "batch must be at least 1, got 0"),
    (("num_heads", "1025"), {"Heads h"},
     "num_heads must be at most 1024 here, got 1025"),
]  # fmt: skip


@pytest.fixture
def inspector(reader):
    """The inspector on its page, with one in Python beside it."""
    return Inspector.of(reader)


def fill(inspector: Inspector, trait: str, text: str) -> None:
    """Type into a field what may be no setting."""
    inspector.control(CONTROLS[trait]).fill(text)


def test_every_preset_states_what_python_computes(inspector):
    for height, name in itertools.product((224, 448), NAMES):
        inspector.settle(preset=name, image_height=height)
        check_state(inspector.twin, inspector.read_all())


@pytest.mark.parametrize("trait", VALUES)
def test_every_control_states_what_python_computes(inspector, trait):
    for value in VALUES[trait]:
        inspector.settle(**{trait: value})
        check_state(inspector.twin, inspector.read_all())


def test_every_depth_states_what_python_computes(inspector):
    for depth, found in inspector.walk("Depth L"):
        inspector.twin.depth = depth
        first, *_ = found["facts"].split("\n")
        assert first == inspector.twin.summary()
        assert found["said"]["Depth L"] == str(depth)


def test_what_is_impossible_is_said_and_can_be_mended(inspector):
    for (trait, text), labels, words in IMPOSSIBLE:
        fill(inspector, trait, text)
        check_impossible(inspector.read_all(), labels, words)
        fill(inspector, trait, str(getattr(inspector.twin, trait)))
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
        fill(inspector, trait, text)
        drawn = {*inspector.read_all()["drawn"]}
        assert {*known} <= drawn
        assert not {*unknown} & drawn
        assert ("impossible" in drawn) == bool(unknown)
        fill(inspector, trait, str(getattr(inspector.twin, trait)))


def test_settings_go_through_what_is_impossible_one_by_one(inspector):
    inspector.settle(embed_dim=640)
    assert "width 640 is not divisible by 12 heads" in inspector.facts.inner_text()
    inspector.settle(num_heads=10)
    check_state(inspector.twin, inspector.read_all())
    fill(inspector, "num_heads", "")
    inspector.settle(preset="L/16")  # says what the field shall be, too
    check_state(inspector.twin, inspector.read_all())


def search(inspector: Inspector) -> str:
    """What the address bar asks for."""
    return inspector.page.evaluate("location.search + location.hash")


def test_the_address_keeps_the_settings_once_they_are_changed(reader):
    inspector = Inspector(reader.open(PAGE))
    inspector.page.wait_for_timeout(400)
    assert search(inspector) == ""
    inspector.settle(preset="L/16", image_height=384, mlp_ratio=1.5, batch=32)
    inspector.page.wait_for_function("location.search.includes('batch=32')")
    assert search(inspector) == (
        "?image=384x224&channels=3&patch=16&dim=1024&depth=24&heads=16&mlp=1.5"
        "&classes=1000&batch=32#cost-inspector"
    )
    assert inspector.page.evaluate("history.length") <= 2
    sent = asked(reader, inspector.page.url)
    sent.twin = inspector.twin
    check_restored(sent)


def check_restored(inspector: Inspector) -> None:
    """The page opened at the inspector, which states what Python computes."""
    inspector.page.wait_for_function("scrollY > 0")
    top = inspector.panel.bounding_box()["y"]
    assert -1 < top < 0.2 * inspector.page.viewport_size["height"]
    inspector.page.evaluate(REMEMBER)
    inspector.page.evaluate("document.body.dataset.look = 'anew'")  # so it is drawn
    inspector.page.evaluate(SETTLE)
    inspector.page.evaluate(SETTLE)
    check_state(inspector.twin, inspector.read_all())


def asked(reader, address: str) -> Inspector:
    """The inspector of a page that is opened at an address."""
    page = reader.open("book/intro")
    page.wait_for_load_state("networkidle")
    page.goto(address)
    return Inspector(page)


def test_other_words_of_an_address_stay(reader):
    inspector = asked(
        reader, f"{reader.address}{PAGE}.html?utm=a%20b&heads=6&heads=3#what-it-costs"
    )
    assert inspector.control("Heads h").input_value() == "6"
    assert search(inspector) == "?utm=a%20b&heads=6&heads=3#what-it-costs"
    inspector.settle(num_heads=4)
    inspector.page.wait_for_function("location.search.includes('heads=4')")
    assert search(inspector).startswith("?utm=a+b&heads=4&image=224x224&")


@pytest.mark.parametrize(
    ("query", "facts", "values"),
    [
        ("heads=abc&dim=384", "heads=abc, which is not a number: left out.", "384 12"),
        ("dim=<img src=x onerror=f()>", "dim=<img src=x onerror=f()>, which", "768 12"),
        ("heads=7", "Impossible: width 768 is not divisible by 7 heads;", "768 7"),
        ("dim=0", "Impossible: embed_dim must be at least 1, got 0.", "0 12"),
        ("depth=65&q=dim", "Impossible: depth must be at most 64 here, got", "768 12"),
    ],
)
def test_what_an_address_asks_in_vain_is_said(reader, query, facts, values):
    inspector = asked(reader, f"{reader.address}{PAGE}.html?{query}")
    assert facts in inspector.facts.inner_text()
    width, heads = values.split()
    assert inspector.control("Width D").input_value() == width
    assert inspector.control("Heads h").input_value() == heads
    assert inspector.panel.locator("img, script").count() == 0
    inspector.settle(embed_dim=384, num_heads=6, depth=12, image_height=224)
    inspector.settle(image_width=224)
    assert inspector.facts.inner_text().startswith("S/16: 197 tokens")


def test_the_link_is_copied_and_leads_to_the_same_settings(reader):
    granted = ["clipboard-read", "clipboard-write"]
    inspector = Inspector(reader.open(PAGE, permissions=granted))
    inspector.settle(preset="H/14", num_classes=10)
    inspector.panel.get_by_role("button", name="Copy link").press("Enter")
    told = inspector.panel.locator(".vit-sent").get_by_role("status")
    told.get_by_text("The link is copied.").wait_for()
    link = inspector.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{reader.address}{PAGE}.html?image=224x224&")
    assert link.endswith("&patch=14&dim=1280&depth=32&heads=16&mlp=4&classes=10&batch=1"
                         "#cost-inspector")  # fmt: skip
    inspector.settle(num_classes=10)
    fill(inspector, "num_classes", "")
    assert told.inner_text() == ""
    sent = asked(reader, link)
    sent.twin = inspector.twin
    sent.twin.num_classes = 10
    check_restored(sent)


def test_where_nothing_may_be_copied_the_link_is_shown(reader):
    inspector = Inspector(reader.open(PAGE))
    inspector.page.evaluate("Object.defineProperty(navigator, 'clipboard', {})")
    before = inspector.panel.bounding_box()["height"]
    inspector.panel.get_by_role("button", name="Copy link").click()
    told = inspector.panel.locator(".vit-sent").get_by_role("status")
    told.get_by_text("Copy it from here").wait_for()
    assert "?image=224x224&channels=3&patch=16&dim=768" in told.inner_text()
    assert inspector.panel.bounding_box()["height"] == before


def test_a_page_from_a_file_works_too(reader, book):
    inspector = Inspector(reader.open(PAGE, address=f"{book.as_uri()}/"))
    inspector.settle(preset="Ti/16")
    inspector.page.wait_for_timeout(400)
    check_state(inspector.twin, inspector.read_all())


def test_the_keys_reach_every_control_and_change_it(inspector):
    page = inspector.page
    inspector.control("Preset").focus()
    for label in CONTROLS.values():
        focused = "(i) => i === document.activeElement"
        assert inspector.control(label).evaluate(focused), label
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Copy link"
    inspector.control("Heads h").press("ArrowUp")
    assert "not divisible by 13 heads" in inspector.facts.inner_text()
    inspector.control("Heads h").press("ArrowDown")
    inspector.control("Depth L").press("ArrowLeft")
    inspector.twin.depth = 11
    inspector.control("Width D").press("ControlOrMeta+a")
    page.keyboard.type("1536")
    inspector.twin.embed_dim = 1536
    check_state(inspector.twin, inspector.read_all())
    inspector.control("Preset").press("Home")
    inspector.twin.preset = "Ti/16"
    check_state(inspector.twin, inspector.read_all())


def test_typing_is_not_disturbed(inspector):
    field = inspector.control("MLP ratio")
    field.press("ControlOrMeta+a")
    for key, stands in (("2", "2"), (".", "2"), ("5", "2.5"), ("0", "2.50")):
        inspector.page.keyboard.type(key)
        assert field.input_value() in (stands, f"{stands}.")
    inspector.twin.mlp_ratio = 2.5
    assert inspector.facts.inner_text().startswith(inspector.twin.summary())


def test_a_finger_types_and_chooses(reader):
    inspector = Inspector.of(reader, NARROW, has_touch=True, is_mobile=True)
    inspector.control("Patch size").tap()
    inspector.page.keyboard.press("ControlOrMeta+a")
    inspector.page.keyboard.type("8")
    assert "785 tokens" in inspector.facts.inner_text()
    assert inspector.control("Patch size").get_attribute("inputmode") == "numeric"
    assert inspector.control("MLP ratio").get_attribute("inputmode") == "decimal"


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_nothing_jumps(reader, screen):
    inspector = Inspector.of(reader, screen)
    measure = inspector.panel.locator(".vit-panel").evaluate
    heights = {measure(HEIGHT)}
    for (trait, text), _, words in IMPOSSIBLE:
        if len(words) < 120:  # longer ones name many sizes that would work
            fill(inspector, trait, text)
            heights.add(measure(HEIGHT))
            fill(inspector, trait, str(getattr(inspector.twin, trait)))
    inspector.settle(image_height=64, image_width=64, embed_dim=192)  # explicit
    inspector.settle(batch=65536)
    heights.add(measure(HEIGHT))
    assert len(heights) == 1


@pytest.mark.parametrize("screen", [WIDE, NARROW, SMALLEST])
def test_the_largest_settings_fit(reader, screen):
    inspector = Inspector.of(reader, screen)
    inspector.settle(image_height=4096, image_width=4096, in_chans=16, patch_size=1)
    inspector.settle(embed_dim=16384, num_heads=1024, depth=64, mlp_ratio=64)
    inspector.settle(num_classes=100_000, batch=65536)
    page = inspector.page
    assert page.evaluate("document.documentElement.scrollWidth") <= screen[0]
    inside = "(all) => all.map((i) => i.scrollWidth - i.clientWidth)"
    assert max(inspector.panel.locator("td, th").evaluate_all(inside)) <= 1
    left = re.compile(r"^\(.*\)$")
    shapes = filter(left.match, inspector.read_all()["drawn"])
    assert "(1024, 16.78M, 16.78M)" in {*shapes}


def test_what_goes_beyond_is_hatched_and_the_class_token_is_orange(inspector):
    whole = inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])
    orange = [*bytes.fromhex("e69f00"), 255]
    assert whole == [orange, orange]
    fill(inspector, "embed_dim", "0")
    assert orange not in inspector.map.evaluate(PROBE, [[4, 220], [4, 500]])


def test_a_notebook_has_no_address_and_its_traits_follow(reader):
    inspector = Inspector(reader.open(PAGE))
    page = inspector.page
    page.evaluate(LIVE, [base.script("cost"), inspector.twin.state()])
    panel = page.locator("article .vit-panel")
    assert panel.get_by_role("button").count() == 0
    for trait, value in (("embed_dim", 640), ("num_heads", 10)):
        page.evaluate("([name, value]) => model.set(name, value)", [trait, value])
    facts = panel.locator(".vit-facts")
    assert facts.inner_text().startswith("Your own: 197 tokens")
    assert page.evaluate("saved") == []
    patch = panel.get_by_label("Patch size", exact=True)
    patch.fill("0")
    assert "patch size must be at least 1 pixel, got 0" in facts.inner_text()
    assert page.evaluate("saved") == []  # what no trait takes is not sent
    page.evaluate("model.set('patch_size', 14)")
    assert patch.input_value() == "14"
    assert "257 tokens" in facts.inner_text()
    patch.fill("32")
    panel.get_by_label("Preset", exact=True).select_option("B/32")
    saved = page.evaluate("saved.map((s) => [s.patch_size, s.preset, s.embed_dim])")
    assert saved == [[32, "your own", 640], [32, "B/32", 768]]
    page.wait_for_timeout(400)
    assert page.evaluate("location.search") == ""
