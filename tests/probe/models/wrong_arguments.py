"""forward wants more than the dummy input gives."""
# forward failed: forward fails on the dummy input: TypeError: Net.forward() missing 1 required positional argument: 'mask'
# trace skipped: not run: forward fails on the dummy input: TypeError: Net.forward() missing 1 required positional argument: 'mask'
# export skipped: not run: forward fails on the dummy input: TypeError: Net.forward() missing 1 required positional argument: 'mask'
# onnx skipped: not run: forward fails on the dummy input: TypeError: Net.forward() missing 1 required positional argument: 'mask'

from torch import nn


class Net(nn.Module):
    def forward(self, x, mask):  # TR481@9-16 forward fails on the dummy input: TypeError: Net.forward() missing 1 required positional argument: 'mask'
        return x * mask
