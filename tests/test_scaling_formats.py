"""What a format of numbers can hold, and where a ViT meets its limits."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from vitlib.attention import scaled_dot_product_attention
from vitlib.data import digits
from vitlib.scaling import FORMATS, number_format, overflows, underflows
from vitlib.training import digits_model, loss_of

BITS = {  # exponent, fraction; the largest and the smallest above 0, by hand
    "float32": (8, 23, (2 - 2**-23) * 2.0**127, 2.0**-149),
    "bfloat16": (8, 7, (2 - 2**-7) * 2.0**127, 2.0**-133),
    "float16": (5, 10, 65_504, 2.0**-24),
    "float8_e5m2": (5, 2, 57_344, 2.0**-16),
    "float8_e4m3fn": (4, 3, 448, 2.0**-9),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_what_its_bits_say(name):
    found = number_format(FORMATS[name])
    shown = (found.exponent, found.fraction, found.largest, found.smallest)
    assert shown == BITS[name]
    assert found.name == name
    assert found.bits == 8 * torch.empty(0, dtype=FORMATS[name]).element_size()
    assert found.eps == 2.0**-found.fraction


@pytest.mark.parametrize("name", FORMATS)
def test_its_limits_are_those_at_which_numbers_are_lost(name):
    dtype, found = FORMATS[name], number_format(FORMATS[name])
    ends = [found.largest * share for share in (1, 1 + found.eps / 5, 1 + found.eps)]
    assert overflows(torch.tensor(ends, dtype=torch.float64), dtype) == 1
    small = [found.smallest, found.smallest / 2.1]
    assert underflows(torch.tensor(small, dtype=torch.float64), dtype) == 1
    one = [1 + found.eps, 1 + found.eps / 2.1]
    near_one = torch.tensor(one, dtype=torch.float64)
    assert (near_one.to(dtype).double() == 1).tolist() == [False, True]


@given(st.lists(st.floats(width=32), max_size=20), st.sampled_from(list(FORMATS)))
def test_lost_numbers_are_counted_one_by_one(numbers, name):
    dtype, x = FORMATS[name], torch.tensor(numbers)
    back = [one.to(dtype).float().item() for one in x]
    pairs = list(zip(numbers, back, strict=True))
    infinite = sum(math.isfinite(a) and not math.isfinite(b) for a, b in pairs)
    assert overflows(x, dtype) == infinite or name == "float8_e4m3fn"
    assert underflows(x, dtype) == sum(a != 0 and b == 0 for a, b in pairs)


@pytest.mark.parametrize("dtype", [torch.int64, torch.complex64, "float16"])
def test_other_types_are_refused(dtype):
    with pytest.raises(ValueError, match=r"dtype must be torch\.float32, .* got"):
        number_format(dtype)


def test_scores_overflow_float16_before_they_are_scaled():
    q = k = torch.full((1, 64), 40.0)
    assert (q.bfloat16() @ k.bfloat16().mT).item() == 102_400
    scores = q.half() @ k.half().mT
    assert scores.isinf().all()
    assert ((scores - scores) * 64**-0.5).isnan().all()  # softmax takes the largest off
    assert ((q.half() * 64**-0.5) @ k.half().mT).item() == 12_800
    _, weights = scaled_dot_product_attention(q.half(), k.half(), k.half())
    assert weights.tolist() == [[1.0]]


def test_squares_overflow_in_a_variance_by_hand_and_not_in_torchs_norm():
    x = torch.tensor([300.0, -300.0]).half()
    assert x.square().isinf().all()
    assert F.layer_norm(x, (2,)).tolist() == [1.0, -1.0]


def test_a_large_entry_of_the_stream_overflows_when_something_is_added():
    large = torch.tensor(60_000.0)
    assert torch.isinf(large.half() + 6000)
    assert (large.bfloat16() + 6000).item() == 66_048
    assert (torch.tensor(2048.0).half() + 1).item() == 2048


def test_loss_scaling_keeps_small_gradients():
    tiny = torch.tensor([1e-8, 1e-7])
    assert tiny.half().tolist() == [0, 2**-23]
    assert underflows(tiny * 2**16, torch.float16) == 0
    assert ((tiny * 2**16).half().float() / 2**16).tolist() == pytest.approx(
        tiny.tolist(), rel=1e-3
    )


def test_small_updates_are_lost_in_bfloat16_weights():
    ends = {}
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        weight = torch.ones((), dtype=dtype)
        for _ in range(100):
            weight += 1e-3
        ends[dtype] = weight.item()
    assert ends[torch.float32] == pytest.approx(1.1, abs=1e-5)
    assert ends[torch.float16] == pytest.approx(1.0977, abs=1e-4)
    assert ends[torch.bfloat16] == 1


def test_gradients_of_the_digits_model_fit_into_float16_once_scaled():
    model, (images, labels) = digits_model(), digits("train")
    loss_of(model(images[:64]), labels[:64]).backward()
    gradients = torch.cat([w.grad.flatten() for w in model.parameters()])
    share = underflows(gradients, torch.float16) / len(gradients)
    assert share > 0.001
    scaled = gradients * 2**12
    assert underflows(scaled, torch.float16) < share * len(gradients) / 10
    assert overflows(scaled, torch.float16) == 0
    assert underflows(gradients, torch.bfloat16) == 0
