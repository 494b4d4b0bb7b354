"""Six tokens of two numbers, small enough to follow through attention by hand."""

import torch

TOKENS = torch.tensor([[2, 0], [1, 1], [0, 2], [-1, 1], [0, -1], [1, -2]])  # (6, 2)
W_Q = torch.tensor([[1, 1], [0, 1]])
W_K = torch.tensor([[0, 1], [-1, 1]])
W_V = torch.tensor([[1, -1], [1, 1]])
QUERIES, KEYS, VALUES = (TOKENS @ w for w in (W_Q, W_K, W_V))  # (6, 2) each
SCORES = QUERIES @ KEYS.T  # (6, 6)
WEIGHTS = (SCORES.double() / 2**0.5).softmax(dim=1)  # (6, 6)
