"""A dataclass comes out."""
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Tracer cannot infer type of a value that is no tensor
# export failed: torch.export fails in both modes, non-strict and strict: RuntimeError: Found <class 'dataclass_output.Result'> in output, which is not a known type
# onnx failed: the dynamo exporter fails: torch.export fails: RuntimeError: Found <class 'dataclass_output.Result'> in output, which is not a known type; the TorchScript-based exporter fails: RuntimeError: Only tuples, lists and Variables are supported as JIT inputs/outputs

from dataclasses import dataclass
import torch
from torch import nn


@dataclass
class Result:
    scores: torch.Tensor


class Net(nn.Module):
    def forward(self, x):
        scores = x * 2
        return Result(scores)  # TR305@16-30 forward gives a Result: a trace gives tensors only, and tuples of them | TR390@16-30 torch.jit.trace fails: RuntimeError: Tracer cannot infer type of a value that is no tensor | TR393@16-30 torch.export fails in both modes, non-strict and strict: RuntimeError: Found <class 'dataclass_output.Result'> in output, which is not a known type | TR490@16-30 the ONNX export fails with the dynamo exporter: torch.export fails: RuntimeError: Found <class 'dataclass_output.Result'> in output, which is not a known type; the TorchScript-based exporter: RuntimeError: Only tuples, lists and Variables are supported as JIT inputs/outputs
