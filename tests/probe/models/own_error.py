"""forward raises an error of its own, in a function that it calls."""
# forward failed: forward fails on the dummy input: ValueError: an image has 4 dimensions, not 2
# trace skipped: not run: forward fails on the dummy input: ValueError: an image has 4 dimensions, not 2
# export skipped: not run: forward fails on the dummy input: ValueError: an image has 4 dimensions, not 2
# onnx skipped: not run: forward fails on the dummy input: ValueError: an image has 4 dimensions, not 2

from torch import nn


def checked(x):
    if x.dim() != 4:
        raise ValueError(f"an image has 4 dimensions, not {x.dim()}")  # TR481@9-70 forward fails on the dummy input: ValueError: an image has 4 dimensions, not 2
    return x


class Net(nn.Module):
    def forward(self, x):
        return checked(x) + 1
