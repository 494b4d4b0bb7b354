"""Do the tests notice? One line of vitlib made wrong at a time: ``make mutants``.

Each mutant is a copy of the repository in which one line differs, as ``mutants.txt``
has it. Of the tests, those of the same name run on it, until the first one fails. A
mutant that they let live is a test that is missing.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.checks.tree import copied

ROOT = Path(__file__).parents[1]
TESTS = {  # of a file of vitlib
    "patches.py": "patches",
    "tokens.py": "tokens model",
    "position.py": "position",
    "attention.py": "attention attention_exact heads",
    "encoder.py": "encoder",
    "model.py": "model head",
    "cost.py": "cost",
    "checks.py": "patches patches_refused encoder heads position tokens",
    "checkpoints/layouts.py": "checkpoints checkpoints_pretrained",
    "training/recipe.py": "training",
    "training/loop.py": "training training_run",
    "training/measures.py": "training_measures training",
    "inspection/rollout.py": "inspection inspection_rollout",
    "inspection/places.py": "inspection_places",
    "inspection/covering.py": "inspection_covering",
    "scaling/accumulation.py": "scaling_accumulated",
    "scaling/rates.py": "scaling_rates",
}
LISTED = Path(__file__).with_suffix(".txt")
PYTEST = ("-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Mutant:
    """A line of a file of vitlib, and what it becomes."""

    file: str
    right: str
    wrong: str

    def of(self, text: str) -> str:
        """The file's text with the first such line changed.

        Raises: LookupError: nothing in it reads so; the mutant has to follow the code.
        """
        if self.right not in text:
            raise LookupError(f"{self.file} has no {self.right!r}")
        return text.replace(self.right, self.wrong, 1)

    def tests(self) -> list[str]:
        """The files of tests that have to notice.

        Raises: LookupError: nobody has said which.
        """
        if self.file not in TESTS:
            raise LookupError(f"{self.file}: name its tests in TESTS, tests/mutants.py")
        return [f"tests/test_{name}.py" for name in TESTS[self.file].split()]

    def lives(self) -> bool:
        """Whether all these tests pass.

        Raises: RuntimeError: they neither passed nor failed.
        """
        with tempfile.TemporaryDirectory() as folder:
            place = copied(ROOT, Path(folder)) / "vitlib" / self.file
            place.write_text(self.of(place.read_text("utf-8")), "utf-8")
            command = [sys.executable, *PYTEST, *self.tests()]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode > 1:
            raise RuntimeError(f"{self}: pytest ended with\n{done.stdout[-2000:]}")
        return done.returncode == 0

    def __str__(self) -> str:
        return f"{self.file}: {self.right}  →  {self.wrong}"


def listed() -> list[Mutant]:
    """All mutants, in their order."""
    lines = LISTED.read_text("utf-8").splitlines()
    parts = [line.split(": ", 1) for line in lines if not line.startswith("#")]
    return [Mutant(file, *change.split(" -> ")) for file, change in parts]


def main() -> None:
    """Try every mutant, two at a time; print those that live, and end with 1 if any."""
    mutants = listed()
    with ThreadPoolExecutor(2) as pool:
        living = pool.map(Mutant.lives, mutants)
        alive = [one for one, lives in zip(mutants, living, strict=True) if lives]
    for one in alive:
        print(f"lives: {one}")
    print(f"{len(mutants) - len(alive)} of {len(mutants)} mutants were noticed")
    sys.exit(bool(alive))


if __name__ == "__main__":
    main()
