"""The search for dead links finds what it should, and nothing in a sound site."""

import pytest

from tests.links import dead_links

PAGE = """<!DOCTYPE html><html><head><link rel="stylesheet" href="s/a.css?v=1">
<link rel="canonical" href="https://book.org/base/sub/b.html">
<style>p {{ background: url("s/a%20b.png") }}</style></head><body>
<h1 id="top">a</h1><label for="in">x</label><input id="in"><a href="#top">up</a>
<a href="sub/b.html#caf%C3%A9">b</a><a href="https://other.org/x">other</a>
<a href="mailto:a@b.c">write</a><img src="data:image/png;base64,AA" alt="x">
<img srcset="s/a%20b.png 1x, s/c.png 2x" alt="c"><a href="sub/">folder</a>
<svg><path clip-path="url(#top)"/><a xlink:href="sub/b.html">b</a></svg>{}</body>"""


@pytest.fixture
def site(tmp_path):
    """A small site in which every link leads somewhere."""
    (tmp_path / "s").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.html").write_text(PAGE.format(""), "utf-8")
    (tmp_path / "sub" / "b.html").write_text(
        '<p id="café"><a href="../a.html">', "utf-8"
    )
    (tmp_path / "sub" / "index.html").write_text("<p>", "utf-8")
    (tmp_path / "s" / "a.css").write_text("@import 'b.css'; a{b:url(c.png#x)}", "utf-8")
    (tmp_path / "sitemap.xml").write_text("<loc>https://book.org/base/a.html</loc>")
    for name in ("b.css", "a b.png", "c.png"):
        (tmp_path / "s" / name).write_bytes(b"")
    return tmp_path


def test_a_sound_site_has_no_faults(site):
    assert dead_links(site, "https://book.org/base/") == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="c.html">', "c.html does not exist"),
        ('<a href="../a.html">', "../a.html does not exist"),
        ('<a href="/a.html">', "/a.html starts at the host, not at the book"),
        ('<a href="s/">', "s/ does not exist"),
        ('<a href="#cafe">', "#cafe: no cafe in a.html"),
        ('<a href="sub/b.html#top">', "sub/b.html#top: no top in b.html"),
        ('<p id="top">', "id top twice"),
        ('<label for="out">', "#out: no out in a.html"),
        ('<p aria-labelledby="top by">', "#by: no by in a.html"),
        ('<button popovertarget="menu">', "#menu: no menu in a.html"),
        ('<form action="find.html">', "find.html does not exist"),
        ('<img src="d.png">', "d.png does not exist"),
        ('<img srcset="s/c.png 1x, e.png 2x">', "e.png does not exist"),
        ('<script src="f.js"></script>', "f.js does not exist"),
        ('<script src="https://x.org/f.js">', "https://x.org/f.js is loaded from else"),
        ('<script src="//x.org/f.js">', "//x.org/f.js is loaded from elsewhere"),
        ('<link rel="icon" href="g.svg">', "g.svg does not exist"),
        ('<svg><use xlink:href="#glyph"/>', "#glyph: no glyph in a.html"),
        ('<svg><path clip-path="url(#cut)"/>', "#cut: no cut in a.html"),
        ('<p style="background:url(h.png)">', "h.png does not exist"),
        (
            '<meta http-equiv="refresh" content="0; url=i.html">',
            "i.html does not exist",
        ),
        (
            '<meta property="og:image" content="https://book.org/base/j.png">',
            "j.png does not exist",
        ),
    ],
)
def test_each_kind_of_fault_is_found(site, html, fault):
    (site / "a.html").write_text(PAGE.format(html), "utf-8")
    (found,) = dead_links(site, "https://book.org/base/")
    assert found.startswith(f"a.html: {fault}")


def test_style_sheets_and_the_sitemap_are_searched_too(site):
    (site / "s" / "b.css").write_text("@font-face{src:url(k.woff2)}", "utf-8")
    (site / "sitemap.xml").write_text("<loc>https://book.org/base/l.html</loc>")
    assert dead_links(site, "https://book.org/base/") == [
        "s/b.css: k.woff2 does not exist",
        "sitemap.xml: l.html does not exist",
    ]
