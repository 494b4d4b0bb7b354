"""The replay's own mathematics, run by Node, against Python's of the same record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training_page import facts
from vitlib.show.widgets import TrainingReplay

MATH, DRAW = "training_math.js", "training_draw.js"
EPOCHS = range(201)


@pytest.fixture(scope="module")
def seen(node) -> list[dict]:
    """All that JavaScript sees at each epoch."""
    record = TrainingReplay().record
    tables = node.call(MATH, "unpackRecord", record)
    shared = {"record": record, "tables": tables, "total": 450}
    return node.each(MATH, "epochAt", [shared], [[epoch] for epoch in EPOCHS])


def test_each_epoch_is_what_the_record_says(seen):
    replay = TrainingReplay()
    for replay.epoch, found in enumerate(seen):
        assert found["right"] == replay.right()
        assert found["wrong"] == 450 - replay.right()
        assert found["confusion"] == replay.confusion().flatten().tolist()
        alike = replay.similarity().flatten().numpy()
        assert np.abs(np.array(found["alike"]) - alike).max() < 1e-12
        assert found["nearest"] == replay.table("nearest").tolist()
        for name, answer in zip(replay.record["digits"], found["answers"], strict=True):
            replay.picture = name
            assert answer["shares"] == pytest.approx(replay.attention().tolist())
        read = [(answer["digit"], answer["share"]) for answer in found["answers"]]
        assert read == [pytest.approx(answer) for answer in replay.answers()]


def test_each_epoch_says_what_python_computes(node, seen):
    replay, calls, wanted = TrainingReplay(), [], []
    for replay.epoch, found in enumerate(seen):
        place = replay.epoch % 6
        replay.picture = replay.record["digits"][place]
        calls.append([found, replay.picture, found["answers"][place], 450])
        wanted.append(facts(replay))
    assert node.each(MATH, "replayWords", [], calls) == wanted


def test_neighbours_share_a_side(node):
    assert node.call(MATH, "neighbours", [*range(16)]) == 0
    assert node.call(MATH, "neighbours", [n ^ 1 for n in range(16)]) == 16
    assert node.call(MATH, "neighbours", [(n + 4) % 16 for n in range(16)]) == 12
    assert node.call(MATH, "neighbours", [(n + 5) % 16 for n in range(16)]) == 0
    turned = [n + 1 if n % 4 < 3 else (n + 1) % 16 for n in range(16)]
    assert node.call(MATH, "neighbours", turned) == 12  # the next row is not beside it


@given(st.lists(st.integers(0, 45), min_size=100, max_size=100))
def test_the_confused_are_sorted_and_right_is_the_diagonal(node, counts):
    table = np.array(counts).reshape(10, 10)
    assert node.call(MATH, "rightOf", counts) == np.trace(table)
    pairs = node.call(MATH, "confused", counts)
    assert sum(pair["count"] for pair in pairs) == table.sum() - np.trace(table)
    assert all(table[pair["is"], pair["read"]] == pair["count"] for pair in pairs)
    ordered = [pair["count"] for pair in pairs]
    assert ordered == sorted(ordered, reverse=True)


def test_without_an_error_none_is_named(node, seen):
    perfect = {**seen[200], "confusion": np.diag([45] * 10).flatten().tolist()}
    said = node.call(MATH, "replayWords", perfect, "9", perfect["answers"][5], 450)
    assert said[1] == "No digit is taken for another."
    perfect["confusion"][1] = 1
    said = node.call(MATH, "replayWords", perfect, "9", perfect["answers"][5], 450)
    assert said[1] == "1 error is left: a 0 read as 1."


@pytest.mark.parametrize("width", [200, 268, 323])
def test_the_nearest_epoch_to_a_place_on_the_curves(node, width):
    across = width - 52
    places = [40 + across * epoch / 200 for epoch in EPOCHS]
    found = node.each(DRAW, "epochNear", [], [[x, 200, width] for x in places])
    assert found == [*EPOCHS]
    ends = node.each(DRAW, "epochNear", [], [[0, 200, width], [width, 200, width]])
    assert ends == [0, 200]
