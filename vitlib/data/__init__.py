"""Chapter 10. The pictures that the book works on; its own need no network."""

from vitlib.data.handwriting import digits
from vitlib.data.pictures import PICTURES, from_pixels, mountains, photograph

__all__ = ["PICTURES", "digits", "from_pixels", "mountains", "photograph"]
