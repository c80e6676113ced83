import torch
import torch.nn.functional as F

from zoo.base import Base, PlainParent


class Child(Base):
    def head(self, x):
        return F.relu(self.act(x))  # TR101@16 torch.nn.functional.relu in Child; TR201@23 self.act in Child


class CallsSuper(Base):
    def forward(self, x):
        x = super().forward(x)
        return self.fc(x)  # TR201@16 self.fc in CallsSuper


class NotAModel(PlainParent):
    def forward(self, x):
        return F.relu(x)


INPUTS = {"Child": lambda: (torch.rand(2, 4),), "CallsSuper": lambda: (torch.rand(2, 4),)}
