"""What other libraries call the weights of a ViT; this one's names are timm's."""

from collections import Counter
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from vitlib.checkpoints.files import shown

AROUND = {  # Hugging Face's, outside the blocks
    "cls_token": "vit.embeddings.cls_token",
    "pos_embed": "vit.embeddings.position_embeddings",
    "patch_embed.proj": "vit.embeddings.patch_embeddings.projection.{kind}",
    "norm": "vit.layernorm.{kind}",
    "head": "classifier.{kind}",
}
BLOCK = "vit.encoder.layer.{i}."
MODULE = "vit.layers.{i}."
LAYER = "encoder.layers.encoder_layer_{i}."
LAYOUTS: dict[str, dict[str, str | list[str]]] = {  # kind: weight or bias; i: block
    "timm": {},
    "huggingface": AROUND  # as in files on the hub
    | {
        "norm1": BLOCK + "layernorm_before.{kind}",
        "attn.qkv": [
            BLOCK + f"attention.attention.{part}.{{kind}}"
            for part in ("query", "key", "value")
        ],
        "attn.proj": BLOCK + "attention.output.dense.{kind}",
        "norm2": BLOCK + "layernorm_after.{kind}",
        "mlp.fc1": BLOCK + "intermediate.dense.{kind}",
        "mlp.fc2": BLOCK + "output.dense.{kind}",
    },
    "huggingface-modules": AROUND  # as in a model's state_dict() since transformers 5.9
    | {
        "norm1": MODULE + "layernorm_before.{kind}",
        "attn.qkv": [MODULE + f"attention.{part}_proj.{{kind}}" for part in "qkv"],
        "attn.proj": MODULE + "attention.o_proj.{kind}",
        "norm2": MODULE + "layernorm_after.{kind}",
        "mlp.fc1": MODULE + "mlp.fc1.{kind}",
        "mlp.fc2": MODULE + "mlp.fc2.{kind}",
    },
    "torchvision": {
        "cls_token": "class_token",
        "pos_embed": "encoder.pos_embedding",
        "patch_embed.proj": "conv_proj.{kind}",
        "norm1": LAYER + "ln_1.{kind}",
        "attn.qkv": LAYER + "self_attention.in_proj_{kind}",
        "attn.proj": LAYER + "self_attention.out_proj.{kind}",
        "norm2": LAYER + "ln_2.{kind}",
        "mlp.fc1": LAYER + "mlp.0.{kind}",
        "mlp.fc2": LAYER + "mlp.3.{kind}",
        "norm": "encoder.ln.{kind}",
        "head": "heads.head.{kind}",
    },
}
WRAPPERS = ("module.", "_orig_mod.")  # put before names by data parallelism, compile
RENAMED = {"mlp.linear_1.": "mlp.0.", "mlp.linear_2.": "mlp.3."}  # torchvision's files


def names_in(layout: str, key: str) -> list[str]:
    """Where ``layout`` keeps the weight ``key``: one name, or three for q, k and v."""
    if layout == "timm":
        return [key]
    part, _, kind = key.rpartition(".")
    block = ""
    if part.startswith("blocks."):
        _, block, part = part.split(".", maxsplit=2)
    names = LAYOUTS[layout][part or key]
    names = names if isinstance(names, list) else [names]
    return [name.format(i=block, kind=kind) for name in names]


def recognise(state: dict[str, Tensor]) -> tuple[str, dict[str, Tensor]]:
    """The layout of a state dict, and the dict with wrappers' and old names put right.

    Raises:
        ValueError: it is no ViT's, or in a layout that is not known.
    """
    names = [plain(key) for key in state]
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise ValueError(
            f"{', '.join(map(shown, twice))} would be there twice, without a wrapper"
        )
    state = dict(zip(names, state.values(), strict=True))
    if "embeddings.cls_token" in state:  # Hugging Face's ViT without a head
        state = {f"vit.{key}": weight for key, weight in state.items()}
    for layout in LAYOUTS:
        if names_in(layout, "blocks.0.norm1.weight")[0] in state:
            return layout, state
    some = ", ".join(shown(repr(name)) for name in list(state)[:5])
    raise ValueError(
        f"no ViT in the layout of timm, Hugging Face or torchvision: none of its "
        f"{len(state)} weights is a first block's norm; they begin with {some or '—'}"
    )


def plain(key: str) -> str:
    """A weight's name without what wrappers put before it, old parts renamed."""
    for wrapper in WRAPPERS:
        key = key.removeprefix(wrapper)
    for old, new in RENAMED.items():
        key = key.replace(old, new)
    return key


def translate(
    state: dict[str, Tensor], layout: str, keys: Iterable[str]
) -> tuple[dict[str, Tensor], list[str], list[str]]:
    """Weights found for ``keys``, names missing for them, and names that are left."""
    found, missing, left = {}, [], dict(state)
    for key in keys:
        names = names_in(layout, key)
        parts = [left.pop(name) for name in names if name in left]
        if len({part.shape for part in parts}) > 1:
            raise ValueError(f"{', '.join(names)} differ in shape")
        if len(parts) == len(names):
            found[key] = torch.cat(parts) if len(parts) > 1 else parts[0]
        missing += [name for name in names if name not in state]
    return found, missing, list(left)


def export_state_dict(model: nn.Module, layout: str) -> dict[str, Tensor]:
    """A ViT's weights, copied, under the names of another library.

    Args:
        model: a :class:`vitlib.ViT`.
        layout: "timm", "huggingface" (as in files), "huggingface-modules" (as in
            ``state_dict()`` since transformers 5.9), or "torchvision".

    Raises:
        ValueError: no such layout.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout must be one of {', '.join(LAYOUTS)}, got {layout!r}")
    exported = {}
    for key, weight in model.state_dict().items():
        names = names_in(layout, key)
        parts = weight.detach().clone().chunk(len(names))
        exported |= dict(zip(names, (p.contiguous() for p in parts), strict=True))
    return exported
