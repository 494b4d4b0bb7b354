"""How much of its processors' peak the paper's pre-training used, by formula.

Table 2 of Dosovitskiy et al. 2021 gives days of TPUv3 cores; its operations are those
of ``figures.model_cost``, six for a multiply-add and picture. ImageNet-21k has some
14 million pictures. The paper trained L on them for 30 and for 90 epochs (table 3) and
does not say to which of them the 230 days belong; its published weights had 90, says
https://github.com/google-research/vision_transformer/issues/2. The peak is that of
https://cloud.google.com/tpu/docs/v3: 123 TFLOP/s a chip of two cores, in bfloat16.
"""

from figures.model_cost import exaflops
from vitlib import CONFIGS
from vitlib.cost import multiply_adds

PEAK = 123e12 / 2  # operations a second of a core
DAY = 24 * 60 * 60  # seconds
JFT = {("H/14", 14): 2500, ("L/16", 14): 680}  # model and epochs: core-days, table 2
SMALLER = {("L/16", 30): 230, ("L/16", 90): 230}  # on ImageNet-21k; one of the two
SMALLER_IMAGES = 14e6


def operations() -> dict[tuple[str, str, int], tuple[float, int]]:
    """By data, model and epochs: operations of the pre-training, and core-days."""
    found = {(name, epochs): total for name, epochs, total, _ in exaflops()}
    spent = {("JFT", *run): (found[run] * 1e18, days) for run, days in JFT.items()}
    for (name, epochs), days in SMALLER.items():
        products = sum(multiply_adds(CONFIGS[name]).values())
        total = 6 * products * SMALLER_IMAGES * epochs
        spent["ImageNet-21k", name, epochs] = (total, days)
    return spent


def share(total: float, days: float) -> float:
    """Of what so many cores' days could compute at their peak."""
    return total / (days * DAY * PEAK)


def main() -> None:
    """Print each pre-training's operations, core-days and share of the peak."""
    print("exaFLOPs, TPUv3 core-days, and the share of the peak that was used")
    for (data, name, epochs), (total, days) in operations().items():
        words = f"{name}, {data}, {epochs} epochs"
        print(f"{words:30}{total / 1e18:8,.0f}{days:7,}{share(total, days):7.0%}")
