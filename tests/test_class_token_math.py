"""The gatherer's own mathematics, run by Node, against vitlib's."""

import numpy as np
import pytest
import torch
from matplotlib import colormaps

from vitlib.show import style
from vitlib.show.widgets import ClassTokenGatherer

MATH = "class_token_math.js"


@pytest.fixture(scope="module")
def unpacked(node):
    """The trained model, in JavaScript's hands."""
    model = node.call("model_math.js", "unpackModel", ClassTokenGatherer().weights)
    return node.keep(model)


@pytest.fixture(scope="module")
def results(node, unpacked):
    """What JavaScript's model makes of each picture, by name."""
    pictures = ClassTokenGatherer().pictures
    unpack = [[picture] for picture in pictures.values()]
    images = node.each("patches_math.js", "unpack", [], unpack)
    found = node.each("model_math.js", "forward", [unpacked], [[i] for i in images])
    return dict(zip(pictures, found, strict=True))


@pytest.fixture(scope="module")
def kept(node, results):
    """The same for JavaScript's functions, by name."""
    return {name: node.keep(result) for name, result in results.items()}


def test_rows_shares_and_answers_of_every_picture_and_layer(node, unpacked, kept):
    gatherer = ClassTokenGatherer()
    for name, result in kept.items():
        gatherer.picture = name
        layers = range(5)
        rows = node.each(MATH, "classRow", [result], [[n, 48] for n in layers])
        looks = node.each(MATH, "looks", [result], [[n] for n in layers])
        for gatherer.layer, row, shares in zip(layers, rows, looks, strict=True):
            wanted = gatherer.class_rows()[0, gatherer.layer].numpy()
            assert np.abs(row - wanted).max() < 2e-5
            if gatherer.layer == 0:
                assert shares is None
            else:
                assert np.abs(shares - gatherer.attention()[0].numpy()).max() < 1e-6
        answers = node.each(MATH, "answer", [unpacked, result], [[n] for n in layers])
        for gatherer.layer, answer in enumerate(answers):
            likeliest = gatherer.answers()[0].max(dim=0)
            assert answer["digit"] == likeliest.indices
            assert answer["share"] == pytest.approx(likeliest.values.item(), abs=1e-5)


def test_the_distances_of_every_pair(node, kept):
    gatherer = ClassTokenGatherer()
    for one, result in kept.items():
        others = [[other, 48] for other in kept.values()]
        every = node.each(MATH, "distances", [result], others)
        gatherer.picture = one
        for gatherer.other, found in zip(kept, every, strict=True):
            assert found == pytest.approx(gatherer.distances().tolist(), abs=3e-5)
            assert found[0] == 0


def test_the_scale_of_the_curve_holds_all_distances(node):
    for most, end in ((0, 20), (19.9, 20), (20, 20), (20.1, 30), (31, 40)):
        assert node.call(MATH, "scaleEnd", [0, most / 2, most]) == end


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0.1, 0.2, 0.1, 0.6, 0], "row 2, column 1 (60%)"),
        ([0.5, 0.2, 0.1, 0.1, 0.1], "itself (50%)"),
    ],
)
def test_what_gets_most_is_named(node, shares, words):
    assert node.call(MATH, "mostWords", shares, 2) == words


def test_the_shades_are_matplotlibs(node):
    values = np.linspace(-0.2, 1.2, 141)
    found = node.each("shades.js", "grey", [], [[value] for value in values])
    smooth = colormaps[style.WEIGHTS].resampled(2**16)  # 256 steps otherwise
    assert np.abs(np.array(found) - 255 * smooth(values)[:, :3]).max() <= 0.02


def test_all_class_rows_are_equal_before_the_first_layer(results):
    rows = torch.tensor([result["rows"][0][:48] for result in results.values()])
    assert (rows == rows[0]).all()
