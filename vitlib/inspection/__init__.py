"""Chapter 11. Looking inside: what a trained ViT attends to, and what that tells."""

from vitlib.inspection.covering import cover, deletion, occlusion
from vitlib.inspection.overlay import overlay
from vitlib.inspection.peers import peer_attention_maps
from vitlib.inspection.places import (
    decode_places,
    nearest_neighbours,
    position_similarity,
)
from vitlib.inspection.rollout import (
    attention_distance,
    attention_rollout,
    class_attention,
    correlation,
)
from vitlib.inspection.stream import (
    at_rest,
    attention_maps,
    class_rows,
    stream,
    stream_norms,
)

__all__ = [
    "at_rest",
    "attention_distance",
    "attention_maps",
    "attention_rollout",
    "class_attention",
    "class_rows",
    "correlation",
    "cover",
    "decode_places",
    "deletion",
    "nearest_neighbours",
    "occlusion",
    "overlay",
    "peer_attention_maps",
    "position_similarity",
    "stream",
    "stream_norms",
]
