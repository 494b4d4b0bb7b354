"""Cut the book's photograph from one that travels with scikit-learn.

"china.jpg" of its sample images: photograph by danielbuechele, CC BY 2.0,
https://www.flickr.com/photos/danielbuechele/6061409035. Ours is a square of it, made
smaller; the licence asks to name the photographer and to say that it was changed.
"""

from pathlib import Path

from PIL import Image
from sklearn.datasets import load_sample_image

SIDE = 128
SQUARE = (12, 18, 412, 418)  # left, top, right, bottom, in pixels of the original
FOLDER = Path(__file__).parents[1] / "vitlib" / "pictures"


def cut() -> Image.Image:
    """The pavilion, 128 × 128 pixels."""
    original = Image.fromarray(load_sample_image("china.jpg"))
    return original.crop(SQUARE).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def save(folder: Path = FOLDER) -> None:
    """Write the photograph as a PNG."""
    cut().save(folder / "photograph.png", optimize=True)


if __name__ == "__main__":
    save()
