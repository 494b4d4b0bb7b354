"""The book's colours, and figures drawn in them."""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import colormaps
from PIL import Image

from vitlib import data
from vitlib.show import plots, style

ROOT = Path(__file__).parents[1]
HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}){1,2}\b")
LETTERS = ("ink", "muted")  # roles in which words are written
LINES = ("patch", "query", "key", "value", "stream")  # roles in which lines are drawn
SHADES = pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    low = parts <= 0.04045
    linear = np.where(low, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def figure():
    """A figure with all that figures are made of, in every role."""
    canvas, axes = plots.canvas(300)
    plots.picture(axes, data.mountains(), 20, 12, 2)
    plots.picture(axes, data.photograph(), 240, 12, 1)
    plots.picture(axes, data.photograph(), 400, 12, 1)
    plots.grid(axes, (60, 100), 20, 20, 12, 2)
    for i, role in enumerate(style.COLOURS):
        plots.box(axes, 20 + 40 * i, 150, 36, 36, role, fill=role)
    plots.arrow(axes, (30, 200), (200, 220), linestyle="--")
    plots.numbers(axes, [[1, 2.5], [3, 4]], 20, 220, fills=[["patch-soft", None]] * 2)
    plots.text(axes, 300, 250, 'words & "more" <words>', "muted")
    return canvas


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@SHADES
def test_no_two_roles_share_a_colour(shade):
    shades = [pair[shade] for pair in style.COLOURS.values()]
    assert len(set(shades)) == len(style.COLOURS)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in shades)


@SHADES
def test_words_and_lines_stand_out(shade):
    for ground in ("paper", "panel"):
        for roles, least in ((LETTERS, 4.5), (LINES, 3)):
            for role in roles:
                pair = style.COLOURS[role][shade], style.COLOURS[ground][shade]
                assert contrast(*pair) >= least, (role, ground)


def test_the_style_sheet_sets_every_role_for_light_and_for_each_dark_page():
    light, dark = style.css().splitlines()
    assert light.startswith(":root{")
    assert dark.startswith(",".join(style.DARK_PAGES) + "{")
    for role, shades in style.COLOURS.items():
        for rule, shade in zip((light, dark), shades, strict=True):
            assert rule.count(f"--vit-{role}:{shade};") == 1


def test_colours_stand_in_one_place():
    typed = {
        f"{file.relative_to(ROOT)}: {colour}"
        for folder in ("vitlib", "figures", "book")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".js", ".css"} and file != Path(style.__file__)
        for colour in HEX.findall(file.read_text("utf-8"))
    }
    assert not typed


def test_an_unknown_role_is_named():
    with pytest.raises(KeyError, match="purple"):
        style.colour("purple")


def test_svg_is_the_same_bytes_each_time():
    canvas = figure()
    assert style.svg(canvas) == style.svg(canvas) == style.svg(figure())


def test_svg_rounds_where_things_are_and_nothing_else():
    canvas, axes = plots.canvas(50)
    axes.plot([5, 20], [1 / 3, 30], color=style.colour("key"))
    plots.text(axes, 20.00001, 10, "0.123456")
    svg = style.svg(canvas)
    assert all(part in svg for part in ("M 5 0.33", 'x="20.00"', ">0.123456</text>"))
    assert "rotate" not in svg


def test_svg_colours_all_follow_the_page():
    svg = style.svg(figure())
    sheet = re.search(r"<style>@media \(prefers-color-scheme:dark\)(.*?)</style>", svg)
    assert sheet[1] == f"{{:root{{{style.variables(1)}}}}}"  # every role is in it
    drawn = svg.replace(sheet[0], "")
    for role in style.COLOURS:
        used = f"var(--vit-{role}, {style.colour(role)})"
        assert used in drawn
        drawn = drawn.replace(used, "")
    assert not HEX.findall(re.sub(r"url\(#\w+\)|\"#\w+\"", "", drawn))


def test_svg_holds_only_the_roles_it_uses():
    canvas, axes = plots.canvas(50)
    plots.box(axes, 5, 5, 20, 20, "key")
    names = set(re.findall(r"--vit-([\w-]+)", style.svg(canvas)))
    assert names == {"paper", "key"}


def test_svg_is_well_formed_and_its_ids_are_unique():
    svg = style.svg(figure())
    root = ET.fromstring(svg)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(set(ids)) == len(ids) > 0
    assert set(ids) == set(re.findall(r'(?:url\(|href=")#(\w+)', svg))
    words = ["".join(node.itertext()) for node in root.iter() if "text" in node.tag]
    assert 'words & "more" <words>' in words
    assert "2.5" in words
    assert root.get("role") is root.get("aria-label") is None


def test_svg_has_the_label_it_is_given_whatever_is_in_it():
    label = """15 patches: "P = 20" & N < 16, that's 3 > 2"""
    root = ET.fromstring(style.svg(figure(), label))
    assert (root.get("role"), root.get("aria-label")) == ("img", label)


def test_png_is_twice_as_sharp_as_it_is_shown_wide():
    canvas = figure()
    content, shown = style.png(canvas)
    assert shown == {"width": style.WIDTH}
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (2 * style.WIDTH, 600)
    assert style.png(canvas)[0] == content


def test_a_notebook_shows_figures_as_svg_and_as_png():
    shell = InteractiveShell.instance()
    try:
        style.use()
        shown, about = shell.display_formatter.format(figure())
    finally:
        InteractiveShell.clear_instance()
    assert {"image/svg+xml", "image/png", "text/plain"} == set(shown)
    assert shown["image/svg+xml"] == style.svg(figure())
    assert about["image/png"] == {"width": style.WIDTH}


def pixels(canvas) -> np.ndarray:
    """A figure's PNG, (2·height, 2·width, 3) in bytes."""
    with Image.open(io.BytesIO(style.png(canvas)[0])) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_stands_where_it_is_put_in_its_own_colours(channels):
    canvas, axes = plots.canvas(200, width=300)
    mountains = data.mountains(channels)
    plots.picture(axes, mountains, 20, 12, 2)
    centres = pixels(canvas)[26 : 26 + 240 : 4, 42 : 42 + 400 : 4]
    if channels == 1:
        colours = colormaps[style.MOUNTAINS](mountains[0].numpy())[..., :3]
    else:
        colours = np.moveaxis(mountains.numpy(), 0, 2)
    assert np.abs(centres - 255 * colours).max() <= 1


def test_a_grid_draws_the_lines_between_patches_and_around_them():
    _, axes = plots.canvas(200, width=300)
    plots.grid(axes, (60, 100), 20, 20, 12, 2, role="key")
    lines = {tuple(map(tuple, line.get_xydata())) for line in axes.lines}
    rows = {((20, 12 + 40 * r), (220, 12 + 40 * r)) for r in range(4)}
    columns = {((20 + 40 * c, 12), (20 + 40 * c, 132)) for c in range(6)}
    assert lines == rows | columns
    assert {line.get_color() for line in axes.lines} == {style.colour("key")}
