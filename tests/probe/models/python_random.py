"""A random number of Python's is drawn once, when the trace is made."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; random numbers of Python's or numpy's are drawn once, when the trace is made
# export passed
# onnx failed: the dynamo exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

import random
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * random.random()  # TR392@16-35 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; random numbers of Python's or numpy's are drawn once, when the trace is made | TR491@16-35 the ONNX export is wrong with the dynamo exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
