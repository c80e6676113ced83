import torch
from torch import nn
from weights import load_pretrained, resized_positions, scaled


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(1, 2, 4))
        self.scale = torch.ones(4)

    def load(self, saved):
        self.load_state_dict(resized_positions(saved, 2))
        load_pretrained(self, "weights.pt")

    def forward(self, x):
        return scaled(x + self.positions, checkpoint=self.training)


INPUTS = {"Net": lambda: (torch.rand(2, 2, 4),)}
