"""The page on the papers leads to the code that it names."""

import re

import pytest

from book.ext.back import api, sources
from book.ext.back.contents import ROOT

PAGE = (ROOT / "book" / "paper.md").read_text("utf-8")
CODE = sorted(set(re.findall(r'code\("([^"]+)"\)', PAGE)))


@pytest.mark.parametrize("name", CODE)
def test_what_is_named_is_there_and_in_the_reference(name):
    place = sources.find(f"vitlib.{name}")
    defined = (ROOT / place.file).read_text("utf-8").splitlines()[place.first - 1]
    assert re.search(rf"\b{name.split('.')[-1]}\b", defined)
    module = max(m.name for m in api.modules() if f"vitlib.{name}".startswith(m.name))
    public = f"vitlib.{name}".removeprefix(f"{module}.").split(".")[0]
    assert f"{module}.{public}" in api.names()


def test_a_name_becomes_two_links():
    made = sources.code("patches.patchify")
    assert 'href="api.html#vitlib.patches.patchify"' in made
    assert re.search(r'/blob/\w+/vitlib/patches\.py#L\d+-L\d+"', made)


@pytest.mark.parametrize("number", range(1, 5))
def test_every_equation_of_the_paper_is_there(number):
    first, _, _ = PAGE.partition("## The transformer")
    assert f"### Equation {number}: " in first
