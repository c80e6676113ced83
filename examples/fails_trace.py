"""Outputs in a dict: `torch.export` and the ONNX exporter know what to do with it, `torch.jit.trace` does not."""

import torch
from torch import nn


class DictNet(nn.Module):
    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.features = nn.Linear(3 * 32 * 32, 64)
        self.relu = nn.ReLU()
        self.head = nn.Linear(64, classes)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        features = self.relu(self.features(self.flatten(x)))
        return {"features": features, "logits": self.head(features)}
