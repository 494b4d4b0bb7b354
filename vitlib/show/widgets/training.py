"""Chapter 10. A training of the digits' model, epoch by epoch."""

import base64
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from vitlib import data
from vitlib.show import plots
from vitlib.show.widgets.base import Widget, one_of
from vitlib.show.widgets.patches import packed, unpacked
from vitlib.show.widgets.training_still import (
    HEIGHT,
    draw_answers,
    draw_confusion,
    draw_curves,
    draw_words,
)
from vitlib.weights.replay import FOLLOWED, replay

TABLES = {  # of an epoch, in bytes
    "confusion": (10, 10),
    "similarity": (120,),
    "nearest": (16,),
    "attention": (len(FOLLOWED), 17),
    "probabilities": (len(FOLLOWED), 10),
    "answers": (len(FOLLOWED),),
}
CURVES = ("loss", "test_loss", "rate")
EPOCHS = 200


class Answer(NamedTuple):
    """What a digit is read as, and the share of probability that it gets."""

    digit: int
    share: float


@cache
def packed_record() -> dict:
    """The record of the training, and the digits that it follows, for the front end."""
    record = replay()
    images, labels = (part[list(FOLLOWED)] for part in data.digits("test"))
    tables = {name: record[name].numpy().tobytes() for name in TABLES}
    return {
        "epochs": len(record["loss"]),
        "digits": [f"{label}" for label in labels],
        "pictures": [packed(image, levels=16) for image in images],
        "tables": {name: base64.b64encode(t).decode() for name, t in tables.items()},
        **{name: [float(f"{x:.6g}") for x in record[name]] for name in CURVES},
    }


class TrainingReplay(Widget):
    """What the digits' model answers after each epoch of its training.

    Traits, which drive the controls and follow them:
        epoch: 0 to 200; 0 is before the first.
        picture: which of six test digits, by the digit that it is, such as "9".
    """

    module = "training"
    epoch = traitlets.Int(20, min=0, max=EPOCHS).tag(sync=True)
    picture = traitlets.Unicode("9").tag(sync=True)
    record = traitlets.Dict().tag(sync=True)

    _default_record = traitlets.default("record")(lambda self: packed_record())

    @traitlets.validate("picture")
    def _known(self, proposal) -> str:
        return one_of(self.record["digits"], proposal.value, "digit {!r}")

    def tables(self, name: str) -> Tensor:
        """One of ``TABLES`` at all epochs, as bytes."""
        numbers = np.frombuffer(base64.b64decode(self.record["tables"][name]), np.uint8)
        return torch.tensor(numbers.reshape(-1, *TABLES[name]))

    def table(self, name: str) -> Tensor:
        """One of ``TABLES`` at the chosen epoch, as bytes."""
        return self.tables(name)[self.epoch]

    def confusion(self) -> Tensor:
        """How many test digits are read as which, (10, 10); rows are true digits."""
        return self.table("confusion").long()

    def right(self) -> int:
        """How many of the 450 test digits are read rightly."""
        return int(self.confusion().trace())

    def similarity(self) -> Tensor:
        """Cosine between the positions of each two patches, (16, 16)."""
        alike = torch.eye(16, dtype=torch.float64)
        one, other = torch.triu_indices(16, 16, 1)
        alike[one, other] = 2 * self.table("similarity").double() / 255 - 1
        return alike + alike.triu(1).T

    def neighbours(self) -> int:
        """Of how many patches the one with the most similar position is next to it."""
        places, nearest = torch.arange(16), self.table("nearest").long()
        rows = (places // 4 - nearest // 4).abs()
        columns = (places % 4 - nearest % 4).abs()
        return int((rows + columns == 1).sum())

    def answers(self) -> list[Answer]:
        """What each of the six digits is read as."""
        shares = self.table("probabilities").double() / 255
        read = self.table("answers").tolist()
        return [Answer(n, row[n].item()) for n, row in zip(read, shares, strict=True)]

    def attention(self) -> Tensor:
        """Where the class token looks in the last layer, (17,), itself first.

        In the chosen digit; the mean over the heads.
        """
        place = self.record["digits"].index(self.picture)
        return self.table("attention")[place].double() / 255

    def still(self) -> Figure:
        """The curves, the confusion and the answers at the chosen epoch."""
        figure, axes = plots.canvas(HEIGHT)
        confusions = self.tables("confusion").long()
        rights = confusions.diagonal(dim1=1, dim2=2).sum(dim=1)  # (E + 1,)
        total = int(confusions[0].sum())
        words = f"epoch {self.epoch} of {self.record['epochs']}: "
        draw_words(axes, words + f"{self.right()} of {total} test digits right")
        draw_curves(axes, self.record, (rights / total).tolist(), self.epoch)
        draw_confusion(axes, self.confusion())
        images = [unpacked(info) for info in self.record["pictures"]]
        draw_answers(axes, images, self.record["digits"], self.answers())
        return figure
