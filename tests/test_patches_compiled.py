"""PyTorch's transformations of functions take patchify as it is."""

import pytest
import torch
from torch import nn

from vitlib import patchify, unpatchify


class RoundTrip(nn.Module):
    """Cut and put together, as a module, which is what gets exported."""

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The patches, and the images made of them."""
        patches = patchify(images, (4, 2))
        return patches, unpatchify(patches, (4, 2), images.shape[2:])


def check(transformed, *shape: int) -> None:
    """The transformed round trip gives what the plain one gives."""
    images = torch.randn(shape)
    for got, expected in zip(transformed(images), RoundTrip()(images), strict=True):
        assert torch.equal(got, expected)


@pytest.mark.parametrize("dynamic", [False, True])
def test_compiles_in_one_graph(dynamic):
    torch.compiler.reset()
    compiled = torch.compile(
        RoundTrip(), backend="eager", fullgraph=True, dynamic=dynamic
    )
    check(compiled, 2, 3, 8, 6)
    check(compiled, 5, 3, 12, 4)


@pytest.mark.parametrize("strict", [False, True])
def test_exports_for_any_batch_and_any_height_that_fits(strict):
    free = ({0: torch.export.Dim("batch"), 2: 4 * torch.export.Dim("rows", min=2)},)
    exported = torch.export.export(
        RoundTrip(), (torch.randn(2, 3, 8, 6),), dynamic_shapes=free, strict=strict
    )
    for batch, height in ((2, 8), (13, 40), (3, 12)):
        check(exported.module(), batch, 3, height, 6)


def test_vmap_over_groups_of_images():
    groups = torch.randn(3, 2, 1, 8, 6)
    mapped = torch.func.vmap(lambda images: patchify(images, 2))(groups)
    assert torch.equal(mapped, torch.stack([patchify(group, 2) for group in groups]))
    back = torch.func.vmap(lambda patches: unpatchify(patches, 2, (8, 6)))(mapped)
    assert torch.equal(back, groups)


def test_second_derivatives():
    images = torch.randn(1, 1, 4, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: patchify(x, 2) ** 3, images)


def test_inference_mode():
    with torch.inference_mode():
        check(RoundTrip(), 2, 3, 8, 6)
        assert patchify(torch.zeros(1, 1, 4, 4), 2).is_inference()
