"""Functions that models of other files call, and some that none calls."""

import torch
import torch.nn as nn
import torch.nn.functional as F


def normalize_then_relu(x):
    return activate(F.layer_norm(x, (4,)))  # TR101@21 torch.nn.functional.layer_norm in nothing


def activate(x):
    return F.relu(x)  # TR101@12 torch.nn.functional.relu in nothing


def builds_layer(x):
    return nn.Tanh()(x)  # TR105@12 torch.nn.Tanh in nothing


def run_twice(layer, x):
    x = layer(x)
    return layer(x)  # | which module this is, only its callers in other files know


def loss(x, labels):
    return F.cross_entropy(x, labels)


def nobody_calls_me(x):
    return torch.sigmoid(x)
