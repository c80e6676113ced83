"""Functions that models of other files call. Their callers may do so outside of a graph, so it is information."""

import torch


def in_python(sizes: torch.Tensor):
    return [height * width for height, width in sizes.tolist()]  # TR303@49 torch.Tensor.tolist in nothing


def of_a_report(sizes: torch.Tensor):
    return sizes.tolist()  # | no model calls it
