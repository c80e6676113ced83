"""A dict comes out."""
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Encountering a dict at the output of the tracer might cause the trace to be incorrect, this is only valid if the container structure does not change based on the module's inputs
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = x * 2
        return {"input": x, "doubled": y}  # TR305@16-42 forward gives a dict: a trace gives tensors only, and tuples of them | TR390@16-42 torch.jit.trace fails: RuntimeError: Encountering a dict at the output of the tracer might cause the trace to be incorrect, this is only valid if the container structure does not change based on the module's inputs
