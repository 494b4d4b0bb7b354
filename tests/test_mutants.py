"""The list of mutants follows the code: each line is there, and so are its tests."""

import pytest

from tests import mutants

EACH = pytest.mark.parametrize("mutant", mutants.listed(), ids=str)
VITLIB = mutants.ROOT / "vitlib"


@EACH
def test_a_mutant_is_code_in_which_one_line_is_another(mutant):
    text = (VITLIB / mutant.file).read_text("utf-8")
    changed = mutant.of(text)
    compile(changed, mutant.file, "exec")
    pairs = zip(text.splitlines(), changed.splitlines(), strict=True)
    assert sum(one != other for one, other in pairs) == 1


def test_each_has_tests_that_could_notice():
    assert len(mutants.listed()) >= 50
    for mutant in mutants.listed():
        assert mutant.tests()
        assert all((mutants.ROOT / name).is_file() for name in mutant.tests())


def test_a_mutant_that_the_code_has_left_behind_is_refused():
    old = mutants.Mutant("patches.py", "no such line", "another")
    with pytest.raises(LookupError, match=r"patches\.py has no 'no such line'"):
        old.of("x = 1")
