"""The built book for those who read, search and share it: with or without a screen."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.book_site import NARROW, ROOT, WIDE, chapters, pages

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
BASE = CONFIG["html"]["baseurl"]
# All tests of a page, one after another: it stays open for them.
EACH_CHAPTER = pytest.mark.parametrize("page", chapters(), scope="module")
EACH_PAGE = pytest.mark.parametrize("page", pages(), scope="module")
PAPER = {"width": 700, "height": 990}  # A4 without its margins, in pixels
BLOCKS = "article :is(h1, h2, h3, p, li, pre, table, svg.vit-figure, img)"
# The blocks of a page that a reader does not see, those in folded parts left out.
UNSEEN = f"""() => [...document.querySelectorAll("{BLOCKS}")]
  .filter((node) => !node.closest("details:not([open]), .vit-panel, noscript"))
  .filter((node) => !node.checkVisibility({{visibilityProperty: true}})
    || node.getBoundingClientRect().height === 0)
  .map((node) => node.outerHTML.slice(0, 120))"""


@cache
def parsed(file: Path) -> BeautifulSoup:
    """A page as it is written, before any script runs; for all tests that read it."""
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


@pytest.fixture
def soup(book, page):
    """The page that the test is about."""
    return parsed(book / f"{page}.html")


def words(text: str) -> str:
    """A text with its lines joined."""
    return " ".join(text.split())


@cache
def written() -> set[str]:
    """The texts that tell what pictures show."""
    texts = yaml.safe_load((ROOT / "figures" / "alt.yml").read_text("utf-8"))
    return {words(text) for text in texts.values()}


@EACH_PAGE
def test_a_page_says_what_it_is(soup, page, book):
    said = {
        tag.get("property") or tag.get("name"): tag["content"]
        for tag in soup.select("meta[content]")
    }
    address = f"{BASE}{page}.html"
    assert soup.html["lang"] == CONFIG["sphinx"]["config"]["language"]
    assert CONFIG["title"] in soup.title.text
    assert len(soup.select("h1")) == 1
    assert 50 <= len(said["description"]) <= 200
    assert said["og:description"] == said["description"]
    assert said["og:title"] in soup.title.text
    assert said["og:site_name"] == CONFIG["title"]
    assert said["og:url"] == soup.select_one("link[rel=canonical]")["href"] == address
    assert said["og:image"].startswith(BASE)
    assert (book / said["og:image"].removeprefix(BASE)).is_file()
    assert said["og:image:alt"]
    assert said["twitter:card"] == "summary_large_image"


def test_no_two_pages_say_the_same(book):
    soups = [parsed(book / f"{page}.html") for page in pages()]
    titles = {soup.title.text for soup in soups}
    described = {soup.select_one("[name=description]")["content"] for soup in soups}
    assert len(titles) == len(described) == len(soups)


@EACH_CHAPTER
def test_every_picture_has_words(soup):
    figures = soup.select("svg.vit-figure")
    assert figures
    for figure in figures:
        assert figure.get("role") in ("img", "group"), figure.attrs
        assert words(figure.get("aria-label", "")) in written(), figure.attrs
    for image in soup.select("article img"):
        assert len(image.get("alt", "")) > 20, image.attrs
    for svg in soup.select("svg:not(.vit-figure)"):
        assert svg.find_parent(attrs={"aria-hidden": "true"}) or svg.get("aria-hidden")


@EACH_PAGE
def test_without_javascript_all_is_there_to_read(reader, page, soup):
    opened = reader.open(page, WIDE, java_script_enabled=False)
    assert opened.evaluate(UNSEEN) == []
    widgets = opened.locator(".vit-widget").all()
    assert len(widgets) == len(soup.select(".vit-widget"))
    for widget in widgets:
        box = widget.locator("svg.vit-figure").bounding_box()
        assert min(box["width"], box["height"]) > 200


@EACH_PAGE
def test_on_paper_nothing_is_missing_or_cut_off(reader, page):
    opened = reader.again(page)
    opened.set_viewport_size(PAPER)
    opened.emulate_media(color_scheme="dark", media="print")
    assert opened.evaluate(UNSEEN) == []
    cut = "() => [...document.querySelectorAll('article pre, article .katex-display')]"
    cut += ".filter((node) => node.scrollWidth > node.clientWidth + 1)"
    assert opened.evaluate(f"{cut}.map((node) => node.textContent)") == []
    for furniture in (".bar", "#chapters", "#sections", ".tools", ".copy"):
        assert opened.locator(furniture).locator("visible=true").count() == 0


@EACH_PAGE
def test_a_page_loads_the_widgets_that_stand_on_it_and_no_others(soup):
    standing = [*dict.fromkeys(w["data-widget"] for w in soup.select(".vit-widget"))]
    wanted = [*["host"] * bool(standing), *sorted(standing)]
    loaded = [script["src"] for script in soup.select("script[src]")]
    found = [re.search(r"/widgets/(\w+)\.js", address) for address in loaded]
    assert [script[1] for script in found if script] == wanted


@EACH_PAGE
def test_factors_stay_in_one_line(soup):
    for text in soup.select_one("article").find_all(string=re.compile(" [×·] ")):
        assert text.find_parent(["pre", "code", "svg", "script", "math"]), text


@EACH_PAGE
def test_nothing_moves_for_those_who_ask_for_that(reader, page):
    opened = reader.again(page)
    opened.emulate_media(reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((node) => {
      const style = getComputedStyle(node);
      return style.scrollBehavior === "smooth" || style.animationName !== "none"
        || parseFloat(style.transitionDuration) > 0.01;
    }).map((node) => node.outerHTML.slice(0, 120))"""
    assert opened.evaluate(moving) == []


@EACH_PAGE
def test_a_page_opens_from_a_folder_too(reader, page, book):
    opened = reader.open(page, WIDE, address=f"{book.as_uri()}/")
    panels = opened.locator(".vit-widget .vit-panel")
    assert panels.count() == opened.locator(".vit-widget").count()


def test_the_first_key_leads_past_the_menus(reader):
    opened = reader.open(chapters()[-1])
    opened.keyboard.press("Tab")
    skip = opened.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.bounding_box()["y"] >= 0
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "main"


def test_the_root_leads_to_the_front_page(reader):
    opened = reader.open("index", visits=False)
    opened.wait_for_url(f"{reader.address}{chapters()[0]}.html")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_search_finds_a_function(reader, size):
    opened = reader.open(chapters()[0], size)
    opened.keyboard.press("Control+k")
    opened.keyboard.type("patchify")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/search.html?q=patchify")
    opened.locator("#search-results a").first.wait_for()
    links = opened.locator("#search-results a").all()
    reference, *others = (link.get_attribute("href") for link in links)
    assert reference.endswith("api.html#vitlib.patches.patchify")
    assert any("notebooks/01_patches.html" in link for link in others)


def test_the_chosen_colours_last(reader):
    opened = reader.open(chapters()[0], WIDE, color_scheme="light")
    theme = "document.documentElement.dataset.theme"
    paper = "getComputedStyle(document.body).backgroundColor"
    assert opened.evaluate(theme) == "light"
    light = opened.evaluate(paper)
    opened.get_by_label("Dark").check(force=True)
    opened.reload()
    assert opened.evaluate(theme) == "dark"
    assert opened.evaluate(paper) != light
    opened.get_by_label("Auto").check(force=True)
    assert opened.evaluate(paper) == light
    opened.emulate_media(color_scheme="dark")
    opened.wait_for_function(f"{theme} === 'dark'", timeout=2000)
