# profile: aimet
"""AIMET's acceptance models around reuse (rows 1-4, 16, 19, 33 and 58 of its table), each written anew."""

import torch
from torch import nn
from torch.nn import functional as F


class ReusedNodes(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.bn = nn.BatchNorm2d(8)
        self.relu1 = nn.ReLU(inplace=True)
        self.relu2 = nn.ReLU(inplace=True)
        self.fc = nn.Linear(8 * 6 * 6, 10)

    def forward(self, x):
        x = self.relu1(self.bn(self.conv(x)))
        x = self.relu1(x)  # TR201@13 self.relu1 in ReusedNodes
        x = x.view(x.size(0), -1)
        return self.fc(self.relu2(x))


class FunctionalOps(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.relu1 = nn.ReLU()

    def forward(self, x):
        x = self.relu1(self.conv(x))
        x = self.relu1(x)  # TR201@13 self.relu1
        x = x.view(x.size(0), -1)
        x = F.linear(x, torch.randn(10, x.shape[1]))  # aimet: TR103@13 torch.nn.functional.linear
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


class FunctionalRelus(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 8, 3)
        self.fc1 = nn.Linear(8 * 4 * 4, 16)
        self.fc2 = nn.Linear(16, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))  # TR101@13 torch.nn.functional.relu
        x = F.relu(self.conv2(x))  # TR101@13 torch.nn.functional.relu
        x = x.flatten(1)
        x = F.relu(self.fc1(x))  # TR101@13 torch.nn.functional.relu
        x = self.fc2(x).relu()  # TR101@13 torch.Tensor.relu
        return x


class DuplicateRelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 8, 3)
        self.fc = nn.Linear(8 * 4 * 4, 10)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu(self.conv2(x))  # TR201@13 self.relu
        x = x.flatten(1)
        x = self.relu(self.fc(x)).relu()  # TR201@13 self.relu; TR101@13 torch.Tensor.relu
        return x


class RecurrentCell(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(4, 6)

    def forward(self, x):
        hidden = torch.zeros(x.shape[1], 6)
        outputs = []
        for step in range(x.shape[0]):  # TR304@21 range
            hidden = self.cell(x[step], hidden)  # TR202@22 self.cell
            outputs.append(hidden)
        return outputs[-1]


class ConvolutionStack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(4, 4, 3, padding=1) for _ in range(3)])

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))  # TR101@17 torch.nn.functional.relu in ConvolutionStack
        return x


class RepeatedStack(nn.Module):
    def __init__(self, repetition=2):
        super().__init__()
        self.repetition = repetition
        self.stack = ConvolutionStack()

    def forward(self, x):
        for _ in range(self.repetition):
            x = self.stack(x)  # TR202@17 self.stack
            x = F.relu(x)  # TR101@17 torch.nn.functional.relu
        return x


class CustomActivation(nn.Module):
    @staticmethod
    def forward(x):
        return x * F.softplus(x).sigmoid()  # aimet: TR103; TR101@20 torch.nn.functional.softplus; TR101@20 torch.Tensor.sigmoid


class ModelWithCustomActivation(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.relu1 = nn.ReLU()
        self.custom = CustomActivation()

    def forward(self, x):
        x = self.relu1(self.conv(x))
        x = self.relu1(x)  # TR201@13 self.relu1
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        x = self.custom(x)
        x += 1  # aimet: TR103
        return x


class ReluWrapper(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)


class ReusedReluLeaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu(self.fc1(x))
        return self.relu(self.fc2(x))  # TR201@16 self.relu


class ReusedReluWrapper(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.layer = ReluWrapper()

    def forward(self, x):
        x = self.layer(self.fc1(x))
        return self.layer(self.fc2(x))  # TR201@16 self.layer


INPUTS = {
    "ReusedNodes": lambda: (torch.rand(2, 3, 8, 8),),
    "FunctionalOps": lambda: (torch.rand(2, 3, 8, 8),),
    "FunctionalRelus": lambda: (torch.rand(2, 3, 8, 8),),
    "DuplicateRelu": lambda: (torch.rand(2, 3, 8, 8),),
    "RecurrentCell": lambda: (torch.rand(3, 2, 4),),
    "ConvolutionStack": lambda: (torch.rand(2, 4, 8, 8),),
    "RepeatedStack": lambda: (torch.rand(2, 4, 8, 8),),
    "CustomActivation": lambda: (torch.rand(2, 4),),
    "ModelWithCustomActivation": lambda: (torch.rand(2, 3, 8, 8),),
    "ReluWrapper": lambda: (torch.rand(2, 4),),
    "ReusedReluLeaf": lambda: (torch.rand(2, 4),),
    "ReusedReluWrapper": lambda: (torch.rand(2, 4),),
}
