# profile: aimet
"""AIMET's acceptance models that break no guideline we check here (rows 7, 17, 20, 21, 27-32, 36, 59)."""

from collections import namedtuple

import torch
import torch.nn as nn


class Conditional(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)

    def forward(self, x, condition):
        if condition:
            return self.fc1(x)
        return self.fc2(x)


Outputs = namedtuple("Outputs", ["ab", "bc"])


class DictInNamedTupleOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.mul1 = nn.Bilinear(4, 4, 2)
        self.mul2 = nn.Bilinear(4, 4, 2)

    def forward(self, inputs):
        ab = self.mul1(inputs["a"], inputs["b"])
        bc = self.mul2(inputs["b"], inputs["c"])
        return Outputs(ab, bc)


class Indexing(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, *inputs):
        x = self.fc(inputs[0])
        return x[:, inputs[1]]


class IndexedContainers(nn.Module):
    def __init__(self):
        super().__init__()
        self.mods = nn.ModuleList(
            [
                nn.MaxPool2d(2),
                nn.ReLU(),
                nn.Conv2d(3, 8, 3),
                nn.Conv2d(8, 8, 3),
                nn.ReLU(),
            ]
        )
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(8 * 4, 10), nn.ReLU())

    def forward(self, x):
        x = self.mods[1](self.mods[2](x))
        x = self.mods[0](self.mods[3](x))
        x = self.head[0](x)
        return self.head[1](x)


class NestedSequentials(nn.Module):
    def __init__(self):
        super().__init__()
        self.outer = nn.Sequential(
            nn.Conv2d(3, 4, 3),
            nn.Sequential(nn.BatchNorm2d(4), nn.ReLU(), nn.Sequential(nn.Conv2d(4, 4, 3), nn.ReLU())),
        )

    def forward(self, x):
        return self.outer(x)


class LastLayerPassesThrough(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.identity = nn.Identity()

    def forward(self, x):
        return self.identity(self.conv(x))


class SmallMnist(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 5, 5)
        self.pool = nn.MaxPool2d(2)
        self.relu1 = nn.ReLU()
        self.relu2 = nn.ReLU()
        self.fc1 = nn.Linear(80, 10)
        self.log_softmax = nn.LogSoftmax(dim=1)

    def forward(self, x):
        x = self.relu1(self.pool(self.conv1(x)))
        x = x.view(-1, 80)
        return self.log_softmax(self.relu2(self.fc1(x)))


class ForwardsItsInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3)
        self.relu1 = nn.ReLU()

    def forward(self, *inputs):
        return self.relu1(self.conv1(*inputs))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 6, batch_first=True)

    def forward(self, x, hx=None):
        return self.lstm(x, hx)


class LinearAndLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.PReLU()
        self.lstm = nn.LSTM(4, 6)

    def forward(self, x, hx=None):
        x = self.act(self.fc(x))
        x = torch.unsqueeze(x, 1)
        return self.lstm(x, hx)


class ConstantBuffer(nn.Module):
    def __init__(self):
        super().__init__()
        self.bilinear = nn.Bilinear(4, 4, 4)
        self.register_buffer("constant", torch.ones(2, 4))

    def forward(self, x):
        return self.bilinear(x, self.constant)


IMAGE = lambda: (torch.rand(2, 3, 8, 8),)
INPUTS = {
    "Conditional": lambda: (torch.rand(2, 4), torch.tensor([True])),
    "DictInNamedTupleOut": lambda: ({key: torch.rand(2, 4) for key in "abc"},),
    "Indexing": lambda: (torch.rand(2, 4), torch.tensor([0, 2])),
    "IndexedContainers": IMAGE,
    "NestedSequentials": IMAGE,
    "LastLayerPassesThrough": IMAGE,
    "SmallMnist": lambda: (torch.rand(2, 1, 12, 12),),
    "ForwardsItsInputs": lambda: (torch.rand(2, 1, 8, 8),),
    "Lstm": lambda: (torch.rand(2, 3, 4),),
    "LinearAndLstm": lambda: (torch.rand(3, 4),),
    "ConstantBuffer": lambda: (torch.rand(2, 4),),
}
