from compat import F, Layer, nn, rectify, torch


class Net(Layer):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        x = F.gelu(self.act(x))  # TR101@13 torch.nn.functional.gelu in Net
        x = rectify(x)  # TR101@13 torch.nn.functional.relu in Net
        return self.act(x)  # TR201@16 self.act in Net


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
