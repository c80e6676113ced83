"""A model that others of the same name know nothing of."""

from torch import nn

from .sizes import in_python


class Net(nn.Module):
    def forward(self, x, sizes):
        return {"x": x[: sum(in_python(sizes))]}  # TR305@16
