"""What one does with a model: export, compile, copy, move, run in lower precision."""

import copy
import io
import pickle

import pytest
import torch
from torch.export import Dim, export

from tests.peers import randomise
from vitlib import ViT, ViTConfig

KINDS = {
    "class token": {},
    "mean": {"pool": "mean"},
    "sinusoidal, no bias": {"pos_embed": "sinusoidal", "qkv_bias": False},
    "explicit attention": {"image_size": (16, 20)},  # 20 patches, 4 features a head
}
TINY = ViTConfig(
    image_size=(8, 12), patch_size=4, num_classes=5, embed_dim=12, depth=2, num_heads=3
)


@pytest.fixture(params=KINDS)
def model(request) -> ViT:
    """A small model, one of each kind, ready for use."""
    return randomise(ViT(TINY, **KINDS[request.param]))


def pictures(model: ViT, batch: int = 2) -> torch.Tensor:
    """Noise of the size that a model takes."""
    return torch.randn(batch, 3, *model.patch_embed.image_size)


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two results are equal up to the order of sums."""
    return one.shape == other.shape and bool((one - other).abs().max() < 2e-6)


def exported(model: ViT, strict: bool) -> torch.nn.Module:
    """A model's graph, for batches of any size."""
    batch = {0: Dim("batch", min=1, max=64)}
    images = (pictures(model),)
    return export(model, images, dynamic_shapes=[batch], strict=strict).module()


def test_exported_it_gives_the_same(model):
    images = pictures(model, 13)
    assert same(exported(model, strict=False)(images), model(images))


def test_exported_by_the_strict_tracer_it_gives_the_same():
    model = randomise(ViT(TINY))
    images = pictures(model, 13)
    assert same(exported(model, strict=True)(images), model(images))


def test_traced_by_the_compiler_it_gives_the_same(model):
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    images = pictures(model)
    assert same(compiled(images), model(images))
    wanted = torch.autograd.grad(model(images).square().sum(), model.head.weight)[0]
    found = torch.autograd.grad(compiled(images).square().sum(), model.head.weight)[0]
    assert torch.allclose(found, wanted, atol=1e-5)


@pytest.mark.weekly
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_to_machine_code_it_gives_the_same():
    torch._dynamo.reset()
    model = randomise(ViT(TINY, depth=1))
    quickly = {"cpp.simdlen": 1, "compile_threads": 1}  # half the time of compiling
    compiled = torch.compile(model, fullgraph=True, options=quickly)
    images = pictures(model)
    with torch.inference_mode():
        assert same(compiled(images), model(images))


def test_it_is_the_same_from_one_seed():
    made = []
    for _ in range(2):
        torch.manual_seed(7)
        made.append(ViT(TINY).state_dict())
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])
    torch.manual_seed(8)
    assert not torch.equal(ViT(TINY).head.weight, made[0]["head.weight"])


def test_training_is_the_same_from_one_seed():
    ends = []
    for _ in range(2):
        torch.manual_seed(7)
        model = ViT(TINY, drop_rate=0.1, attn_drop_rate=0.1, drop_path_rate=0.1)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        images = pictures(model)
        for _ in range(3):
            optimizer.zero_grad()
            model(images).square().sum().backward()
            optimizer.step()
        ends.append(model.state_dict())
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_without_gradients_it_gives_the_same(model):
    images = pictures(model)
    wanted = model(images).detach()
    for context in (torch.inference_mode(), torch.no_grad()):
        with context:
            found = model(images)
            assert not found.requires_grad
            assert same(found, wanted)


def test_copies_give_the_same_and_are_apart(model):
    images = pictures(model)
    wanted = model(images)
    stored = io.BytesIO()
    torch.save(model, stored)
    stored.seek(0)
    copies = [
        copy.deepcopy(model),
        pickle.loads(pickle.dumps(model)),
        torch.load(stored, weights_only=False),
    ]
    torch.nn.init.zeros_(model.head.weight)
    for other in copies:
        assert torch.equal(other(images), wanted)
        assert other.config == model.config


def test_autocast_computes_in_bfloat16_nearly_the_same(model):
    images = pictures(model)
    wanted = model(images)
    with torch.autocast("cpu", torch.bfloat16):
        found = model(images)
    assert found.dtype == torch.bfloat16
    assert (found - wanted).abs().max() < 0.15
    found.float().sum().backward()
    assert {weight.grad.dtype for weight in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float64, 1e-5), (torch.bfloat16, 0.15)]
)
def test_moved_to_another_type_it_gives_nearly_the_same(model, dtype, tolerance):
    images = pictures(model)
    wanted = model(images)
    found = model.to(dtype)(images.to(dtype))
    assert found.dtype == dtype
    assert (found - wanted).abs().max() < tolerance


def test_moved_to_the_meta_device_it_tells_shapes_alone(model):
    assert model.to("meta")(pictures(model).to("meta")).shape == (2, 5)


def test_made_in_another_default_type_it_works():
    torch.set_default_dtype(torch.bfloat16)
    try:
        for kind in KINDS.values():
            made = ViT(TINY, **kind)
            assert made(pictures(made)).dtype == torch.bfloat16
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.filterwarnings("ignore:There is a performance drop")
def test_gradients_of_each_image_come_from_vmap(model):
    images, weights = pictures(model), dict(model.named_parameters())

    def loss(weights, image):
        return torch.func.functional_call(model, weights, image[None]).square().sum()

    each = torch.func.vmap(torch.func.grad(loss), (None, 0))(weights, images)
    together = torch.func.grad(lambda w: sum(loss(w, x) for x in images))(weights)
    for name, gradient in together.items():
        assert torch.allclose(each[name].sum(0), gradient, rtol=1e-4, atol=1e-4), name
