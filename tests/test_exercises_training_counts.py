"""What chapter 10's check says of counted steps, the last batch and a larger one."""

import math

import torch

from tests.exercise_words import said_to
from vitlib.show.exercises import training as exercises

COUNTS = [
    (None, "… no answer yet"),
    ((None, None, None), "… no answer yet"),
    ((4400, 3, None), "… no answer yet"),
    ((4400, 3, 0.012), "✓ 22 steps an epoch, the last for 3 digits"),
    (torch.tensor([4400, 3, 0.012]), "✓ 22 steps"),
    ((4200, 3, 0.012), "✗ steps: 4,200; the last, smaller batch of each epoch"),
    ((4210, 3, 0.012), "✗ steps: 4,210; no batch runs over"),
    ((1347 * 200 / 64, 3, 0.012), "✗ steps: 4,209.38; a part of a batch"),
    ((22, 3, 0.012), "✗ steps: 22; that is one epoch"),
    ((269_400, 3, 0.012), "✗ steps: 269,400; that is how many images"),
    ((200, 3, 0.012), "✗ steps: 200; that is how many epochs"),
    ((1, 3, 0.012), "✗ steps: 1; count anew"),
    ((4400, 64, 0.012), "✗ images in the last batch: 64; that is a full batch"),
    ((4400, 61, 0.012), "✗ images in the last batch: 61; that is how many are missing"),
    ((4400, 21, 0.012), "✗ images in the last batch: 21; that is how many full"),
    ((4400, 1344, 0.012), "✗ images in the last batch: 1,344; that is how many are in"),
    ((4400, 0, 0.012), "✗ images in the last batch: 0; nothing is thrown away"),
    ((4400, 3, 6e-3), "✗ rate: 0.006; that grows by the root"),
    ((4400, 3, 3e-3), "✗ rate: 0.003; the rate as it was"),
    ((4400, 3, 7.5e-4), "✗ rate: 0.00075; divided"),
    ((4400, 3, 256), "✗ rate: 256; that is the batch size"),
    ((4400, 3, math.nan), "✗ rate: nan; count anew"),
    ((4400, 3), "✗ shape (2,) where (3,) is asked"),
    (4400, "✗ shape () where (3,) is asked"),
    ("4400, 3, 0.012", "✗ numbers of shape (3,) are asked; got str"),
]
test_what_a_check_says = said_to({exercises.check_counts: COUNTS})
