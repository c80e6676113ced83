import torch
from torch import nn

from kit.optional import optional_import

Swap, has_swap = optional_import("kit.layers", name="Swap")
functional, _ = optional_import("torch.nn.functional")
missing, has_missing = optional_import("no_such_package")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.swap = Swap()
        self.missing = missing() if has_missing else nn.Identity()

    def forward(self, x):
        x = self.swap(functional.relu(x))  # TR101 torch.nn.functional.relu
        x = self.missing(x)
        return self.swap(x)  # TR201 self.swap


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
