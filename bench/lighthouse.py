"""Lighthouse's grades of every page, loaded as on a telephone, from a gzip server."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.book_site import ROOT, chromium_path, pages, served

CLI = ROOT / "tests" / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = Path(sys.executable).with_name("node")
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
SHIFT, WEIGHT = "cumulative-layout-shift", "total-byte-weight"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def report(url: str) -> dict:
    """Lighthouse's report on a page; its default preset is a slow telephone."""
    command = [NODE, CLI, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    run = subprocess.run(
        command,
        env={**os.environ, "CHROME_PATH": chromium_path()},
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise RuntimeError(f"Lighthouse failed on {url}:\n{run.stderr}")
    return json.loads(run.stdout)


def missed(found: dict) -> list[str]:
    """What keeps a page from full marks, where full marks are the goal."""
    audits = found["audits"]
    return [
        f"  {goal}: {audits[audit['id']]['title']}"
        for goal, least in GOALS.items()
        if least == 100
        for audit in found["categories"][goal]["auditRefs"]
        if audit["weight"] and audits[audit["id"]]["score"] not in (1, None)
    ]


def main() -> None:
    """Grade every page and print a table."""
    if not CLI.exists():
        raise SystemExit("Lighthouse is not there: npm ci --prefix tests")
    print("Lighthouse, mobile: grades, and seconds to the first and the largest paint,")
    print("milliseconds blocked, layout shift, kilobytes loaded")
    heads = [*GOALS, "first", "largest", "blocked", "shift", "kB"]
    print(f"{'page':24}" + "".join(f"{head[:11]:>12}" for head in heads))
    with served() as address:
        for page in pages():
            found = report(f"{address}{page}.html")
            grades = [100 * found["categories"][goal]["score"] for goal in GOALS]
            first, largest, blocked, shift, weight = (
                found["audits"][name]["numericValue"]
                for name in (*TIMES, SHIFT, WEIGHT)
            )
            row = [f"{grade:.0f}" for grade in grades]
            row += [f"{first / 1e3:.2f}", f"{largest / 1e3:.2f}", f"{blocked:.0f}"]
            row += [f"{shift:.3f}", f"{weight / 1e3:.0f}"]
            reached = all(g >= w for g, w in zip(grades, GOALS.values(), strict=True))
            mark = "  ✓" if reached else "  ✗"
            print(f"{page:24}" + "".join(f"{cell:>12}" for cell in row) + mark)
            print("\n".join(missed(found)), end="\n" if missed(found) else "")
