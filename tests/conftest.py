"""What holds in every test: the same numbers at random, and one thread a process."""

import pytest
import torch

torch.set_num_threads(1)  # as many processes as cores run tests


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Let torch draw the same numbers in each run."""
    torch.manual_seed(0)
