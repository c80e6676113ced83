"""An attribute that does not exist."""
# forward failed: forward fails on the dummy input: AttributeError: 'Net' object has no attribute 'layers'
# trace skipped: not run: forward fails on the dummy input: AttributeError: 'Net' object has no attribute 'layers'
# export skipped: not run: forward fails on the dummy input: AttributeError: 'Net' object has no attribute 'layers'
# onnx skipped: not run: forward fails on the dummy input: AttributeError: 'Net' object has no attribute 'layers'

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        return self.layers(x)  # TR481@16-27 forward fails on the dummy input: AttributeError: 'Net' object has no attribute 'layers'
