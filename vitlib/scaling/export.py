"""A model as a file that runs without this book's code: torch's program, and ONNX."""

import json
import os
import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.export import Dim, ExportedProgram

from vitlib.model import ViT
from vitlib.training.folder import replacing

LARGEST_ONNX = 2**31  # bytes in one file, by its format
TYPES = {  # by onnxruntime's names
    "tensor(float)": torch.float32,
    "tensor(float16)": torch.float16,
    "tensor(double)": torch.float64,
}


def traced(model: ViT) -> ExportedProgram:
    """The steps from images to logits, for any number of images, as in eval mode.

    The model is called once, and what happens to tensors is written down. It is a copy
    in eval mode that is called, without gradients: what dropout does in training, or
    attention for its gradient, would be written down as well. The model stays as it is.
    """
    like = model.cls_token
    size = (model.config.in_chans, *model.patch_embed.image_size)
    images = like.new_zeros(2, *size)  # of one image, the 1 would be taken as fixed
    answering = deepcopy(model).eval()
    free = {"images": {0: Dim("batch")}}
    with torch.no_grad():
        return torch.export.export(answering, (images,), dynamic_shapes=free)


def export_program(model: ViT, path: str | os.PathLike) -> None:
    """Write a model as a program, to be run by ``torch.export.load(path).module()``.

    Whatever happens, ``path`` is either what it was before, or the whole new file.

    Raises: ValueError: ``path`` does not end in ``.pt2``.
    """
    path = named(path, ".pt2")
    program = traced(model)
    with replacing(path) as file:
        torch.export.save(program, file)


def export_onnx(
    model: ViT, path: str | os.PathLike, classes: Sequence[str] | None = None
) -> None:
    """Write a model in ONNX, for programs in any language: "images" to "logits".

    One file, for any number of images, the axis "batch". Its metadata hold "config",
    the model's, and "classes", their names, both in JSON. It computes as in eval mode.
    Whatever happens, ``path`` is either what it was before, or the whole new file.

    Raises:
        ImportError: onnx or onnxscript are not installed.
        ValueError: ``path`` does not end in ``.onnx``, a model of 2 GiB or more, or
            another number of classes.
    """
    path = named(path, ".onnx")
    names = class_names(model, classes)
    check_small(model)
    program = in_onnx(traced(model))
    program.model.metadata_props.update(config=plain(model), classes=names)
    with replacing(path) as file:
        file.write(program.model_proto.SerializeToString())


def in_onnx(program: ExportedProgram) -> "torch.onnx.ONNXProgram":
    """A program's steps, each as one or more of ONNX's."""
    try:
        import onnx  # noqa: F401  asked for here, or torch says less of what is missing
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise missing(error) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of torch, to itself
        return torch.onnx.export(
            program,
            dynamo=True,
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes={"images": {0: "batch"}},
            verbose=False,
        )


def run_onnx(path: str | os.PathLike, images: Tensor) -> Tensor:
    """Logits by onnxruntime, which knows nothing of torch: (B, C, H, W) → (B, K).

    Raises:
        ImportError: onnxruntime is not installed.
        FileNotFoundError, ValueError, TypeError: no such file; images of another size
            or type than the model was made for.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise missing(error) from error
    Path(path).stat()  # of a missing file, say so as Python does
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()[0]
    check_fits(images, wanted.shape, TYPES[wanted.type])
    (logits,) = session.run(None, {wanted.name: images.detach().cpu().numpy()})
    return torch.from_numpy(logits)  # (B, K)


def named(path: str | os.PathLike, suffix: str) -> Path:
    """The file that a path leads to; raises if its name ends otherwise."""
    path = Path(os.path.realpath(path))
    if path.suffix != suffix:
        raise ValueError(f"the file's name ends in {suffix}, not {path.name!r}")
    return path


def class_names(model: ViT, classes: Sequence[str] | None) -> str:
    """Names of the classes in JSON, their numbers unless told."""
    count = model.config.num_classes
    names = list(map(str, range(count) if classes is None else classes))
    if len(names) != count:
        raise ValueError(f"the model has {count} classes, got {len(names)} names")
    return json.dumps(names, ensure_ascii=False)


def plain(model: ViT) -> str:
    """A model's config in JSON; GELU and the norm, which are functions, left out."""
    fields = asdict(model.config).items()
    return json.dumps({name: value for name, value in fields if not callable(value)})


def check_small(model: ViT) -> None:
    """Raise if the weights do not fit into one ONNX file."""
    size = sum(weight.nbytes for weight in model.state_dict().values())
    if size >= LARGEST_ONNX:
        raise ValueError(
            f"one ONNX file holds less than {LARGEST_ONNX:,} bytes, these weights take"
            f" {size:,}; model.half() would halve them, export_program has no limit"
        )


def check_fits(images: Tensor, shape: list[str | int], dtype: torch.dtype) -> None:
    """Raise unless images have a file's type and shape; a name is any number."""
    sizes = ", ".join(map(str, shape))
    if images.ndim != len(shape) or list(images.shape[1:]) != shape[1:]:
        raise ValueError(
            f"this file takes images of shape ({sizes}), got {tuple(images.shape)};"
            " resize them, or export a model of their size"
        )
    if images.dtype != dtype:
        raise TypeError(
            f"this file computes in {dtype}, got images of {images.dtype};"
            f" images.to({dtype}) would do, after scaling if they are bytes"
        )


def missing(error: ImportError) -> ImportError:
    """What to say if a package of the extra is not there."""
    return ImportError(f"for ONNX: pip install 'vitlib[onnx]' ({error})")
