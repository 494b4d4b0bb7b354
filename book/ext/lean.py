"""How the book's pages look, with as little to load as that takes.

The theme is ``book/theme``: templates, and a style sheet in seven parts, which become
one file together with the palette. Of the style sheets and scripts that extensions put
on every page, a page here gets those that it uses.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from vitlib.show import style
from vitlib.show.widgets import base

THEME = Path(__file__).parents[1] / "theme"
PARTS = ("text", "layout", "panels", "wide", "content", "back", "print")
GENERATED = "_build/lean"
# What a page may load in this order, and the mark in its text that says that it does.
USED_WITH = {
    "book.css": "",
    "page.js": "",
    "katex/katex.css": 'class="katex"',
    "widgets/host.js": 'class="vit-widget"',
    **{f"widgets/{name}.js": f'data-widget="{name}"' for name in base.names()},
}
# What extensions write that assistive technology would stumble over.
MENDED = {
    '<summary aria-label="Toggle hidden content">': "<summary>",  # hides what it says
    'role="doc-biblioentry"': 'role="listitem"',  # deprecated, and not for a list
}


def stylesheet() -> str:
    """The one style sheet: the palette, widgets, the theme's parts in order."""
    dark = f":root:not([data-theme]){{{style.variables(1)}}}"  # no script has chosen
    unasked = f"@media (prefers-color-scheme:dark){{{dark}}}\n"
    parts = [(THEME / "css" / f"{part}.css").read_text("utf-8") for part in PARTS]
    return style.css() + unasked + base.source("base.css") + "".join(parts)


def maths(css: str) -> str:
    """KaTeX's style sheet, changed so that text shows before its fonts have come.

    Of each font's three kinds of file it names the one that is there, woff2.
    """
    css = re.sub(r',url\([^)]*\.(woff|ttf)\) format\("\w+"\)', "", css)
    return css.replace("@font-face{", "@font-face{font-display:swap;")


def generate(app: Sphinx, config: Config) -> None:
    """Write the files that are made rather than kept: style sheets and robots.txt."""
    folder = Path(app.srcdir, GENERATED)
    katex = (THEME / "css" / "katex.min.css").read_text("utf-8")
    robots = f"User-agent: *\nSitemap: {config.html_baseurl}sitemap.xml\n"
    for name, content in {
        "static/book.css": stylesheet(),
        "static/katex/katex.css": maths(katex),
        "root/robots.txt": robots,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    config.ogp_site_url, config.ogp_site_name = config.html_baseurl, config.html_title
    config.html_static_path.append(f"{GENERATED}/static")
    config.html_extra_path.append(f"{GENERATED}/root")


def keep_used(app: Sphinx, pagename: str, template: str, context: dict, tree) -> None:
    """Keep the style sheets and scripts that the page uses, in this order."""
    body = context.get("body", "")
    used = [f"_static/{name}" for name, mark in USED_WITH.items() if mark in body]
    for kind in ("css_files", "script_files"):
        files = {file.filename: file for file in context[kind]}
        context[kind] = [files[name] for name in used if name in files]
    for found, wanted in MENDED.items():
        body = body.replace(found, wanted)
    context["body"] = body


def describe(app: Sphinx, pagename: str, template: str, context: dict, tree) -> None:
    """Describe the page to those who link to it as it describes itself."""
    tags = context.get("metatags", "")
    if own := re.search(r'<meta content="([^"]*)" name="description" />', tags):
        shared = r'(?<="og:description" content=")[^"]*'
        context["metatags"] = re.sub(shared, lambda _: own[1], tags)


def visit_table(translator, node: nodes.table) -> None:
    """Let a table that is wider than the page scroll by itself."""
    translator.body.append('<div class="scroller">')
    type(translator).visit_table(translator, node)


def depart_table(translator, node: nodes.table) -> None:
    """End the table and what it scrolls in."""
    type(translator).depart_table(translator, node)
    translator.body.append("</div>\n")


def root_page(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """The page at the site's root, which leads to the front page."""
    yield "index", {"html_baseurl": app.config.html_baseurl}, "redirect.html"


def mark_built(app: Sphinx, error: Exception | None) -> None:
    """Let the root page's age say when the book was last built, changed or not."""
    if error is None:
        Path(app.outdir, "index.html").touch()


def drop_unused(app: Sphinx, error: Exception | None) -> None:
    """Take away what extensions brought and no page, style sheet or script names."""
    if error is not None:
        return
    files = {p for p in Path(app.outdir, "_static").rglob("*") if p.is_file()}
    texts = [*Path(app.outdir).rglob("*.html")]
    while texts:
        said = "".join(path.read_text("utf-8") for path in texts)
        used = {path for path in files if path.name in said}
        files -= used
        texts = [path for path in used if path.suffix in (".css", ".js")]
    for path in files:
        path.unlink()


def setup(app: Sphinx) -> dict:
    """Sphinx's entry point."""
    app.add_html_theme("lean", str(THEME))
    app.connect("config-inited", generate)
    app.connect("html-page-context", keep_used, priority=900)
    app.connect("html-page-context", describe, priority=900)
    app.connect("html-collect-pages", root_page)
    app.connect("build-finished", drop_unused)
    app.connect("build-finished", mark_built)
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_css_file("book.css")
    app.add_js_file("page.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
