"""What is made of a page's text: spaces that keep a line together, and formulas."""

import atexit
from pathlib import Path

import pytest
from docutils import nodes
from sphinxcontrib.katex import KaTeXServer

from book.ext.vitbook import join_factors, patient_katex

JOINED = [
    ("patches of 2 × 2 pixels", "patches of 2~×~2 pixels"),
    ("E (400 × 768), b (768)", "E (400~×~768), b (768)"),
    ("2 · 3 · C = P² · C", "2~·~3~·~C = P²~·~C"),
    ("3 · (4 + 5) × N", "3~·~(4 + 5)~×~N"),
    (" × 2", "~×~2"),
    ("2 + 2 = 4", "2 + 2 = 4"),
]


@pytest.mark.parametrize(("text", "joined"), JOINED)
def test_factors_are_joined_in_prose(text, joined):
    page = nodes.paragraph("", text)
    join_factors(None, page, "page")
    assert page.astext() == joined.replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    "kind",
    [nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw],
)
def test_code_and_formulas_stay_as_they_are(kind):
    page = nodes.container("", kind("", "2 × 2"))
    join_factors(None, page, "page")
    assert page.astext() == "2 × 2"


def test_the_heading_of_a_folded_part_is_prose():
    page = nodes.container("", nodes.raw("", "<details>\n<summary>2 × 2</summary>"))
    join_factors(None, page, "page")
    joined = "<details>\n<summary>2~×~2</summary>"
    assert page.astext() == joined.replace("~", "\N{NO-BREAK SPACE}")


def test_code_in_colours_stays_as_it_is():
    code = nodes.literal("", "", nodes.inline("", "2 × 2"))
    page = nodes.paragraph("", "", nodes.Text("2 × 2 is "), code)
    join_factors(None, page, "page")
    assert page.astext() == "2~×~2 is 2 × 2".replace("~", "\N{NO-BREAK SPACE}")


@pytest.mark.reference
def test_the_renderer_ends_with_the_build():
    patient_katex()
    server = KaTeXServer.start()
    running = Path(f"/proc/{server.process.pid}/exe").resolve()
    assert running.name == "node"  # and no script that started it
    server.terminate()
    atexit.unregister(KaTeXServer.terminate)  # of a server that is gone
    assert server.process.poll() is not None
