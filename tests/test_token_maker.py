"""The token maker, on Python's side."""

import pytest
import torch

from tests.settings import leaves, refuses
from vitlib import data, patchify
from vitlib.show import style
from vitlib.show.widgets import TokenMaker
from vitlib.show.widgets import tokens as maker

EACH_KIND = pytest.mark.parametrize("weights", ["random", "waves"])


def test_it_starts_with_patch_12_and_the_base_models_width():
    made = TokenMaker()
    assert repr(made) == "TokenMaker(patch=12, weights='random', width=768)"
    wanted = patchify(data.mountains()[None], 20)[0, 11]
    assert torch.allclose(made.pixels(), wanted.double())
    assert made.token().shape == (768,)
    assert made.outcome() == "✓ 768 numbers from 400 pixels: nothing is lost"


test_bad_settings_are_refused_with_what_would_work = refuses(
    TokenMaker,
    [
        ("patch", 0, "1"),
        ("patch", 16, "15"),
        ("width", 0, "1"),
        ("width", 769, "768"),
        ("width", 64.5, "int"),
        ("weights", "learned", "['random', 'waves']"),
        ("picture", {}, "read-only"),
    ],
)


def test_random_filters_are_like_drawn_ones():
    filters = maker.random_filters()
    assert filters.shape == (768, 400)
    assert filters.mean().abs() < 3e-4
    assert filters.norm(dim=1).mean().item() == pytest.approx(1, abs=0.01)
    likeness = torch.corrcoef(filters).fill_diagonal_(0)
    assert likeness.abs().max() < 0.3
    assert likeness.square().mean().sqrt().item() == pytest.approx(1 / 20, rel=0.02)
    assert torch.linalg.matrix_rank(filters[:400]) == 400
    assert torch.equal(maker.random_filters(3, 400), filters[:3])


def test_waves_are_orthonormal_and_the_smooth_ones_come_first():
    waves = maker.waves()
    eye = torch.eye(400, dtype=torch.float64)
    assert torch.allclose(waves @ waves.T, eye, atol=1e-12)
    assert torch.allclose(waves[0], torch.full_like(waves[0], 1 / 20))
    pictures = waves.reshape(400, 20, 20)
    rough = sum(pictures.diff(dim=i).square().sum(dim=(1, 2)) for i in (1, 2))
    assert rough[:10].max() < rough[100:110].min() < rough[-10:].min()


@EACH_KIND
@pytest.mark.parametrize("patch", range(1, 16))
def test_the_pixels_come_back_from_as_many_numbers(weights, patch):
    made = TokenMaker(weights=weights, patch=patch)
    for width in (400, 768):
        made.width = width
        assert torch.allclose(made.recovered(), made.pixels(), rtol=0, atol=1e-8)
        assert made.outcome().startswith("✓")


@EACH_KIND
def test_less_comes_back_from_fewer_numbers(weights):
    made = TokenMaker(weights=weights)
    shares = []
    for made.width in (1, 16, 64, 256, 399):
        back = made.recovered()
        shares.append(maker.lost_share(made.pixels(), back))
        same = made.filters() @ (back - maker.GREY)  # it has the same token …
        assert torch.allclose(same, made.token(), atol=1e-9)
        missing = (made.pixels() - back) @ (
            back - maker.GREY
        )  # … and is nearest to grey
        assert missing.abs() < 1e-8
    assert 1 > shares[0] > shares[1] > shares[2] > shares[3] > shares[4] > 0


def test_a_wave_more_than_there_are_gives_zero():
    assert TokenMaker(weights="waves").token()[400:].eq(0).all()
    assert TokenMaker(weights="waves").token()[:400].ne(0).any()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"width": 64}, "✗ 64 numbers from 400 pixels: 85% of the patch is lost"),
        ({"width": 1}, "✗ 1 number from 400 pixels: 99.7% of the patch is lost"),
        ({"width": 399}, "✗ 399 numbers from 400 pixels: less than 0.1% of the"),
        ({"width": 64, "weights": "waves"}, "✗ 64 numbers from 400 pixels: 1.8% of"),
        (
            {"width": 390, "weights": "waves", "patch": 1},
            "✓ 390 numbers from 400 pixels: nothing of this patch is lost",
        ),
    ],
)
def test_what_is_said_of_a_width(settings, words):
    assert TokenMaker(**settings).outcome().startswith(words)


test_its_output_is_small_and_the_same_each_time = leaves(
    TokenMaker,
    {"patch", "picture", "weights", "width"},
    10_000,
    settings=[{"width": 64}],
)


def test_the_still_picture_states_the_outcome():
    made = TokenMaker(width=64)
    assert made.outcome() in style.svg(made.still())
