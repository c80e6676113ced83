"""A model that fails when it runs: the decoder expects more features than the encoder gives."""

import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(784, 32)
        self.activation = nn.ReLU()
        self.decoder = nn.Linear(64, 784)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.activation(self.encoder(x))
        return self.decoder(x)
