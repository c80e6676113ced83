"""Who names the newer exporter gets its answer, and a file in the opset that was asked for or none."""
# opset: 17
# exporters: dynamo
# forward passed
# trace passed
# export passed
# onnx failed: the dynamo exporter writes opset 18, since it cannot convert the model to opset 17

from torch import nn


class Net(nn.Module):
    def forward(self, x):  # TR490@9-16 the ONNX export fails with the dynamo exporter: it writes opset 18, since it cannot convert the model to opset 17
        return nn.functional.pad(x, (1, 1))  # TR101@16-33 `F.pad` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.ConstantPad1d or its like` in `__init__`
