"""What holds in every test: the same numbers at random, and one thread a process."""

import pytest
import torch
from hypothesis import settings

settings.register_profile("book", deadline=None)  # machines are busy now and then
settings.load_profile("book")
torch.set_num_threads(1)  # as many processes as cores run tests


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Let torch draw the same numbers in each run."""
    torch.default_generator.manual_seed(0)  # the GPUs’ would note each caller
