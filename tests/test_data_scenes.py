"""The generated scenes: the same everywhere, and not to be told by their brightness."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from vitlib.data import scenes
from vitlib.data.scenes import PARTS, SETTING, draw, lights, paint

DIGESTS = {"train": "bb0839f573a78b84", "test": "38bce3632074b81f"}
MEAN_ALONE = 59.6  # minutes by which the mean hour is wrong


@pytest.fixture(scope="module")
def parts():
    """Both parts: images and hours."""
    return {part: scenes(part) for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_scenes_are_grey_pictures_with_their_hour(parts, part):
    images, hours = parts[part]
    count, _ = PARTS[part]
    assert (images.shape, images.dtype) == ((count, 1, 24, 40), torch.float32)
    assert (hours.shape, hours.dtype) == ((count,), torch.float32)
    assert torch.equal(images, (images * 255).round() / 255)
    assert (images.min(), images.max()) == (0, 1)
    assert hours.min() >= 17
    assert hours.max() <= 21
    assert torch.allclose(hours * 60, (hours * 60).round(), atol=1e-3)


@pytest.mark.parametrize("part", PARTS)
def test_the_bits_are_the_same_on_every_machine(parts, part):
    images, hours = parts[part]
    pixels = (images * 255).round().to(torch.uint8).numpy().tobytes()
    minutes = (hours * 60).round().to(torch.int16).numpy().astype("<i2").tobytes()
    assert hashlib.sha256(pixels + minutes).hexdigest()[:16] == DIGESTS[part]


def test_no_scene_is_in_both_parts_or_twice_in_one(parts):
    every = torch.cat([images for images, _ in parts.values()]).flatten(1)
    assert len(every.unique(dim=0)) == len(every) == 2500


def test_each_call_returns_scenes_of_its_own(parts):
    images, _ = scenes("test")
    images.zero_()
    assert torch.equal(scenes("test")[0], parts["test"][0])


def test_pixels_in_a_sum_do_not_tell_the_hour(parts):
    (images, hours), (others, wanted) = parts["train"], parts["test"]

    def minutes(told):
        return 60 * np.abs(told - wanted.numpy()).mean()

    assert minutes(hours.mean().item()) == pytest.approx(MEAN_ALONE, abs=0.1)
    bright = images.flatten(1).mean(dim=1), others.flatten(1).mean(dim=1)
    line = np.polyfit(bright[0], hours, 1)
    assert minutes(np.polyval(line, bright[1])) > 0.7 * MEAN_ALONE
    pixels = Ridge(alpha=10).fit(images.flatten(1), hours)
    assert minutes(pixels.predict(others.flatten(1))) > 0.5 * MEAN_ALONE


def at(minutes: int, count: int = 4, seed: int = 5):
    """Views painted at one time of the evening, and what they were made of."""
    scenery = draw(count, seed)
    scenery["minute"][:] = minutes
    return paint(scenery), scenery


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2 * SETTING), st.integers(0, 2**32 - 1))
def test_the_light_stands_over_the_horizon_as_high_as_the_hour_says(minute, seed):
    _, scenery = at(minute, seed=seed)
    sun, moon = lights(scenery)
    height = 10 * scenery["horizon"] - np.minimum(sun[0], moon[0])
    assert (height == abs(minute - SETTING)).all()


def test_the_same_view_differs_from_hour_to_hour():
    views = [at(minute)[0] for minute in range(0, 2 * SETTING + 1, 20)]
    for one, other in pairwise(views):
        assert ((one != other).reshape(4, -1).sum(axis=1) > 10).all()


def test_sun_and_moon_stand_where_they_should():
    for minute, which in ((30, 0), (210, 1)):
        scenery = draw(300, 3)
        scenery["minute"][:] = minute
        for name in ("haze", "noise", "clouds", "stars"):
            scenery[name][:] = {"clouds": 9, "stars": 4000}.get(name, 0)
        scenery["exposure"][:] = 250
        row, column = (place.flatten() / 10 for place in lights(scenery)[which])
        bright = paint(scenery) >= 250  # (300, 24, 40)
        there = [np.argwhere(view[:10]) for view in bright]
        near = [
            np.hypot(*(spots - (r, c)).T).min() <= 3
            for spots, r, c in zip(there, row, column, strict=True)
            if len(spots)
        ]
        assert len(near) > 200
        assert np.mean(near) > 0.95


@pytest.mark.parametrize("part", ["all", "valid", None, 3])
def test_other_parts_of_the_scenes_are_refused(part):
    with pytest.raises(ValueError, match=f"must be 'train' or 'test', got {part!r}"):
        scenes(part)
