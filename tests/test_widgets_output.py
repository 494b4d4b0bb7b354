"""What the patch explorer leaves in a notebook and on a page."""

import json
import re
import xml.etree.ElementTree as ET
from base64 import b64encode

import pytest
import torch

from tests.settings import edited, inside, leaves
from vitlib.show import style
from vitlib.show.widgets import PatchExplorer, base

EACH_PICTURE = pytest.mark.parametrize("name", PatchExplorer().pictures)


@pytest.fixture
def explorer():
    """An explorer as the chapter shows it."""
    return PatchExplorer()


test_its_output_is_small_and_the_same_each_time = leaves(
    PatchExplorer, {"number", "patch", "patch_size", "picture", "pictures"}, 100_000
)


def test_a_page_holds_the_state_whatever_is_in_it(explorer, browser):
    name = "</script><script>alert(1)</script><!-- & \" ' ` ${1} \\ \u2028"
    explorer.add_picture(name, torch.zeros(1, 60, 60))
    before = "const vitHost = { states: {} }; document.currentScript.src = 'state.js';"
    page = browser.new_page()
    page.add_script_tag(
        content=f"{before}{base.state_script(explorer.state())}"
        "var found = vitHost.states;"
    )
    (found,) = page.evaluate("Object.values(found)")
    page.close()
    assert json.loads(found) == explorer.state()


def test_a_widgets_place_says_what_it_is_whatever_it_is_called(browser):
    page = browser.new_page()
    page.set_content(base.page_html('a"b', "<i>still</i>", 'c"d&amp;.js', "e'"))
    place = page.locator(".vit-widget")
    assert place.evaluate("({ dataset }) => ({ ...dataset })") == {
        "widget": 'a"b', "state": 'c"d&amp;.js'
    }  # fmt: skip
    assert place.get_attribute("id") == "e'"
    assert place.inner_html() == "<i>still</i>"
    page.close()


@EACH_PICTURE
@pytest.mark.parametrize("size", [1, 7, 16, 20, 59, 60])
def test_the_still_picture_says_how_many_patches_there_are(name, size):
    explorer = PatchExplorer(picture=name, patch_size=size)
    svg = style.svg(explorer.still())
    words = " ".join(ET.fromstring(svg).itertext())
    rows, columns = explorer.grid()
    length = len(explorer.image()) * size**2
    assert f"{rows} × {columns} = {rows * columns} patches of {length} numbers" in words


@pytest.mark.parametrize("shape", [(1, 60, 600), (3, 600, 60), (3, 256, 256)])
def test_the_still_picture_stays_inside_its_frame(explorer, shape):
    explorer.add_picture("new", torch.rand(shape))
    canvas = explorer.still()
    (axes,) = canvas.axes
    for image in axes.images:
        left, right, bottom, top = image.get_extent()
        assert 0 <= left < right <= axes.get_xlim()[1]
        assert 0 <= top < bottom <= axes.get_ylim()[0]


def test_a_widget_without_a_still_picture_is_not_finished():
    with pytest.raises(NotImplementedError):
        base.Widget().still()


def test_numbers_that_json_does_not_know_never_reach_a_page(explorer):
    state = explorer.state() | {"patch": float("nan")}
    with pytest.raises(ValueError, match="not JSON compliant"):
        base.state_script(state)


PLACES = """(places) => places.map((place) => ({
  words: place.innerText,
  still: Boolean(place.querySelector("i.still")),
  drawn: Boolean(place.querySelector(".vit-panel canvas")),
}))"""
# Each place has a widget, or the line that says why there is none.
SHOWN = """() => [...document.querySelectorAll(".vit-widget")].every(
  (place) => place.querySelector(".vit-panel, p"))"""
EACH_KIND = pytest.mark.parametrize(
    "kind", base.Widget.__subclasses__(), ids=lambda kind: kind.module
)


def places(browser, kind: type[base.Widget], states: list) -> tuple[list, list]:
    """What stands on a page in the places of widgets of these states; what went wrong.

    A state may be text, which stands there as it is.
    """
    still, whole = "<i class=still></i>", []
    for state in states:
        text = json.dumps(state) if isinstance(state, str) else None
        script = base.state_script({} if text else state)
        script = script.replace('"{}"', text) if text else script
        address = f"data:text/javascript;base64,{b64encode(script.encode()).decode()}"
        whole.append(base.page_html(kind.module, still, address, f"w{len(whole)}"))
    scripts = (base.source("host.js"), base.page_script(kind.module))
    page = browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(f"{error}"))
    page.on("dialog", lambda dialog: problems.append("a dialog"))
    page.set_content(f"<style>{style.css()}</style>{''.join(whole)}")
    for script in scripts:
        page.add_script_tag(content=script)
    page.wait_for_function(SHOWN)
    page.wait_for_timeout(200)
    found = page.locator(".vit-widget").evaluate_all(PLACES)
    page.close()
    return found, problems


@EACH_KIND
def test_a_state_edited_by_hand_gives_way_to_the_still_picture(browser, kind):
    sound = kind().state()
    named = list(edited(sound, kind.limits()))
    states = [state for _, state in named] + ["", "{", "null", "3", "[]", sound]
    found, problems = places(browser, kind, states)
    assert problems == []
    assert found[-1]["drawn"]
    assert not found[-1]["still"]
    for (name, state), place in zip(named, found, strict=False):
        said = re.search(f"There are no sliders here: {name} must be", place["words"])
        assert said, (name, state.get(name), place)
    assert all(place["still"] and not place["drawn"] for place in found[:-1])


@EACH_KIND
def test_what_is_in_a_states_tables_is_shown_or_gives_way_too(browser, kind):
    sound = kind().state()
    states = [*inside(sound), sound]
    found, problems = places(browser, kind, states)
    assert problems == []
    assert [place["drawn"] != place["still"] for place in found] == [True] * len(found)
    assert found[-1]["drawn"]
