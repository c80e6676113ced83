"""The constructor raises."""
# forward failed: the model cannot be built: IndexError: list index out of range
# trace skipped: not run: the model cannot be built: IndexError: list index out of range
# export skipped: not run: the model cannot be built: IndexError: list index out of range
# onnx skipped: not run: the model cannot be built: IndexError: list index out of range

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [4, 8]
        self.layer = nn.Linear(widths[0], widths[2])  # TR480@43-52 the model cannot be built: IndexError: list index out of range

    def forward(self, x):
        return self.layer(x)
