import torch

import zoo.child
from zoo import base as base_module


class GrandChild(zoo.child.Child):
    def head(self, x):
        x = super().head(x)
        return torch.tanh(x)  # TR101@16 torch.tanh in GrandChild


class Sibling(base_module.Base):
    def head(self, x):
        return self.act(x)  # TR201@16 self.act in Sibling


INPUTS = {"GrandChild": lambda: (torch.rand(2, 4),), "Sibling": lambda: (torch.rand(2, 4),)}
