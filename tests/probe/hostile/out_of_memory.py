"""memory: 500000000

forward fails on the dummy input: RuntimeError: [enforce fail at alloc_cpu.cpp:
"""

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        kept = []
        while True:
            kept.append(torch.ones(10_000_000))  # TR481
