"""The built book in a browser: every page, in light and dark, wide and narrow."""

import pytest
import yaml
from playwright.sync_api import Request

from tests.book_site import AXE, NARROW, ROOT, chapters, pages
from tests.links import dead_links

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
BASE = CONFIG["html"]["baseurl"]
PAGES = [*pages(), "search"]
EACH_PAGE = pytest.mark.parametrize("page", PAGES)
HEAVIEST = (
    600_000  # bytes of a page, with all that it loads, as they come over the wire
)
UNFOLD = "document.querySelectorAll('details').forEach((part) => (part.open = true))"
SETTLE = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
LOOKS = ROOT / "tests" / "looks.js"  # on how axe-core is asked about contrast
RUN_AXE = """([place, rules]) => faults(place, rules ? { runOnly: rules } : {})"""
# Faint in places: some words of code, what is emphasised, what lies on grey; links.
FAINT = """.k, .mi, .s2, em { color: #999 !important }
  td, li:nth-child(3n) { background: #888 } p:nth-of-type(4n) { opacity: 0.4 }
  p a { text-decoration: none !important } p:nth-of-type(3n) a { color: #444 }"""
# Looks of faulty words: those that are found, and those of all that axe-core finds.
FAULTY = """async () => {
  const seen = looks("html");
  const asked = { runOnly: Object.keys(BY_LOOKS) };
  const told = await faults("html", asked);
  axe.reset();
  const every = await axe.run("html", { ...asked, elementRef: true });
  return [told, every.violations].map((found) => found.flatMap(({ nodes }) =>
    nodes.map(({ element }) => seen.get(element) ?? "none")));
}"""
TURNED = "scheme => document.documentElement.dataset.theme === scheme"
COLOURS = ["color-contrast", "link-in-text-block"]  # rules about colours alone
# Rules about what a page's width and colours may change in its text; what they change
# around it is asked about where that opens.
ROOM = [*COLOURS, "target-size", "scrollable-region-focusable"]
# What a page is but for its colours: which parts are there, what they say, and where.
PARTS = """() => [...document.body.querySelectorAll("*")].map((node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  const { tagName, ariaLabel, ariaHidden } = node;
  return [tagName, ariaLabel, ariaHidden, node.checkVisibility(), x, y, width, height]
    .join();
})"""


def faults(page, place: str = "html", rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong with a place, by all its rules or those given."""
    page.evaluate(SETTLE)
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary']}"
        for fault in page.evaluate(RUN_AXE, [place, rules])
        for node in fault["nodes"]
    ]


def turn(page, scheme: str) -> None:
    """Let a page be light or dark; it has to follow."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(TURNED, arg=scheme)


def turned_dark(page) -> None:
    """Turn a light page dark: nothing but colours may change."""
    parts = page.evaluate(PARTS)
    turn(page, "dark")
    assert page.evaluate(PARTS) == parts


def faults_in_both_schemes(page, place: str = "html") -> list[str]:
    """The same in light, and in dark by rules about colours: all else is as it was."""
    turn(page, "light")
    found = faults(page, place)
    turned_dark(page)
    return found + faults(page, place, COLOURS)


def with_axe(page):
    """An open page with axe-core in it, and every folded part unfolded."""
    assert AXE.is_file(), f"no {AXE.relative_to(ROOT)}: npm ci --prefix tests"
    page.evaluate(UNFOLD)
    for script in (AXE, LOOKS):
        page.add_script_tag(path=script)
    return page


def too_wide(page) -> list[str]:
    """What makes an open page scroll sideways."""
    return page.evaluate(
        """() => {
          const most = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= most) return [];
          const scrolls = (node) => node !== document.documentElement
            && (getComputedStyle(node).overflowX !== "visible"
            || scrolls(node.parentElement));
          const wide = [...document.querySelectorAll("body *")].filter((node) =>
            node.getBoundingClientRect().right > most && !scrolls(node.parentElement));
          return ["the page", ...wide.map((node) => node.outerHTML.slice(0, 120))];
        }"""
    )


def test_the_pages_are_those_of_the_table_of_contents(book):
    built = {
        f.relative_to(book).with_suffix("").as_posix() for f in book.rglob("*.html")
    }
    assert built == {*PAGES, "index"}


def weights(loaded: list[Request]) -> list[tuple[str, int]]:
    """The address and the bytes of all that was loaded, as they came over the wire."""
    sizes = [(request.url, request.sizes()) for request in loaded]
    return [
        (url, size["responseBodySize"] + size["responseHeadersSize"])
        for url, size in sizes
    ]


@EACH_PAGE
def test_a_page_is_light_and_for_everyone_wide_and_narrow(reader, page):
    opened = with_axe(reader.open(page))
    turn(opened, "light")
    assert faults(opened) == []
    turned_dark(opened)
    opened.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert faults(opened, "main", ROOM) == []
    assert too_wide(opened) == []
    opened.set_viewport_size({"width": 320, "height": 640})  # WCAG's narrowest
    for scheme in ("dark", "light"):
        opened.emulate_media(color_scheme=scheme)
        assert too_wide(opened) == []
    opened.wait_for_load_state("networkidle")  # all has come that any size asks for
    loaded = weights(reader.loaded)
    assert f"{reader.address}{page}.html" in dict(loaded)
    assert sum(size for _, size in loaded) <= HEAVIEST, loaded


def test_what_is_around_a_page_and_opens_over_it_is_for_everyone(reader):
    opened = with_axe(reader.open(chapters()[-1]))
    assert faults_in_both_schemes(opened) == []
    opened.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert faults_in_both_schemes(opened) == []
    openers = opened.locator("button[popovertarget]").locator("visible=true").all()
    assert len(openers) >= 2
    for button in openers:
        button.click()
        place = f"#{button.get_attribute('popovertarget')}"
        assert opened.locator(place).is_visible()
        assert faults_in_both_schemes(opened, place) == []
        assert too_wide(opened) == []
        opened.keyboard.press("Escape")
        assert not opened.locator(place).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_too_faint_in_one_scheme_alone_are_found(reader, scheme):
    opened = with_axe(reader.open("search"))
    assert faults_in_both_schemes(opened, "h1") == []
    faint = f"[data-theme={scheme}] h1 {{ color: #808080; opacity: 0.5 }}"
    opened.add_style_tag(content=faint)
    (found,) = faults_in_both_schemes(opened, "h1")
    assert found.startswith("color-contrast: <h1")


def test_of_words_that_look_alike_those_that_are_judged_stand_for_all(reader):
    opened = with_axe(reader.open(chapters()[-1]))
    opened.add_style_tag(content=FAINT)
    told, every = opened.evaluate(FAULTY)
    assert len(every) > 20
    assert {*told} == {*every}


def test_of_what_extensions_bring_only_the_search_is_there(book):
    scripts = {path.name for path in (book / "_static").glob("*.js")}
    search = {"searchtools.js", "language_data.js", "sphinx_highlight.js"}
    options = {"doctools.js", "documentation_options.js"}
    assert scripts == {"page.js", *search, *options}
    styles = {path.name for path in (book / "_static").rglob("*.css")}
    assert styles == {"book.css", "katex.css"}


def test_every_link_leads_somewhere(book):
    assert dead_links(book, BASE) == []
