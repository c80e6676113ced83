"""The constructor wants arguments that the configuration does not give."""
# forward failed: the model cannot be built: TypeError: Net.__init__() missing 1 required positional argument: 'width'
# trace skipped: not run: the model cannot be built: TypeError: Net.__init__() missing 1 required positional argument: 'width'
# export skipped: not run: the model cannot be built: TypeError: Net.__init__() missing 1 required positional argument: 'width'
# onnx skipped: not run: the model cannot be built: TypeError: Net.__init__() missing 1 required positional argument: 'width'

from torch import nn


class Net(nn.Module):  # TR480@7-10 the model cannot be built: TypeError: Net.__init__() missing 1 required positional argument: 'width'
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(4, width)

    def forward(self, x):
        return self.layer(x)
