"""Chapter 13. The book's mistakes, each beside the right way; and a doctor for ViTs."""

from vitlib.mistakes.broken import broken, broken_keys
from vitlib.mistakes.collection import Mistake
from vitlib.mistakes.examination import Finding, examine, examined
from vitlib.mistakes.table import MISTAKES, Table, table

__all__ = [
    "MISTAKES",
    "Finding",
    "Mistake",
    "Table",
    "broken",
    "broken_keys",
    "examine",
    "examined",
    "table",
]
