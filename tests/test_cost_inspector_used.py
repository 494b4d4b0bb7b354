"""The inspector is used: by address and link, keys and finger, page and notebook."""

import pytest

from tests.cost_page import CONTROLS, PAGE, Inspector, check_state
from tests.test_book import SETTLE
from tests.widget_page import LIVE, REMEMBER
from vitlib.show.widgets import base


@pytest.fixture
def inspector(reader):
    """The inspector on its page, with one in Python beside it."""
    return Inspector.of(reader)


def search(inspector: Inspector) -> str:
    """What the address bar asks for."""
    return inspector.page.evaluate("location.search + location.hash")


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


def test_other_words_of_an_address_stay(reader):
    asks = "?utm=a%20b&heads=6&heads=3#what-it-costs"
    inspector = Inspector(reader.open(PAGE, asks=asks))
    assert inspector.control("Heads h").input_value() == "6"
    assert search(inspector) == "?utm=a%20b&heads=6&heads=3#what-it-costs"
    inspector.settle(num_heads=4)
    inspector.page.wait_for_function("location.search.includes('heads=4')")
    assert search(inspector).startswith("?utm=a+b&heads=4&image=224x224&")


def test_what_an_address_asks_in_vain_is_said(reader):
    asks = "?dim=384&batch=abc&classes=<img src=x onerror=f()>&patch=15&depth=65&q=dim"
    inspector = Inspector(reader.open(PAGE, asks=asks))
    injected, told, reasons = inspector.facts.inner_text().split("\n")
    assert "batch=abc, which is not a number: left out." in told
    assert "classes=<img src=x onerror=f()>, which is not a number" in injected
    assert inspector.panel.locator("img, script").count() == 0
    assert reasons == (
        "Impossible: Depth L must be at most 64 here, got 65. "
        "To mend besides: Patch size, Image height."
    )
    for label, value in (
        ("Width D", "384"),
        ("Patch size", "15"),
        ("Classes K", "1000"),
    ):
        assert inspector.control(label).input_value() == value
    inspector.settle(embed_dim=384, num_heads=6, depth=12, patch_size=16)
    check_state(inspector.twin, inspector.read_all())


def test_address_and_copied_link_lead_to_the_same_settings(reader):
    granted = ["clipboard-read", "clipboard-write"]
    inspector = Inspector(reader.open(PAGE, permissions=granted))
    inspector.page.wait_for_timeout(400)
    assert search(inspector) == ""
    inspector.settle(preset="L/16", image_height=384, mlp_ratio=1.5, batch=32)
    inspector.page.wait_for_function("location.search.includes('batch=32')")
    asks = (
        "?image=384x224&channels=3&patch=16&dim=1024&depth=24&heads=16&mlp=1.5"
        "&classes=1000&batch=32#cost-inspector"
    )
    assert search(inspector) == asks
    assert inspector.page.evaluate("history.length") <= 2
    inspector.panel.get_by_role("button", name="Copy link").press("Enter")
    told = inspector.panel.locator(".vit-sent").get_by_role("status")
    told.get_by_text("The link is copied.").wait_for()
    link = inspector.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{reader.address}{PAGE}.html{asks}"
    inspector.fill("num_classes", "")
    assert told.inner_text() == ""
    led = reader.open(PAGE, asks=asks, visits=False)
    led.locator(".vit-panel").wait_for()
    sent = Inspector(led)
    sent.twin = inspector.twin
    check_restored(sent)


def test_where_nothing_may_be_copied_the_link_is_shown(inspector):
    nothing = "{ configurable: true }"
    hide = f"Object.defineProperty(navigator, 'clipboard', {nothing})"
    inspector.page.evaluate(hide)
    before = inspector.panel.bounding_box()["height"]
    inspector.panel.get_by_role("button", name="Copy link").click()
    told = inspector.panel.locator(".vit-sent").get_by_role("status")
    told.get_by_text("Copy it from here").wait_for()
    assert "?image=224x224&channels=3&patch=16&dim=768" in told.inner_text()
    assert inspector.panel.bounding_box()["height"] == before
    inspector.page.evaluate("delete navigator.clipboard")


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
    assert field.get_attribute("inputmode") == "decimal"  # of a phone's keys
    assert inspector.control("Heads h").get_attribute("inputmode") == "numeric"
    inspector.twin.mlp_ratio = 2.5
    assert inspector.facts.inner_text().startswith(inspector.twin.summary())


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
    assert "Patch size must be at least 1 pixel, got 0" in facts.inner_text()
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
