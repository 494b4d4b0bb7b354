"""How far the logits of B/16 move when one choice is other than the weights' own.

The weights are timm's own start with norms, biases, class token and positions changed
at random, the image is noise; the measure is the greatest difference from timm's logits
in float64, whose standard deviation, beside it, says what is much.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.checkpoints import export_state_dict

B16 = CONFIGS["B/16"]
Change = Callable[[Tensor, int], Tensor]  # of a weight, with the number of heads
Reference = tuple[dict[str, Tensor], Tensor, Tensor]  # weights, images, exact logits
EPS = {"eps 1e-12": 1e-12, "eps 1e-5": 1e-5}  # the model's own is 1e-6


def configured(config: ViTConfig) -> dict[str, dict]:
    """Wrong settings: changes to the config that move no weight."""
    tanh = {"act_layer": partial(nn.GELU, approximate="tanh")}
    scale = {"qk_scale": config.embed_dim**-0.5}
    norms = {
        name: {"norm_layer": partial(nn.LayerNorm, eps=eps)}
        for name, eps in EPS.items()
    }
    return norms | {"GELU by tanh": tanh, "scale 1/√D": scale}


def by_head_and_feature(weight: Tensor, heads: int) -> Tensor:
    """Rows (qkv h d) as one that takes them for (h d qkv) reads them."""
    return weight.unflatten(0, (heads, -1, 3)).movedim(2, 0).flatten(0, 2)


def by_head(weight: Tensor, heads: int) -> Tensor:
    """Rows (qkv h d) as one that takes them for (h qkv d) reads them."""
    return weight.unflatten(0, (heads, 3, -1)).movedim(1, 0).flatten(0, 2)


def pixel_by_pixel(weight: Tensor, heads: int) -> Tensor:
    """A patch's numbers in the order (p p c) instead of (c p p)."""
    return weight.permute(0, 2, 3, 1).reshape(weight.shape)


def class_last(table: Tensor, heads: int) -> Tensor:
    """Positions whose last row is taken for the class token's."""
    return table.roll(1, dims=1)


REARRANGED: dict[str, tuple[str, Change]] = {  # wrong orders: of which weights, and how
    "pixels (p p c)": ("patch_embed.proj.weight", pixel_by_pixel),
    "class position last": ("pos_embed", class_last),
    "qkv as (h qkv d)": ("qkv", by_head),
    "qkv as (h d qkv)": ("qkv", by_head_and_feature),
}


def reference(config: ViTConfig, matrices: bool = False) -> Reference:
    """Weights, an image, and timm's logits in float64.

    Matrices are as timm starts them, or else of variance 1/D, so that every part of a
    narrow model too changes its logits.
    """
    from tests.peers import randomise, timm_vit  # here: other benchmarks need no timm

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = randomise(timm_vit(config), matrices=matrices)
        images = torch.randn(1, 3, config.image_size, config.image_size)
    state = {name: weight.clone() for name, weight in model.state_dict().items()}
    with torch.inference_mode():
        exact = model.double()(images.double())
    return state, images, exact


def built(config: ViTConfig, state: dict[str, Tensor], **changes) -> ViT:
    """This book's model with these weights."""
    with torch.device("meta"):
        model = ViT(config, **changes)
    model.load_state_dict(state, assign=True)
    return model.eval()


def moved(model: nn.Module, against: Reference) -> float:
    """How far a model's logits are from the exact ones."""
    from tests.peers import logits

    _, images, exact = against
    dtype = next(model.parameters()).dtype
    with torch.inference_mode():
        found = logits(model.eval(), images.to(dtype))
    return (found.double() - exact).abs().max().item()


def libraries(config: ViTConfig, state: dict[str, Tensor]) -> dict[str, nn.Module]:
    """The same weights, rightly moved: here, in three other libraries, and rounded."""
    from tests.peers import BUILDERS

    ours = built(config, state)
    models = {"vitlib": ours}
    for library, build in BUILDERS.items():
        with torch.device("meta"):
            models[library] = build(config)
        models[library].load_state_dict(export_state_dict(ours, library), assign=True)
    half = {name: weight.bfloat16() for name, weight in state.items()}
    return models | {"bfloat16": built(config, half)}


def wrong(config: ViTConfig, state: dict[str, Tensor]) -> dict[str, ViT]:
    """A model for each wrong choice."""
    models = {
        name: built(config, state, **changes)
        for name, changes in configured(config).items()
    }
    for name, (part, change) in REARRANGED.items():
        heads = config.num_heads
        rows = {k: change(w, heads) if part in k else w for k, w in state.items()}
        models[name] = built(config, rows)
    return models


def measured(config: ViTConfig, against: Reference) -> dict:
    """How much the logits spread, "std", and how far each choice has "moved" them."""
    state, _, exact = against
    models = libraries(config, state) | wrong(config, state)
    found = {name: moved(model, against) for name, model in models.items()}
    return {"std": exact.std().item(), "moved": found}


def main() -> dict:
    """Measure each choice, and print and return what was found."""
    torch.set_num_threads(1)
    results = measured(B16, reference(B16))
    print(f"Logits' standard deviation {results['std']:.2f}; greatest difference:")
    for name, amount in results["moved"].items():
        print(f"{name:24}{amount:10.1e}", flush=True)
    return results
