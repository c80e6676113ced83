"""An error is caught that only some inputs raise."""
# forward passed
# trace failed: tracing ended its process: a segmentation fault in native code (SIGSEGV)
# export passed
# onnx failed: the dynamo exporter fails: aten::view: RuntimeError: shape '[3, 3]' is invalid for input of size 8; the TorchScript-based exporter ended its process: a segmentation fault in native code (SIGSEGV)

from torch import nn


class Net(nn.Module):  # TR390@7-10 tracing ended its process: a segmentation fault in native code (SIGSEGV)
    def forward(self, x):  # TR490@9-16 the ONNX export fails with the dynamo exporter: aten::view: RuntimeError: shape '[3, 3]' is invalid for input of size 8; the TorchScript-based exporter: it ended its process: a segmentation fault in native code (SIGSEGV)
        try:
            return x.view(3, 3)
        except RuntimeError:
            return x.view(-1)
