"""The committed figures are what their scripts draw."""

import base64
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from figures import __main__ as figures
from tests.checks import outputs


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An empty folder to draw in."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture(scope="module")
def drawn(folder) -> list[tuple[Path, Path]]:
    """All figures drawn anew: (made file, where it belongs)."""
    return list(figures.drawn(folder))


def test_every_figure_is_drawn_by_a_script(drawn):
    homes = {home for _, home in drawn}
    assert [path.name for path in figures.HERE.glob("*.svg") if path not in homes] == []


@pytest.mark.reference
def test_figures_drawn_again_are_the_same_to_the_byte(drawn):
    assert [home.name for made, home in drawn if not figures.same(made, home)] == []


def test_figures_drawn_again_look_the_same(drawn):
    compared = {home: (home.read_bytes(), made.read_bytes()) for made, home in drawn}
    for home, (before, after) in compared.items():
        if home.suffix == ".svg":
            assert outputs.svg(before.decode(), after.decode()) == [], home.name
        else:
            pair = (base64.b64encode(content).decode() for content in (before, after))
            assert outputs.png(*pair) == [], home.name


class Script(SimpleNamespace):
    """A script that draws figures of which only their names are asked."""

    def draw(self) -> dict:
        """Figures by name; raises if there is none."""
        return {name: self.known[name] for name in self.names}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A folder with two old figures, to be drawn anew by a script each."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.svg").write_text("old")
    known = {"one": "new one", "two": "new two"}
    scripts = [Script(names=[name], known=known) for name in known]
    monkeypatch.setattr(figures, "HERE", tmp_path)
    monkeypatch.setattr(figures, "scripts", lambda m: scripts if m == "draw" else [])
    monkeypatch.setattr(figures.style, "svg", lambda figure: figure)
    return tmp_path


def drawing(monkeypatch, *arguments: str) -> None:
    """The command, which ends with an exit status of its own."""
    monkeypatch.setattr(sys, "argv", ["figures", *arguments])
    figures.main()


def contents(folder: Path) -> dict[str, str]:
    """What is in each file of a folder."""
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_a_script_that_fails_leaves_all_figures_as_they_are(home, monkeypatch):
    before = contents(home)
    figures.scripts("draw")[1].names.append("three")
    with pytest.raises(KeyError, match="three"):
        drawing(monkeypatch)
    assert contents(home) == before


def test_whoever_stops_the_drawing_leaves_each_figure_whole(home, monkeypatch):
    replace = os.replace

    def stop(made: Path, path: Path) -> None:
        if path.stem == "two":
            raise KeyboardInterrupt
        replace(made, path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            drawing(patched)
    assert contents(home) == {"one.svg": "new one", "two.svg": "old"}
    with pytest.raises(SystemExit, match="False"):
        drawing(monkeypatch)
    assert contents(home) == {"one.svg": "new one", "two.svg": "new two"}


def test_to_check_needs_no_folder_that_can_be_written(home, monkeypatch, capsys):
    before, made = contents(home), []
    real = figures.tempfile.TemporaryDirectory

    def noted(**options: object) -> object:
        made.append(options["dir"])
        return real(**options)

    monkeypatch.setattr(figures.tempfile, "TemporaryDirectory", noted)
    with pytest.raises(SystemExit, match="True"):
        drawing(monkeypatch, "--check")
    assert made == [None]
    assert contents(home) == before
    assert "two.svg" in capsys.readouterr().out
