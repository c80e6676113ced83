"""The newer exporter writes another opset than it was asked for where converting fails, and only logs that."""
# opset: 17
# forward passed
# trace passed
# export passed
# onnx passed: the dynamo exporter writes opset 18, since it cannot convert the model to opset 17; the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):  # TR490@9-16 information the ONNX export fails with the dynamo exporter: it writes opset 18, since it cannot convert the model to opset 17 (the TorchScript-based exporter passes)
        return nn.functional.pad(x, (1, 1))  # TR101@16-33 `F.pad` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.ConstantPad1d or its like` in `__init__`
