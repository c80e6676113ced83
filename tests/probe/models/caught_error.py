"""An error is caught that only some inputs raise."""
# forward passed
# trace failed: tracing ended its process: a segmentation fault in native code (SIGSEGV)
# export skipped: not tried: tracing ended its process: a segmentation fault in native code (SIGSEGV)
# onnx skipped: not tried: tracing ended its process: a segmentation fault in native code (SIGSEGV)

from torch import nn


class Net(nn.Module):  # TR390@7-10 tracing ended its process: a segmentation fault in native code (SIGSEGV)
    def forward(self, x):
        try:
            return x.view(3, 3)
        except RuntimeError:
            return x.view(-1)
