"""Shapes do not fit."""
# forward failed: forward fails on the dummy input: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2 and 4x8)
# trace skipped: not run: forward fails on the dummy input: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2 and 4x8)
# export skipped: not run: forward fails on the dummy input: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2 and 4x8)
# onnx skipped: not run: forward fails on the dummy input: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2 and 4x8)

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(4, 8)

    def forward(self, x):
        return self.wide(self.narrow(x))  # TR481@16-41 forward fails on the dummy input: RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x2 and 4x8)
