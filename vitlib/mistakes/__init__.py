"""Chapter 13. The book's mistakes, each beside the right way; and a doctor for ViTs."""

from vitlib.mistakes import (
    attention,
    class_token,
    encoder,
    head,
    heads,
    inspection,
    model,
    patches,
    position,
    scaling,
    tokens,
    training,
)
from vitlib.mistakes.broken import broken, broken_keys
from vitlib.mistakes.collection import Mistake
from vitlib.mistakes.examination import Finding, examine, examined

FILES = (patches, tokens, class_token, position, attention, heads)
FILES += (encoder, head, model, training, inspection, scaling)
MISTAKES: tuple[Mistake, ...] = sum((tuple(f.CHAPTER.mistakes) for f in FILES), ())

__all__ = [
    "MISTAKES",
    "Finding",
    "Mistake",
    "broken",
    "broken_keys",
    "examine",
    "examined",
]
