"""Chapter 12. Scaling up: more tokens, larger batches, fewer bits, more machines."""

from vitlib.scaling.accumulation import accumulate
from vitlib.scaling.export import export_onnx, export_program, run_onnx
from vitlib.scaling.formats import (
    FORMATS,
    NumberFormat,
    number_format,
    overflows,
    underflows,
)
from vitlib.scaling.memory import kept, recomputed, recomputed_activations
from vitlib.scaling.rates import scaled

__all__ = [
    "FORMATS",
    "NumberFormat",
    "accumulate",
    "export_onnx",
    "export_program",
    "kept",
    "number_format",
    "overflows",
    "recomputed",
    "recomputed_activations",
    "run_onnx",
    "scaled",
    "underflows",
]
