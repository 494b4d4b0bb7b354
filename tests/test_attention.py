"""Chapters 5 and 6: attention, and several heads of it."""

import copy
import math
from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, prune

from tests.test_tokens import Doubled
from vitlib.attention import Attention, scaled_dot_product_attention

SMALL = st.integers(1, 5)
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-6, torch.bfloat16: 0.05}


def by_loops(q, k, v, scale: float, mask) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention of one head, number by number."""
    weights = torch.zeros(len(q), len(k), dtype=q.dtype)
    for m in range(len(q)):
        seen = [n for n in range(len(k)) if mask[m, n]]
        scores = {n: math.exp(scale * sum(q[m] * k[n])) for n in seen}
        for n in seen:
            weights[m, n] = scores[n] / sum(scores.values())
    means = [sum(w * row for w, row in zip(line, v, strict=True)) for line in weights]
    return torch.stack(means), weights


def attention(
    tokens: int, width: int, heads: int, dtype=torch.float32, **options
) -> tuple[Attention, torch.Tensor]:
    """A module whose weights are all at random, and what it may be given."""
    module = Attention(width * heads, heads, **options).to(dtype)
    for weight in module.parameters():
        nn.init.normal_(weight, std=weight.shape[-1] ** -0.5)
    return module, torch.randn(2, tokens, width * heads, dtype=dtype)


@given(m=SMALL, n=SMALL, d=SMALL, d_v=SMALL, data=st.data())
def test_the_function_does_what_its_formula_says(m, n, d, d_v, data):
    q, k, v = (torch.randn(s).double() for s in ((m, d), (n, d), (n, d_v)))
    mask = torch.tensor(
        data.draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n))
    )
    mask = mask.reshape(m, n) | (torch.arange(n) == 0)  # all may look somewhere
    scale = data.draw(st.sampled_from([None, 0.3, 2.0]))
    found = scaled_dot_product_attention(q, k, v, scale, mask)
    wanted = by_loops(q, k, v, d**-0.5 if scale is None else scale, mask)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("masked", [False, True])
def test_it_is_pytorchs(dtype, masked):
    q, k, v = (torch.randn(2, 3, n, 8).to(dtype) for n in (4, 5, 5))
    mask = torch.ones(4, 5).tril(diagonal=1).bool() if masked else None
    found, weights = scaled_dot_product_attention(q, k, v, mask=mask)
    wanted = F.scaled_dot_product_attention(q, k, v, mask)
    assert (found - wanted).abs().max() <= TOLERANCE[dtype]
    assert (weights.sum(dim=-1) - 1).abs().max() <= TOLERANCE[dtype]


def instead(layer: nn.Linear) -> Iterator[tuple[str, nn.Module]]:
    """What may be done to a layer so that its weights no longer tell all."""
    yield "replaced", Doubled(copy.deepcopy(layer))
    hooked = copy.deepcopy(layer)
    hooked.register_forward_hook(lambda module, x, y: 2 * y)
    yield "hooked", hooked
    before = copy.deepcopy(layer)
    before.register_forward_pre_hook(lambda module, x: 2 * x[0])
    yield "hooked before", before
    yield "pruned", prune.random_unstructured(copy.deepcopy(layer), "weight", 0.5)
    changed = copy.deepcopy(layer)
    parametrizations.spectral_norm(changed)
    yield "parametrised", changed


def test_the_class_row_does_not_pass_by_what_was_done_to_the_layers():
    module, x = attention(9, 8, heads=3)
    module.eval()
    plain, before = module.qkv, module(x)
    for name, layer in instead(plain):
        module.qkv = layer.eval()
        wanted = module(x)[:, :1]
        assert (wanted - before[:, :1]).abs().max() > 1e-2, name
        assert (module(x, class_row=True) - wanted).abs().max() < 1e-6, name


def called(module: Attention, x: torch.Tensor, monkeypatch) -> list[str]:
    """Which of both ways a forward pass takes."""
    ways = []
    for home, name in ((F, "fused"), (module.forward.__globals__, "explicit")):
        key = "scaled_dot_product_attention"
        real = home[key] if isinstance(home, dict) else getattr(home, key)

        def watched(*args, real=real, name=name, **kwargs):
            ways.append(name)
            return real(*args, **kwargs)

        set_one = monkeypatch.setitem if isinstance(home, dict) else monkeypatch.setattr
        set_one(home, key, watched)
    module(x)
    return ways


@pytest.mark.parametrize(
    ("tokens", "width", "trained", "way"),
    [
        (17, 12, True, "explicit"),
        (17, 12, False, "fused"),
        (16, 12, True, "fused"),
        (41, 12, True, "fused"),
        (17, 32, True, "fused"),
        (197, 64, True, "fused"),
    ],
)
def test_the_faster_way_is_taken(tokens, width, trained, way, monkeypatch):
    module, x = attention(tokens, width, heads=2)
    with torch.set_grad_enabled(trained):
        assert called(module, x, monkeypatch) == [way]


@pytest.mark.parametrize("tokens", [1, 5, 20])
def test_gradients_are_right(tokens):
    module, x = attention(tokens, 2, heads=2, dtype=torch.float64)
    x.requires_grad_()
    weights = [w.detach().clone().requires_grad_() for w in module.parameters()]
    names = [name for name, _ in module.named_parameters()]

    def output(x, *weights):
        named = dict(zip(names, weights, strict=True))
        return torch.func.functional_call(module, named, x[:1])

    assert torch.autograd.gradcheck(output, (x, *weights))


@pytest.mark.parametrize("bias", [False, True])
def test_gradients_through_the_class_row_are_those_through_all_rows(bias):
    module, x = attention(20, 8, heads=3, dtype=torch.float64, qkv_bias=bias)
    x.requires_grad_()
    inputs = [x, *module.parameters()]
    wanted = torch.autograd.grad(module(x)[:, 0].square().sum(), inputs)
    found = torch.autograd.grad(module.forward_class_row(x).square().sum(), inputs)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, rtol=0, atol=1e-12)


def test_dropout_acts_in_training_alone_and_on_the_class_row_alike():
    module, x = attention(20, 8, heads=3, attn_drop=0.5)
    rows = []
    for class_row in (False, True):
        torch.manual_seed(0)
        rows.append(module(x, class_row)[:, :1])
    assert torch.allclose(*rows, rtol=0, atol=1e-6)
    assert not torch.allclose(module(x)[:, :1], rows[0])
    module.eval()
    assert torch.equal(module(x), module(x))
    assert (module(x, class_row=True) - module(x)[:, :1]).abs().max() < 1e-6


@pytest.mark.parametrize("heads", [5, 0, 7])
def test_heads_that_do_not_divide_the_width_are_refused(heads):
    message = f"width 8 is not divisible by {heads} heads; 1, 2, 4 or 8 would be"
    with pytest.raises(ValueError, match=message):
        Attention(8, heads)


def test_the_books_counts():
    module = Attention(768, 12)
    assert sum(w.numel() for w in module.qkv.parameters()) == 1_771_776
    assert sum(w.numel() for w in module.proj.parameters()) == 590_592
