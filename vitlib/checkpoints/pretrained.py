"""A ViT with published weights, from Hugging Face's hub or a folder laid out alike."""

from dataclasses import replace
from pathlib import Path

from vitlib.checkpoints.facts import check_held, facts_of, read_config
from vitlib.checkpoints.files import check_weights, read_weights
from vitlib.checkpoints.layouts import recognise
from vitlib.checkpoints.loading import load_checkpoint
from vitlib.model import ViT

WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # the second in old ones
PICTURES = "preprocessor_config.json"  # how they are prepared


def from_pretrained(name: str, revision: str | None = None, **changes) -> ViT:
    """A ViT as its ``config.json`` says, with its weights, for inference.

    Args:
        name: "google/vit-base-patch16-224" for example, or a folder.
        revision: branch, tag or commit on the hub.
        changes: fields of :class:`vitlib.ViTConfig` that shall be otherwise, such as
            ``num_classes`` or ``image_size``.

    Raises:
        ConnectionError: it is neither here nor can the hub be reached.
        ValueError: it is not on the hub, or no ViT of Hugging Face's.
    """
    found = (fetch(name, file, revision) for file in ("config.json", *WEIGHTS))
    config_file, weights_file = next(found), next(filter(None, found), None)
    if config_file is None or weights_file is None:
        raise ValueError(f"{name!r} lacks config.json, or one of {', '.join(WEIGHTS)}")
    config = read_config(config_file)
    state, _ = read_weights(weights_file)
    check_weights(state)
    classes = len(recognise(state)[1].get("classifier.weight", ()))
    config = replace(config, num_classes=classes)
    check_held(config_file, config, state)
    model = ViT(config, **changes)
    facts = facts_of(config)
    load_checkpoint(model, state, eps=facts["eps"], grid=facts["grid"])
    return model.eval()


def fetch(name: str, file: str, revision: str | None) -> Path | None:
    """Where a file of a folder or repository lies on this machine; None without it."""
    if Path(name).is_dir():
        path = Path(name) / file
        return path if path.exists() else None
    try:
        from huggingface_hub import errors, hf_hub_download
    except ImportError as error:
        raise ImportError("for the hub: pip install 'vitlib[hub]'") from error
    try:
        return Path(hf_hub_download(name, file, revision=revision))
    except errors.LocalEntryNotFoundError as error:
        raise ConnectionError(
            f"{name!r} is not here, and the hub is out of reach:\n"
            f"  fetch its .json files and {WEIGHTS[0]} elsewhere; then name the folder"
        ) from error
    except errors.EntryNotFoundError:
        return None
    except (
        errors.RepositoryNotFoundError,
        errors.RevisionNotFoundError,
        errors.HFValidationError,
    ) as error:
        raise ValueError(f"{name!r} is no folder, nor on the hub: {error}") from error
