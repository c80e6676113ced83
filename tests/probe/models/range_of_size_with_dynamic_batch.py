"""The same loop with another batch size: the trace has two turns for ever."""
# dynamic-batch
# forward passed
# trace failed: the traced graph gives other results than the model on an input of twice the batch size: output 0 differs by up to … in 16 of 16 elements
# export failed: torch.export fails in both modes, non-strict and strict: the code works for one batch size only, so the batch cannot be dynamic
# onnx failed: the dynamo exporter fails: torch.export fails: the code works for one batch size only, so the batch cannot be dynamic; the TorchScript-based exporter writes a file, but the file gives other results than the model on an input of twice the batch size: output 0 differs by up to … in 16 of 16 elements

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        total = 0
        for index in range(x.size(0)):  # TR393@22-38 torch.export fails in both modes, non-strict and strict: the code works for one batch size only, so the batch cannot be dynamic | TR490@22-38 the ONNX export fails with the dynamo exporter: torch.export fails: the code works for one batch size only, so the batch cannot be dynamic
            total = total + x[index] * index  # TR392@13-45 the traced graph gives other results than the model on an input of twice the batch size: output 0 differs by up to … in 16 of 16 elements | TR491@13-45 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on an input of twice the batch size: output 0 differs by up to … in 16 of 16 elements
        return x + total
