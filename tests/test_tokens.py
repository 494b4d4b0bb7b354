"""Chapters 2 and 3: patches to tokens, and the class token before them."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from vitlib.tokens import PatchEmbed, prepend_class_token

TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.1}


def count(module: torch.nn.Module) -> int:
    """Its parameters."""
    return sum(weight.numel() for weight in module.parameters())


@given(
    batch=st.integers(0, 3),
    grid=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    patch=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 8)),
    dtype=st.sampled_from(list(TOLERANCE)),
)
def test_projection_of_patches_is_a_strided_convolution(
    batch, grid, patch, sizes, dtype
):
    image = (grid[0] * patch[0], grid[1] * patch[1])
    embed = PatchEmbed(image, patch, *sizes).to(dtype)
    images = torch.randn(batch, sizes[0], *image, dtype=dtype)
    tokens = embed(images)
    assert tokens.shape == (batch, grid[0] * grid[1], sizes[1])
    assert tokens.dtype == dtype
    wanted = F.conv2d(images, embed.proj.weight, embed.proj.bias, patch)
    wanted = wanted.flatten(2).transpose(1, 2)
    assert torch.allclose(tokens, wanted, rtol=0, atol=TOLERANCE[dtype])


def test_a_token_is_the_projection_of_its_own_patch():
    embed = PatchEmbed((6, 8), 2, in_chans=1, embed_dim=5)
    images = torch.randn(1, 1, 6, 8)
    patch = images[0, :, 2:4, 6:8].flatten()  # row 1, column 3 of 3 × 4
    wanted = embed.proj.weight.flatten(1) @ patch + embed.proj.bias
    assert torch.allclose(embed(images)[0, 7], wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("image_size", "patch_size", "channels", "grid", "parameters"),
    [((60, 100), 20, 1, (3, 5), 307_968), (224, 16, 3, (14, 14), 590_592)],
)
def test_the_books_examples(image_size, patch_size, channels, grid, parameters):
    embed = PatchEmbed(image_size, patch_size, channels, 768)
    assert embed.grid_size == grid
    assert count(embed) == parameters


def test_a_weight_in_the_shape_of_a_linear_layer_loads():
    embed, other = (PatchEmbed(8, (2, 4), 3, 5) for _ in range(2))
    flat = {**other.state_dict(), "proj.weight": other.proj.weight.flatten(1)}
    embed.load_state_dict(flat)
    assert torch.equal(embed.proj.weight, other.proj.weight)
    assert flat["proj.weight"].shape == (5, 24), "the caller's dict was changed"


def test_a_weight_of_another_shape_does_not_load():
    flat = {"proj.weight": torch.zeros(5, 23), "proj.bias": torch.zeros(5)}
    with pytest.raises(RuntimeError, match=r"size mismatch for proj\.weight"):
        PatchEmbed(8, (2, 4), 3, 5).load_state_dict(flat)


REFUSED = {
    "another size": (
        torch.zeros(2, 3, 8, 12),
        ValueError,
        r"\(B, 3, 8, 8\), got \(2, 3, 8, 12\); resize them, or make a model",
    ),
    "another patch grid, though patches fit": (
        torch.zeros(1, 3, 4, 4),
        ValueError,
        r"got \(1, 3, 4, 4\)",
    ),
    "other channels": (torch.zeros(2, 1, 8, 8), ValueError, r"got \(2, 1, 8, 8\)"),
    "one image": (torch.zeros(3, 8, 8), ValueError, r"images\[None\] adds"),
    "bytes": (
        torch.zeros(1, 3, 8, 8, dtype=torch.uint8),
        TypeError,
        r"torch\.float32, got images of torch\.uint8; images\.to\(torch\.float32\)",
    ),
    "doubles": (torch.zeros(1, 3, 8, 8).double(), TypeError, r"of torch\.float64"),
    "NaN": (
        torch.full((1, 3, 8, 8), float("nan")),
        ValueError,
        "192 of 192 numbers in the images are NaN",
    ),
    "a list": ([[0.0]], TypeError, r"must be a torch\.Tensor, got list"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_images_that_the_model_was_not_made_for_are_refused(what):
    images, error, message = REFUSED[what]
    with pytest.raises(error, match=message):
        PatchEmbed(8, 4, 3, 5)(images)


def test_one_nan_among_many_numbers_is_found():
    images = torch.zeros(2, 3, 8, 8)
    images[1, 2, 7, 7] = float("nan")
    with pytest.raises(ValueError, match="1 of 384 numbers"):
        PatchEmbed(8, 4, 3, 5)(images)


def test_patches_that_do_not_divide_the_image_are_refused_not_cropped():
    with pytest.raises(ValueError, match="width 100 is not divisible by patch size 16"):
        PatchEmbed((48, 100), 16)


def test_autocast_takes_images_of_a_narrower_type():
    embed = PatchEmbed(8, 4, 3, 5)
    with torch.autocast("cpu", torch.bfloat16):
        assert embed(torch.ones(1, 3, 8, 8).bfloat16()).dtype == torch.bfloat16


def test_the_class_token_comes_first_and_the_others_stay():
    cls_token, tokens = torch.randn(1, 1, 768), torch.randn(13, 175, 768)
    longer = prepend_class_token(cls_token, tokens)
    assert longer.shape == (13, 176, 768)
    assert torch.equal(longer[:, 0], cls_token[0].expand(13, -1))
    assert torch.equal(longer[:, 1:], tokens)


class Doubled(torch.nn.Module):
    """What stands for a layer to which something was added, as LoRA's does."""

    def __init__(self, layer: torch.nn.Module):
        super().__init__()
        self.layer, self.weight, self.bias = layer, layer.weight, layer.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Twice what the layer gives."""
        return 2 * self.layer(x)


def test_a_projection_that_was_hooked_or_replaced_is_called():
    embed, images = PatchEmbed((6, 8), (2, 4), 3, 5), torch.randn(2, 3, 6, 8)
    wanted, seen = embed(images), []
    hook = embed.proj.register_forward_hook(lambda *_: seen.append(_))
    assert torch.allclose(embed(images), wanted, atol=1e-6)
    assert len(seen) == 1
    hook.remove()
    assert torch.equal(embed(images), wanted)
    assert len(seen) == 1
    embed.proj = Doubled(embed.proj)
    assert torch.allclose(embed(images), 2 * wanted, atol=1e-6)


def test_every_image_teaches_the_one_class_token():
    cls_token = torch.zeros(1, 1, 4, requires_grad=True)
    prepend_class_token(cls_token, torch.zeros(13, 2, 4))[:, 0].sum().backward()
    assert torch.equal(cls_token.grad, torch.full((1, 1, 4), 13.0))


def test_an_empty_batch_stays_empty():
    assert prepend_class_token(torch.zeros(1, 1, 4), torch.zeros(0, 2, 4)).shape == (
        0,
        3,
        4,
    )
