"""The two examples of AIMET's model guideline page, and how the page wants them written."""

import torch


class FunctionalRelu(torch.nn.Module):
    def forward(self, x):
        x = torch.nn.functional.relu(x)  # TR101@13 torch.nn.functional.relu in FunctionalRelu
        return x


class ModuleRelu(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = torch.nn.ReLU()

    def forward(self, x):
        x = self.relu(x)
        return x


class ReusedRelu(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = torch.nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu(x2)  # TR201@14 self.relu in ReusedRelu
        return x, x2


class DistinctRelus(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = torch.nn.ReLU()
        self.relu2 = torch.nn.ReLU()

    def forward(self, x, x2):
        x = self.relu(x)
        x2 = self.relu2(x2)
        return x, x2


INPUTS = {
    "FunctionalRelu": lambda: (torch.rand(2, 4),),
    "ModuleRelu": lambda: (torch.rand(2, 4),),
    "ReusedRelu": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "DistinctRelus": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
}
