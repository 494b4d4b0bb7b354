"""Someone who opens the book's pages in a browser, and notes what goes wrong there."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, Request

from book.serve import BUILT

WIDE, NARROW = (1280, 900), (390, 844)
MOST = 4  # pages that stay open
# What Chromium calls a request that it gives up because the reader leaves the page.
LEFT = "net::ERR_ABORTED"
# What a test may emulate, as it is if the options for a page say nothing else.
MEDIA = {"color_scheme": "light", "media": "null", "reduced_motion": "no-preference"}
PANELS = "[...document.querySelectorAll('.vit-panel')].filter((p) => p.clientWidth)"
# Each panel's labels, what their controls stand at, and what it says.
STAND = f"""() => {PANELS}.map((panel) => ({{
  values: [...panel.querySelectorAll("label")]
    .map(({{ textContent, control }}) =>
      [textContent, control.value, control.checked]),
  says: panel.innerText,
}}))"""
# Puts all controls to values, in their order: one may narrow the next one's range, or
# bring another in its place.
PUT_ALL = f"""(stood) => {PANELS}.forEach((panel, i) => {{
  for (const [name, value, checked] of stood[i].values) {{
    const labels = [...panel.querySelectorAll("label")];
    const control = labels.find((label) => label.textContent === name)?.control;
    if (!control) continue;
    Object.assign(control, {{ value, checked }});
    control.dispatchEvent(new Event("input"));
  }}
}})"""

# Which folded parts of a page are open, and how they are put back.
FOLDS = "() => [...document.querySelectorAll('details')].map(({ open }) => open)"
FOLD = """(opened) => document.querySelectorAll("details").forEach((part, i) => {
  part.open = opened[i];
})"""
# Goes to a widget's place, where it is loaded.
VISIT = """async (place) => {
  place.scrollIntoView({ block: "center" });
  const end = performance.now() + 10_000;
  while (!place.querySelector(".vit-panel, :scope > p")) {
    if (performance.now() > end) throw new Error("neither a widget nor words");
    await new Promise((done) => setTimeout(done, 5));
  }
}"""
LAID_OUT = "article section { content-visibility: visible !important; }"
# Until a panel has its room, one frame after it is there, its lists are empty.
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""


@dataclass
class Kept:
    """A page that stays open: how it stood, and what has gone wrong on it since."""

    page: Page
    size: dict[str, int]
    media: dict[str, str]
    problems: list[str] = field(default_factory=list)
    stood: list = field(default_factory=list)
    folds: list[bool] = field(default_factory=list)

    def learn(self) -> None:
        """Note how the page stands, once all that waits for a reader is drawn."""
        self.page.evaluate(DRAWN)
        self.folds = self.page.evaluate(FOLDS)
        self.page.evaluate(PUT_ALL, self.page.evaluate(STAND))
        self.stood = self.page.evaluate(STAND)

    def put_back(self) -> bool:
        """Put all back that a test may change; whether the page says what it did."""
        self.page.set_viewport_size(self.size)
        self.page.emulate_media(**self.media)
        self.page.evaluate(FOLD, self.folds)
        self.page.evaluate(PUT_ALL, self.stood)
        self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        self.page.mouse.move(0, 0)  # where it lies, buttons appear
        return self.page.evaluate(STAND) == self.stood


def visit(page: Page) -> None:
    """Go to each widget of a page, so that it is there, and back to the top.

    All sections are laid out then, as are those that a reader is near. Where no script
    runs, there is nothing to wait for.
    """
    if page.evaluate("typeof vitMode") == "undefined":
        return
    for place in page.locator(".vit-widget").all():
        place.evaluate(VISIT)
    page.add_style_tag(content=LAID_OUT)
    page.evaluate(DRAWN)
    page.evaluate("scrollTo(0, 0)")


class Reader:
    """Opens the book's pages, and writes down whatever goes wrong on them."""

    def __init__(self, browser: Browser, address: str, kept: dict | None = None):
        self.browser, self.address = browser, address
        self.problems: list[str] = []
        self.loaded: list[Request] = []
        self.contexts: list[BrowserContext] = []
        self.kept: dict[str, Kept] = {} if kept is None else kept

    def open(
        self,
        page: str,
        size=WIDE,
        address: str = "",
        asks: str = "",
        visits: bool = True,
        **options,
    ) -> Page:
        """A page in a fresh, empty browser; options are Playwright's for a context.

        ``asks`` is what follows in the address, such as "?heads=3#what-it-costs". The
        reader ``visits`` each widget first, and does not wait for it elsewhere.
        """
        opened = self.fresh(size, options)
        self.contexts.append(opened.context)
        self.watch(opened)
        opened.goto(f"{address or self.address}{page}.html{asks}", wait_until="load")
        if visits:
            visit(opened)
        return opened

    def again(self, page: str, size=WIDE, **options) -> Page:
        """The same for a test that changes controls, folds, sizes and media, no more.

        The page stays open for the next such test, which finds it as it was.
        """
        name = repr((page, size, options))
        kept = self.kept.pop(name, None)
        if kept is None or not kept.put_back():
            self.drop(kept)
            opened = self.fresh(size, options)
            media = {kind: options.get(kind, usual) for kind, usual in MEDIA.items()}
            kept = Kept(opened, opened.viewport_size, media)
            self.watch(kept.page, kept.problems)
            kept.page.goto(f"{self.address}{page}.html", wait_until="load")
            visit(kept.page)
            kept.learn()
        self.kept[name] = kept
        for oldest in [*self.kept][:-MOST]:
            self.drop(self.kept.pop(oldest))
        return kept.page

    def drop(self, kept: Kept | None) -> None:
        """Close a page that stayed open, if there is one."""
        if kept is not None:
            self.problems += kept.problems
            kept.page.context.close()

    def fresh(self, size: tuple[int, int], options: dict) -> Page:
        """An empty page of a size in an empty browser."""
        viewport = {"width": size[0], "height": size[1]}
        context = self.browser.new_context(viewport=viewport, **options)
        context.set_default_timeout(10_000)
        return context.new_page()

    def watch(self, page: Page, problems: list[str] | None = None) -> None:
        """Write down what is loaded, and each error, message and stray request."""
        page.on("requestfinished", lambda request: self.loaded.append(request))
        note = (self.problems if problems is None else problems).append
        here = (self.address, "data:", "blob:", BUILT.as_uri())
        page.on("console", lambda message: note(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on(
            "requestfailed",
            lambda request: (
                request.failure == LEFT or note(f"{request.failure}: {request.url}")
            ),
        )
        page.on(
            "request",
            lambda request: (
                request.url.startswith(here) or note(f"foreign: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                response.status < 400 or note(f"{response.status}: {response.url}")
            ),
        )

    def close(self) -> None:
        """Close what was opened, and note what went wrong on pages that stay open."""
        for context in self.contexts:
            context.close()
        for kept in self.kept.values():
            self.problems += kept.problems
            kept.problems.clear()
