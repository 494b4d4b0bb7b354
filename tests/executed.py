"""How nbval executes a chapter here: once for all that execution can tell.

It compares what each cell puts out with what is committed, pictures too; then, in the
same kernel, it runs the solutions of the exercises, and looks for files left behind.
"""

from collections.abc import Iterator

import pytest
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile

from tests.checks.exercises import solutions

collected_by_nbval = IPyNbFile.collect


def exactly(config: pytest.Config) -> bool:
    """Whether outputs are compared to the byte: not on systems that may round."""
    return "not reference" not in config.option.markexpr


def compare_outputs(cell: IPyNbCell, test: list, ref: list) -> bool:
    """Nbval's comparison, done our way: pictures count, and so does each key."""
    from tests.checks import (
        outputs,  # here, since importing torch takes a second or two
    )

    found = outputs.differences(ref, test)
    if not found and exactly(cell.config):
        found = outputs.unequal(ref, test)
    cell.comparison_traceback = found
    return not found


class Solution(IPyNbCell):
    """A solution of an exercise, whose check calls it right."""

    @classmethod
    def of(cls, file: IPyNbFile, number: int, python: str) -> "Solution":
        """The solution of this number, in a chapter's kernel."""
        ran = {"cell": new_code_cell(python, execution_count=1), "cell_num": number}
        options = {"check": True, "check_exception": False, "skip": False}
        return cls.from_parent(file, name=f"Solution {number}", options=options, **ran)

    def compare_outputs(self, test: list, ref: list) -> bool:
        """Whether the first line begins with the sign for right."""
        said = "".join(output.get("text", "") for output in test)
        self.comparison_traceback = [said]
        return said.startswith("✓")


class NothingLeft(pytest.Item):
    """The last look at a chapter's folder: no file is there that was not before."""

    def __init__(self, *, parent: IPyNbFile, **more):
        super().__init__(parent=parent, **more)
        self.before = {*parent.path.parent.iterdir()}

    def runtest(self) -> None:
        """Compare the folder with what it was when the chapter was collected."""
        assert {*self.path.parent.iterdir()} - self.before == set()


def collect(file: IPyNbFile) -> Iterator[pytest.Item]:
    """A chapter's cells; its solutions; the last look."""
    yield from collected_by_nbval(file)
    for number, python in enumerate(solutions(file.nb)):
        yield Solution.of(file, number, python)
    yield NothingLeft.from_parent(file, name="leaves no file behind")


IPyNbCell.compare_outputs = compare_outputs
IPyNbFile.collect = collect
