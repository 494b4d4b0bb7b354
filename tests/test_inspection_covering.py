"""Patches covered: what is shown instead, and what the answer becomes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.test_inspection import drawn, small
from vitlib.data import digits, mountains
from vitlib.inspection import cover, deletion, occlusion, overlay
from vitlib.training import accuracy, digits_model


def test_covered_patches_alone_change():
    images = drawn(2)
    covered = torch.zeros(2, 16, dtype=torch.bool)
    covered[0, 6] = covered[1, 0] = True
    found = cover(images, covered, 2, 0.5)
    expected = images.clone()
    expected[0, :, 2:4, 4:6] = 0.5
    expected[1, :, :2, :2] = 0.5
    assert torch.equal(found, expected)
    assert torch.equal(images, drawn(2))


@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 4, 6)])
def test_a_picture_can_stand_in_their_place(shape):
    images, fill = torch.rand(2, 3, 4, 6), torch.rand(shape)
    covered = torch.tensor([[True, False, False]] * 2)
    found = cover(images, covered, (4, 2), fill)
    assert torch.equal(found[..., :2], fill.expand(2, 3, 4, 6)[..., :2])
    assert torch.equal(found[..., 2:], images[..., 2:])


def test_another_fill_is_refused():
    with pytest.raises(ValueError, match=r"a number, \(1, 1, 1\) or \(1, 8, 8\), got"):
        cover(drawn(), torch.ones(3, 16), 2, torch.rand(8, 8))
    with pytest.raises(ValueError, match=r"covered must have shape \(3, 16\)"):
        cover(drawn(), torch.ones(3, 15), 2)


@pytest.mark.parametrize("fill", [0.0, digits("train")[0].mean(dim=0)])
def test_occlusion_is_the_fall_of_the_right_probability(fill):
    model = digits_model()
    images, labels = (part[:5] for part in digits("test"))
    found = occlusion(model, images, labels, fill)
    assert found.shape == (5, 16)
    for b, n in [(0, 5), (4, 10)]:
        changed = images[b, None].clone()
        row, column = 2 * (n // 4), 2 * (n % 4)
        blank = torch.as_tensor(fill).expand(1, 8, 8)[:, row : row + 2, column:][
            ..., :2
        ]
        changed[0, :, row : row + 2, column : column + 2] = blank
        before, after = (
            model(x).softmax(1)[0, labels[b]] for x in (images[b, None], changed)
        )
        assert found[b, n].item() == pytest.approx((before - after).item(), abs=1e-5)


def test_what_is_covered_with_itself_changes_nothing():
    model, images = digits_model(), digits("test")[0][7, None]
    found = occlusion(model, images, torch.tensor([3]), images[0])
    torch.testing.assert_close(found, torch.zeros(1, 16), atol=1e-6, rtol=0)


def test_deletion_covers_the_first_in_the_order():
    model = digits_model()
    images, labels = (part[:40] for part in digits("test"))
    order = torch.rand(40, 16).argsort(dim=1)
    for count in (0, 1, 4, 16):
        covered = torch.zeros(40, 16)
        for b in range(40):
            covered[b, order[b, :count]] = 1
        expected = accuracy(model, cover(images, covered, 2), labels)
        assert deletion(model, images, labels, order, count) == expected
    assert deletion(model, images, labels, order, 0) == accuracy(model, images, labels)


@given(seed=st.integers(0, 50))
def test_without_any_patch_the_order_is_nothing(seed):
    model = small()
    labels = torch.tensor([1, 2, 3])
    generator = torch.Generator().manual_seed(seed)
    one, other = torch.rand(2, 3, 16, generator=generator).argsort(dim=2)
    last = [deletion(model, drawn(), labels, order, 16) for order in (one, other)]
    assert last[0] == last[1]


def test_orders_counts_and_labels_that_cannot_be_are_refused():
    model, images, labels = small(), drawn(), torch.tensor([0, 1, 2])
    order = torch.arange(16).expand(3, 16)
    with pytest.raises(ValueError, match="must hold 0 to 15 once"):
        deletion(model, images, labels, torch.zeros_like(order), 4)
    with pytest.raises(ValueError, match=r"order must have shape \(3, 16\)"):
        deletion(model, images, labels, order[:, 1:], 4)
    for count in (-1, 17):
        with pytest.raises(ValueError, match=f"from 0 to 16, got {count}"):
            deletion(model, images, labels, order, count)
    with pytest.raises(TypeError, match=r"count must be an integer, got 0\.5"):
        deletion(model, images, labels, order, 0.5)
    with pytest.raises(ValueError, match="labels must be from 0 to 9, got 10"):
        deletion(model, images, labels + 8, order, 4)
    with pytest.raises(ValueError, match=r"labels must have shape \(3,\), got \(2,\)"):
        occlusion(model, images, labels[:2])
    with pytest.raises(TypeError, match=r"must be int64, got torch\.float32"):
        occlusion(model, images, labels.float())


def test_a_model_that_trains_trains_on():
    model = small(drop_rate=0.5).train()
    labels, order = torch.tensor([0, 1, 2]), torch.arange(16).expand(3, 16)
    one = occlusion(model, drawn(), labels)
    assert torch.equal(one, occlusion(model, drawn(), labels))
    deletion(model, drawn(), labels, order, 3)
    assert all(module.training for module in model.modules())


def test_overlay_keeps_what_is_high_and_fades_the_rest():
    picture, shares = mountains(3), torch.rand(15, dtype=torch.float64)
    shares[7] = 2
    found = overlay(picture, shares, (3, 5), least=0.2)
    assert found.shape == (3, 60, 100)
    for n in (0, 7, 14):
        row, column = 20 * (n // 5), 20 * (n % 5)
        part = picture[:, row : row + 20, column : column + 20]
        kept = 0.2 + 0.8 * shares[n].item() / 2
        expected = kept * part + (1 - kept)
        seen = found[:, row : row + 20, column : column + 20]
        torch.testing.assert_close(seen, expected, atol=1e-6, rtol=0)
    torch.testing.assert_close(found[:, 20:40, 40:60], picture[:, 20:40, 40:60])
    assert (overlay(picture, torch.zeros(15), (3, 5), least=0) == 1).all()


def test_maps_pictures_and_grids_that_do_not_fit_are_refused():
    picture = mountains()
    with pytest.raises(ValueError, match=r"5 × 3 patches do not divide .* 60 × 100"):
        overlay(picture, torch.ones(15), (5, 3))
    with pytest.raises(ValueError, match=r"a map must have shape \(15,\), got \(16,\)"):
        overlay(picture, torch.ones(16), (3, 5))
    with pytest.raises(ValueError, match=r"is from 0, got -1; clamp"):
        overlay(picture, -torch.ones(15), (3, 5))
    with pytest.raises(ValueError, match="is from 0 to 1, got 0 to 255"):
        overlay(255 * picture, torch.ones(15), (3, 5))
    with pytest.raises(ValueError, match=r"\(C, H, W\), got \(60, 100\)"):
        overlay(picture[0], torch.ones(15), (3, 5))
