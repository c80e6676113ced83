"""A base class that is known by name although its package is not installed."""

import torch
import torch.nn.functional as F
from torch import nn

try:
    import lightning.pytorch as pl
except ImportError:
    from types import SimpleNamespace

    pl = SimpleNamespace(LightningModule=nn.Module, Callback=object)


class Classifier(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 3)
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(self.fc1(x))
        x = F.dropout(x, 0.1, self.training)  # TR101@13 torch.nn.functional.dropout in Classifier
        return self.act(self.fc2(x))  # TR201@16 self.act in Classifier

    def training_step(self, batch, index):
        x, labels = batch
        return F.cross_entropy(self(x), labels)

    def validation_step(self, batch, index):
        x, labels = batch
        probabilities = F.softmax(self(x), dim=1)
        return (probabilities.argmax(1) == labels).float().mean()

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())


class Logger(pl.Callback):
    def forward(self, x):
        return F.relu(x)


INPUTS = {"Classifier": lambda: (torch.rand(2, 4),)}
