"""A dict with more than tensors in it comes out."""
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Tracer cannot infer type of a value that is no tensor
# export passed
# onnx failed: the dynamo exporter fails: forward gives a dict, which is no tensor (AttributeError: 'int' object has no attribute 'name'); the TorchScript-based exporter fails: RuntimeError: output 1 (2 [ torch.LongTensor{} ]) of traced region did not have observable data dependence with trace inputs; this probably indicates your program cannot be understood by the tracer

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return {"doubled": x * 2, "factor": 2}  # TR305@16-47 forward gives a dict: a trace gives tensors only, and tuples of them | TR390@16-47 torch.jit.trace fails: RuntimeError: Tracer cannot infer type of a value that is no tensor | TR490@16-47 the ONNX export fails with the dynamo exporter: forward gives a dict, which is no tensor (AttributeError: 'int' object has no attribute 'name'); the TorchScript-based exporter: RuntimeError: output 1 (2 [ torch.LongTensor{} ]) of traced region did not have observable data dependence with trace inputs; this probably indicates your program cannot be understood by the tracer
