"""Checks of the repository's files: their size, what they are, where they point."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

from notebooks.sync import Sources

LARGEST, LARGEST_NOTEBOOK = 400_000, 600_000  # bytes
LEFTOVERS = re.compile(
    r"(^|/)(\.ipynb_checkpoints|__pycache__|node_modules|\.DS_Store|\.(venv|drawn)[^/]*)(/|$)"
    r"|(\.orig|\.rej|\.swp|~)$"
)
SPEAKING = {".ipynb", ".md", ".cff", ".toml"}  # files that may name the repository
ADDRESS = re.compile(
    r"https://([\w.-]+)(?:/github)?/([\w.-]+)/([\w.-]+)[^\s)\]\"'`<>\\]*"
)
OURS_ALONE = {"raw.githubusercontent.com", "colab.research.google.com"}


def files(root: Path) -> list[Path]:
    """The files that are committed, or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=root, check=True, capture_output=True, text=True
    )
    paths = (root / name for name in listed.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def copied(root: Path, folder: Path) -> Path:
    """Copy those files into a folder, which becomes a repository of its own."""
    for path in files(root):
        place = folder / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def committed(root: Path, folder: Path) -> Path:
    """Copy them into a folder, and commit them there."""
    copied(root, folder)
    git(folder, "add", "--all")
    name = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    git(folder, *name, "commit", "--quiet", "--message=test")
    return folder


def git(root: Path, *arguments: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *arguments], cwd=root, check=True)


def sizes(root: Path) -> Iterator[str]:
    """No file is so large that it keeps a reader waiting."""
    for path in files(root):
        most = LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST
        if (size := path.stat().st_size) > most:
            yield f"{path.relative_to(root)}: {size:,} bytes, more than {most:,}"


def leftovers(root: Path) -> Iterator[str]:
    """Nothing that tools leave behind."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if LEFTOVERS.search(name):
            yield f"{name}: left behind by a tool"


def line_ends(root: Path) -> Iterator[str]:
    """Lines end as on Unix, on every system."""
    for path in files(root):
        content = path.read_bytes()
        if b"\0" not in content and b"\r" in content:
            yield f"{path.relative_to(root)}: has carriage returns"


def addresses(root: Path) -> Iterator[str]:
    """Every address of the repository is the one in _config.yml."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    sources = Sources.read(root)
    name, branch = sources.name, sources.branch
    right = [
        rf"https://github\.com/{name}(\.git)?(?!/(blob|tree)/(?!{branch}/))(/.*)?",
        rf"https://raw\.githubusercontent\.com/{name}/{branch}/.*",
        rf"https://colab\.research\.google\.com/github/{name}/blob/{branch}/.*",
        re.escape(config["html"]["baseurl"]) + ".*",
    ]
    for path in files(root):
        text = path.read_text("utf-8") if path.suffix in SPEAKING else ""
        for found in ADDRESS.finditer(text):
            address = found[0].rstrip(".,:;")
            if ours(found, name) and not any(re.fullmatch(r, address) for r in right):
                yield f"{path.relative_to(root)}: {address} is not as in _config.yml"


def ours(found: re.Match, name: str) -> bool:
    """Whether an address means this repository, be it right or wrong."""
    host, owner, repository = found[1], found[2], found[3].rstrip(".,:;")
    if host in OURS_ALONE:
        return True
    return host == "github.com" and (
        owner == name.split("/")[0]
        or repository.removesuffix(".git") == name.split("/")[1]
    )


def figures(root: Path) -> Iterator[str]:
    """Every figure has its text, every text its picture, and every figure is shown."""
    drawn = {path.stem for path in root.glob("figures/*.svg")}
    texts = [p.read_text("utf-8") for p in files(root) if p.suffix in {".md", ".ipynb"}]
    cells = set(re.findall(r'"id": "([^"]+)"', "".join(texts)))
    alts = Sources.read(root).alts
    yield from (
        f"figures/{name}.svg has no text in alt.yml" for name in drawn - set(alts)
    )
    yield from (f"alt.yml: {key} is no picture" for key in set(alts) - drawn - cells)
    for name in drawn:
        if not any(f"figures/{name}.svg" in text for text in texts):
            yield f"figures/{name}.svg is shown nowhere"


CHECKS = [sizes, leftovers, line_ends, addresses, figures]
