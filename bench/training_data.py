"""How well three methods read 450 digits by how many others they learned from.

Both networks make as many steps for few images as for all, so that few are seen more
often; else all is as in ``bench.training``.
"""

import math

import torch
from torch import Tensor

from bench.position import line
from bench.training import METHODS, NETWORKS, RECIPE, SEEDS, network
from vitlib.data import digits

COUNTS = (50, 100, 200, 400, 800, 1347)
COMPARED = ("RBF-SVM", "CNN", "ViT")


def some(labels: Tensor, count: int, seed: int) -> Tensor:
    """Indices of ``count`` images drawn by a seed, of each digit as many as can be."""
    order = torch.randperm(
        len(labels), generator=torch.Generator().manual_seed(seed)
    )  # (N,)
    place = torch.empty_like(order)
    for digit in range(10):
        same = order[labels[order] == digit]
        place[same] = torch.arange(len(same))  # 0 for the first of each digit, …
    return order[place[order].argsort(stable=True)][:count]


def epochs(count: int) -> int:
    """How often ``count`` images are seen in as many steps as all of them need."""
    batch = RECIPE["batch_size"]
    steps = RECIPE["epochs"] * math.ceil(max(COUNTS) / batch)
    return round(steps / math.ceil(count / batch))


def score(name: str, count: int, seed: int) -> float:
    """Share of the test images that are read rightly after learning from some."""
    (images, labels), (others, right) = digits("train"), digits("test")
    known = some(labels, count, seed)
    method = METHODS[name][0]
    if name in NETWORKS:
        method = network(name, epochs=epochs(count))
    answers = method(images[known], labels[known], seed)(others)
    return round((answers == right).double().mean().item(), 6)


def main() -> list[dict]:
    """Learn from more and more images, and print and return the accuracies."""
    torch.set_num_threads(1)
    print(f"Per cent of 450 test images right: mean, and each of {SEEDS} seeds")
    results = []
    for name in COMPARED:
        for count in COUNTS:
            found = [score(name, count, seed) for seed in range(SEEDS)]
            print(line(f"{name}, {count} images", found), flush=True)
            results.append({"method": name, "images": count, "accuracy": found})
    return results
