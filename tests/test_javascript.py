"""The widgets' own mathematics, run by Node, against vitlib's."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colormaps

from tests.javascript import NODE, Node
from vitlib import grid_size, patchify
from vitlib.show import style
from vitlib.show.widgets import PatchExplorer, base
from vitlib.show.widgets.patches import packed

PICTURES = {
    name: (picture["channels"], picture["height"], picture["width"])
    for name, picture in PatchExplorer().pictures.items()
}
TRANSFORMED = pytest.mark.parametrize("module", base.names())


def rows_of(images: torch.Tensor, size: int) -> torch.Tensor:
    """The rows of the whole patches that fit into an image, by vitlib, (N, C·P²)."""
    rows, columns = images.shape[2] // size, images.shape[3] // size
    return patchify(images[..., : rows * size, : columns * size], size)[0]


def check_patches(node: Node, shape: tuple[int, int, int], size: int) -> None:
    """Each patch and the grid of an image are the same in JavaScript and in vitlib."""
    numbers = torch.arange(np.prod(shape)).reshape(1, *shape)
    expected = rows_of(numbers, size)
    info = dict(zip(("channels", "height", "width"), shape, strict=True))
    calls = [[size, patch + 1] for patch in range(len(expected))]
    shared = [numbers.flatten().tolist(), info]
    assert node.each("patches_math.js", "patchRow", shared, calls) == expected.tolist()
    grid = node.call("patches_math.js", "gridSize", *shape[1:], size)
    whole = (shape[1] // size * size, shape[2] // size * size)
    assert (grid["rows"], grid["columns"]) == grid_size(whole, size)
    assert grid["over"] == (numbers.numel() - expected.numel()) // shape[0]


@pytest.mark.parametrize("picture", PICTURES)
def test_every_patch_of_every_size_of_the_pictures(node, picture):
    for size in range(1, 61):
        check_patches(node, PICTURES[picture], size)


@given(st.data())
@settings(deadline=None)
def test_every_patch_of_random_images(node, data):
    size = data.draw(st.integers(1, 9))
    channels, height, width = (
        data.draw(st.integers(least, 40)) for least in (1, size, size)
    )
    check_patches(node, (channels, height, width), size)


@given(st.integers(1, 60), st.integers(1, 4), st.data())
@settings(deadline=None)
def test_the_place_of_a_number_in_its_patch(node, size, channels, data):
    number = data.draw(st.integers(1, channels * size * size))
    place = node.call("patches_math.js", "place", number, size)
    expected = np.unravel_index(number - 1, (channels, size, size))
    assert (place["channel"], place["row"], place["column"]) == expected


@given(st.data())
@settings(deadline=None)
def test_a_patch_of_another_size_lies_at_the_same_place(node, data):
    height, width = data.draw(st.integers(1, 90)), data.draw(st.integers(1, 90))
    old, new = (data.draw(st.integers(1, min(height, width))) for _ in range(2))
    patch = data.draw(st.integers(1, (height // old) * (width // old)))
    info = {"height": height, "width": width}
    middle = node.call("patches_math.js", "middle", patch, info, old)
    found = node.call("patches_math.js", "patchAt", middle, info, new)
    for index, count, step in (
        ((patch - 1) // (width // old), height // new, (found - 1) // (width // new)),
        ((patch - 1) % (width // old), width // new, (found - 1) % (width // new)),
    ):
        place = (index + 0.5) * old
        assert 0 <= step < count
        assert step * new <= place
        assert place < (step + 1) * new or step == count - 1


@given(st.data(), st.sampled_from([10, 255]))
@settings(deadline=None)
def test_packed_pictures_are_unpacked_as_they_were(node, data, levels):
    shape = [data.draw(st.integers(1, most)) for most in (4, 6, 6)]
    whole = st.integers(0, levels)
    count = int(np.prod(shape))
    values = data.draw(st.lists(whole, min_size=count, max_size=count))
    image = (torch.tensor(values).float() / levels).reshape(shape)
    unpacked = node.call("patches_math.js", "unpack", packed(image, levels))
    assert unpacked == image.flatten().tolist()


def test_the_pictures_are_unpacked_as_python_has_them(node):
    explorer = PatchExplorer()
    for name, picture in explorer.pictures.items():
        explorer.picture = name
        unpacked = node.call("patches_math.js", "unpack", picture)
        assert unpacked == explorer.image().flatten().tolist()


@given(st.lists(st.floats(-0.5, 1.5), min_size=1))
@settings(deadline=None)
def test_the_shades_of_purple_are_matplotlibs(node, shades):
    shades = [*shades, 0, 0.1, 0.3, 0.5, 1]
    colours = node.each("shades.js", "purple", [], [[shade] for shade in shades])
    expected = 255 * colormaps[style.MOUNTAINS](shades)[:, :3]
    assert np.abs(np.array(colours) - expected).max() <= 1.5


def check_syntax(code: str, kind: str, folder: Path) -> None:
    """Node parses the code as a module or as a classic script."""
    file = folder / f"code.{kind}"
    file.write_text(code, "utf-8")
    parsed = subprocess.run([NODE, "--check", file], capture_output=True, text=True)
    assert parsed.returncode == 0, parsed.stderr


def statements(code: str, word: str) -> list[str]:
    """Lines that begin with ``import`` or ``export``."""
    return re.findall(rf"^[ \t]*{word}\b.*", code, re.MULTILINE)


@TRANSFORMED
def test_a_notebooks_script_is_one_module_that_imports_nothing(module, tmp_path):
    code = base.script(module)
    check_syntax(code, "mjs", tmp_path)
    assert not statements(code, "import")
    (export,) = statements(code, "export")
    assert export.startswith("export default { render")
    assert statements(base.source(f"{module}.js"), "import")


@TRANSFORMED
def test_a_pages_script_is_one_classic_script(module, tmp_path):
    code = base.page_script(module)
    check_syntax(code, "cjs", tmp_path)
    assert not statements(code, "import")
    assert not statements(code, "export")
    assert code.count("const widget = { render") == 1
    mount = re.search(r'\nvitHost\.mount\("(\w+)", widget, .*\);\n\}\)\(\);\n$', code)
    assert mount[1] == module


def test_imports_over_several_lines_and_every_kind_of_export_go(monkeypatch):
    files = {
        "base.js": "export function f() {}\nexport const c = 1;\nexport class A {}\n",
        "new.js": 'import {\n  f,\n  c,\n} from "./base.js";\n\n'
        "export async function g() {}\n\nexport default { render };\n",
    }
    monkeypatch.setattr(base, "source", files.get)
    assert base.script("new") == (
        "function f() {}\nconst c = 1;\nclass A {}\n"
        "\nasync function g() {}\n\nexport default { render };\n"
    )


@pytest.mark.parametrize("path", sorted(base.FOLDER.glob("*.js")), ids=lambda p: p.name)
def test_a_module_takes_what_another_gives(path):
    taken = r'^import \{([^}]+)\} from "\./(.+)";'
    for names, other in re.findall(taken, path.read_text("utf-8"), re.M):
        given = r"^export (?:const|let|class|(?:async )?function\*?) (\w+|\[[^\]]+\])"
        found = re.findall(given, (base.FOLDER / other).read_text("utf-8"), re.M)
        has = set(re.findall(r"\w+", " ".join(found)))
        assert {name.split()[0] for name in names.split(",") if name.strip()} <= has
