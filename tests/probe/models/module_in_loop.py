"""One module in every turn of a loop."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        for _ in range(3):
            x = self.layer(x)  # TR202@17-27 `self.layer` is called in every turn of a loop: its quantizers would see one distribution per turn; an `nn.ModuleList` with one module per turn would untie the weights: decide by hand
        return x
