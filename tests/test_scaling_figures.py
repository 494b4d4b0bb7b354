"""Chapter 12: what its figures compute when they are drawn."""

from statistics import mean

import pytest
import torch

from figures import scaling_numbers, scaling_parallel, scaling_ways


def test_gradients_of_parts_add_up_to_those_of_the_batch():
    parts, whole = scaling_ways.gradients()
    assert torch.allclose(parts.sum(dim=0), whole, atol=1e-15)
    assert torch.allclose(sum(scaling_parallel.shares()) / 2, whole, atol=1e-15)
    assert not torch.allclose(parts[0], whole, atol=1e-2)


def test_float16_holds_the_digits_models_numbers_but_few_gradients_with_all_digits():
    found = scaling_numbers.measured()
    least, normal, largest = scaling_numbers.FORMATS[-1].ends
    assert max(sizes.max().item() for sizes in found.values()) < largest
    share = (found["gradients"] < normal).double().mean().item()
    assert share == pytest.approx(0.197, abs=2e-3)
    assert (found["gradients"] < least / 2).double().mean() < 0.01
    assert mean(scaling_numbers.middle(found["gradients"])) < mean(
        scaling_numbers.middle(found["activations"])
    )


@pytest.mark.parametrize("form", scaling_numbers.FORMATS, ids=lambda form: form.name)
def test_a_format_has_all_its_bits_and_its_ends(form):
    assert 1 + form.exponent + form.fraction == 8 * form.kind.itemsize
    least, normal, largest = form.ends
    bias = 2 ** (form.exponent - 1) - 1
    assert (least, normal) == (2.0 ** (1 - bias - form.fraction), 2.0 ** (1 - bias))
    assert largest == 2.0**bias * (2 - 2.0**-form.fraction)
    assert torch.tensor(least, dtype=torch.float64).to(form.kind) > 0
    assert torch.tensor(least / 2.001, dtype=torch.float64).to(form.kind) == 0
