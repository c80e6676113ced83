"""What only training does is no concern: models are run as they are deployed."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = self.dropout(self.layer(x))
        if self.training:
            x = x + x.mean().item()
        return x
