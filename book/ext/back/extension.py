"""The Sphinx extension that fills the back matter and ties the chapters to it.

A page in ``book`` is a Jinja template: ``{{ questions() }}`` stands where what is made
goes, as Markdown, so that headings in it are the page's own.
"""

import json
from pathlib import Path

import jinja2
from sphinx.application import Sphinx

from . import (
    api,
    colophon,
    contents,
    exercises,
    glossary,
    here,
    links,
    notation,
    questions,
    references,
    sources,
)

SOURCES = ("notebooks/*.ipynb", "vitlib/**/*.py", "book/*.yml", "book/*.bib", "*.yml")
SOURCES += ("bench/*.json", "figures/*.svg", "requirements.txt")
MADE = {
    "api": api.listed,
    "chapter": lambda number: contents.by_number()[number].link(),
    "code": sources.code,
    "counts": colophon.counts,
    "drag": lambda number: contents.by_number()[number].link(
        f"slider {number}", "drag-it"
    ),
    "exercises": exercises.listed,
    "katex": colophon.katex,
    "machines": colophon.machines,
    "versions": colophon.versions,
    "colours": notation.colours,
    "first": lambda number: contents.by_number()[number].link(f"chapter {number}"),
    "glossary": glossary.listed,
    "number_of_terms": lambda: len(glossary.terms()),
    "questions": questions.listed,
    "references": references.listed,
    "scales": notation.scales,
}
TEMPLATES = jinja2.Environment(undefined=jinja2.StrictUndefined)


def fill(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let a page of the back matter collect what it shows."""
    if not docname.startswith("book/") or "{{" not in source[0]:
        return
    source[0] = TEMPLATES.from_string(source[0]).render(MADE)
    for pattern in SOURCES:
        for path in contents.ROOT.glob(pattern):
            app.env.note_dependency(str(path))


def mark_questions(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give each question in a chapter the id by which it can be linked to."""
    if Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = questions.with_anchors("".join(cell["source"]))
    source[0] = json.dumps(notebook)


def source_of(domain: str, info: dict[str, str]) -> str:
    """The address of what the reference documents, in the repository."""
    return sources.find(f"{info['module']}.{info['fullname']}").address


def tidy(app: Sphinx, what: str, name: str, obj: object, options, lines: list) -> None:
    """Let a docstring be shown in the reference."""
    api.in_fields(lines)


def mend(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Let signatures in the reference be read aloud as what they are."""
    context["body"] = api.without_lists(context.get("body", ""))


def setup(app: Sphinx) -> dict:
    """Sphinx's entry point."""
    app.connect("source-read", fill)
    app.connect("source-read", mark_questions, priority=600)  # after vitbook's
    app.connect("doctree-resolved", links.tie)
    app.connect("html-page-context", here.show)
    app.connect("html-page-context", mend)
    app.connect("missing-reference", links.leave)
    app.connect("autodoc-process-docstring", tidy, priority=400)  # before napoleon's
    app.config.linkcode_resolve = source_of
    return {"parallel_read_safe": True, "parallel_write_safe": True}
