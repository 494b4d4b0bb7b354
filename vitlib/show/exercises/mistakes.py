"""Chapter 13. Checks of the exercises: which mistake has each of three ViTs?"""

from vitlib.mistakes import MISTAKES, Mistake
from vitlib.show.exercises import right, unanswered, wrong
from vitlib.show.exercises.mistakes_patients import PATIENTS, Patient, patient

__all__ = ["Patient", "check_first", "check_second", "check_third", "patient"]
NEAR = {  # answers that explain the symptoms almost as well: what tells them apart
    1: {
        "one-for-each-image": "then one image at two places of a batch had two answers",
        "row-for-rows": "then the table had a row for each place: look at its shape",
        "positions-drown-patches": "then a shuffle changed the answer all the more",
        "batch-not-first": "then other images had the same answer too",
        "transpose-forgotten": "then one patch changed every token",
    },
    2: {
        "merged-without-transpose": "heads are joined as they should be: look where "
        "they are cut",
        "another-layout": "then rows would still move along with the tokens",
        "layout-by-head": "then rows would still move along with the tokens",
        "heads-of-slices": "then rows would still move along with the tokens",
        "batch-not-first": "then an image's answer would depend on the others",
        "columns-before-rows": "the patches are in order when they reach the blocks",
    },
    3: {
        "softmax-then-divide": "then a mean of ones would be the same for every token",
        "value-added": "then a mean of ones would be 2 for every token",
        "scores-not-divided": "then a mean of ones would be 1",
        "divided-by-root-of-heads": "then a mean of ones would be 1",
        "divided-by-root-of-width": "then a mean of ones would be 1",
        "view-without-transpose": "then rows would not move along with the tokens",
        "merged-without-transpose": "then rows would not move along with the tokens",
    },
}
SHOWN = (  # what a right answer means
    "shuffled patches, the same answer: the table (1, 1, D) has one row for all.",
    "the first head holds the first tokens, torn: rows do not move along.",
    "columns of the weights sum to 1, rows do not; examine could not see it.",
)


def check_first(answer: str | None) -> None:
    """The mistake of ``patient(1)``, by number or key."""
    check(1, answer)


def check_second(answer: str | None) -> None:
    """The mistake of ``patient(2)``, by number or key."""
    check(2, answer)


def check_third(answer: str | None) -> None:
    """The mistake of ``patient(3)``, by number or key."""
    check(3, answer)


def check(number: int, answer: object) -> None:
    """Say whether a patient has the mistake that is named."""
    if unanswered(answer):
        return
    found = named(answer)
    if found is None:
        said = 'print(table()) lists them: "1.1", or "plain reshape"'
        return wrong(f"no mistake is called {answer!r}; {said}.")
    name = f"{found.chapter}.{found.number} {found.key.replace('-', ' ')}"
    if found.key == PATIENTS[number - 1][0]:
        return right(f"{name}: {SHOWN[number - 1]}")
    near = NEAR[number].get(found.key)
    wrong(f"{name}: {near or f'its sign is “{found.seen}”; is that so here?'}")


def named(answer: object) -> Mistake | None:
    """The mistake of a number, such as "4.1", or of a key."""
    said = str(answer).strip().lower().replace(" ", "-").replace("_", "-")
    for mistake in MISTAKES:
        if said in (mistake.key, f"{mistake.chapter}.{mistake.number}"):
            return mistake
    return None
