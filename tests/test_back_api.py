"""The reference has every public name, and knows where each stands."""

import importlib
import inspect
import re

import pytest

from book.ext.back import api, sources
from book.ext.back.contents import ROOT

MODULES = api.modules()
EACH_MODULE = pytest.mark.parametrize("module", MODULES, ids=lambda m: m.name)
PAGE = api.listed()


@EACH_MODULE
def test_every_public_name_appears(module):
    """Found by importing, where the page is made by reading."""
    imported = importlib.import_module(module.name)
    wanted = getattr(imported, "__all__", None) or [
        name
        for name, value in vars(imported).items()
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.name
        and not name.startswith("_")
    ]
    documented = set(re.findall(rf"auto\w+:: {module.name}\.(\w+)", PAGE))
    documented |= set(re.findall(rf"data:: (\w+)\n   :module: {module.name}\n", PAGE))
    assert set(wanted) <= documented
    assert set(module.names) == documented


def test_no_module_is_left_out_but_what_draws():
    found = {path.stem for path in (ROOT / "vitlib").glob("[a-z]*.py")}
    found |= {p.parent.name for p in (ROOT / "vitlib").glob("*/__init__.py")}
    listed = {module.name.removeprefix("vitlib.") for module in MODULES}
    unlisted = [importlib.import_module(f"vitlib.{name}") for name in found - listed]
    assert all(not hasattr(module, "__all__") for module in unlisted)
    assert "show" not in listed


def test_modules_come_in_the_order_of_the_chapters():
    numbers = [module.chapter for module in MODULES]
    assert numbers == sorted(numbers)
    names = [module.name for module in MODULES]
    assert names[0] == "vitlib.patches"
    assert names.index("vitlib.tokens") < names.index("vitlib.attention")


@EACH_MODULE
def test_a_name_is_found_where_python_finds_it(module):
    imported = importlib.import_module(module.name)
    for name in module.names:
        value = getattr(imported, name)
        if not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        value = inspect.unwrap(value)
        lines, first = inspect.getsourcelines(value)
        place = sources.find(f"{module.name}.{name}")
        assert str(ROOT / place.file) == inspect.getsourcefile(value)
        assert first <= place.first < first + len(lines)
        assert place.last == first + len(lines) - 1


def test_a_method_is_found_and_a_name_that_is_not_there_is_refused():
    place = sources.find("vitlib.model.ViT.forward")
    line = (ROOT / place.file).read_text("utf-8").splitlines()[place.first - 1]
    assert line.startswith("    def forward(self")
    with pytest.raises(KeyError, match=r"vitlib\.model defines no Vit"):
        sources.find("vitlib.model.Vit")


def test_names_in_chapters_lead_to_one_place():
    names = api.names()
    assert names["patchify"] == names["vitlib.patchify"] == "vitlib.patches.patchify"
    assert names["vitlib.cost.attention_maps"] == "vitlib.cost.attention_maps"
    assert "attention_maps" not in names  # there are two


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("torch.Tensor", f"{api.PYTORCH}tensors.html#torch.Tensor"),
        (
            "torch.nn.modules.module.Module",
            f"{api.PYTORCH}generated/torch.nn.Module.html",
        ),
        ("torch.Generator", f"{api.PYTORCH}generated/torch.Generator.html"),
        ("int", f"{api.PYTHON}functions.html#int"),
        ("tuple", f"{api.PYTHON}stdtypes.html#tuple"),
        ("pathlib.Path", f"{api.PYTHON}pathlib.html#pathlib.Path"),
        ("vitlib.model.ViT", ""),
    ],
)
def test_types_lead_to_their_documentation(name, address):
    assert api.elsewhere(name) == address


def test_a_docstring_in_the_books_way_becomes_fields():
    lines = [
        "The mean of |y|, (B, *more).",
        "",
        "Args: y, a number;",
        "  x too.",
        "Returns: *Some* mean.",
        "",
        "More.",
    ]
    api.in_fields(lines)
    assert lines[0] == r"The mean of \|y\|, (B, \*more)."
    assert lines[2:5] == [
        ":Parameters: y, a number;",
        "      x too.",
        ":Returns: *Some* mean.",
    ]
    assert lines[-1] == "More."


def test_a_formula_in_a_docstring_stays_as_it_is():
    lines = ["A mean.", "", "    A = |x| * y", "    B = 2 · … · A", "", "Of *all*.", ""]
    api.in_fields(lines)
    assert lines[2:4] == ["::", ""]
    assert lines[4:6] == ["    A = |x| * y", "    B = 2 · … · A"]
    assert lines[-2] == "Of *all*."
    section = ["Args:", "    x: one", "", "    y: two", "", "Returns:", "    z"]
    kept = [*section]
    api.in_fields(section)
    assert section == kept
