"""Functionals on the module's own parameters: layers that hide their weights."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import Parameter


class OwnLinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(3, 4))
        self.bias = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)  # TR102@16 torch.nn.functional.linear in OwnLinear


class OwnConvolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = Parameter(torch.rand(4, 4, 3, 3))
        self.bias = Parameter(torch.rand(4))
        self.line_weight = Parameter(torch.rand(4, 4, 3))

    def forward(self, x):
        a = F.conv2d(x, self.weight)  # TR102@13 torch.nn.functional.conv2d
        b = F.conv2d(x, self.weight, self.bias, stride=2)  # TR102@13 torch.nn.functional.conv2d
        c = F.conv2d(x, weight=self.weight, bias=self.bias)  # TR102@13 torch.nn.functional.conv2d
        d = F.conv_transpose2d(x, self.weight)  # TR102@13 torch.nn.functional.conv_transpose2d
        e = F.conv1d(x[..., 0], self.line_weight)  # TR102@13 torch.nn.functional.conv1d
        f = torch.conv2d(x, self.weight)  # TR102@13 torch.conv2d
        return a, b, c, d, e, f


class OwnNormalisations(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4))
        self.bias = nn.Parameter(torch.zeros(4))
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("var", torch.ones(4))

    def forward(self, x):
        a = F.batch_norm(x, self.mean, self.var)  # TR102@13 torch.nn.functional.batch_norm
        b = F.batch_norm(x, self.mean, self.var, self.weight, self.bias, self.training)  # TR102@13 torch.nn.functional.batch_norm
        c = F.layer_norm(x, (4,), self.weight, self.bias)  # TR102@13 torch.nn.functional.layer_norm
        d = F.rms_norm(x, (4,), weight=self.weight)  # TR102@13 torch.nn.functional.rms_norm
        e = F.group_norm(x, 2, self.weight, self.bias)  # TR102@13 torch.nn.functional.group_norm
        return a, b, c, d, e


class OwnPrelu(nn.Module):
    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.full((1,), 0.25))

    def forward(self, x):
        return F.prelu(x, self.slope)  # TR102@16 torch.nn.functional.prelu


class OwnEmbedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.rand(10, 4))

    def forward(self, ids):
        return F.embedding(ids, self.table)  # TR102@16 torch.nn.functional.embedding


class RegisteredParameter(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_parameter("kernel", nn.Parameter(torch.rand(3, 4)))

    def forward(self, x):
        return F.linear(x, self.kernel)  # TR102@16 torch.nn.functional.linear


class InheritedParameters(nn.Linear):
    def forward(self, x):
        return F.linear(x, self.weight, self.bias)  # TR102@16 torch.nn.functional.linear in InheritedParameters


class ThroughLocalName(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(3, 4))

    def forward(self, x):
        weight = self.weight
        return F.linear(x, weight)  # TR102@16 torch.nn.functional.linear


def linear_on(x, weight, bias=None):
    return F.linear(x, weight, bias)  # TR102@12 torch.nn.functional.linear in nothing


def causal_convolution(x, weight: nn.Parameter):
    return F.conv1d(x, weight.unsqueeze(1), groups=4)  # TR102@12 torch.nn.functional.conv1d in nothing


def linear_on_anything(x, weight):
    return F.linear(x, weight)


class HandsWeightsOn(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection = nn.Linear(4, 4)
        self.convolution = nn.Conv1d(4, 4, 3, groups=4)

    def forward(self, x):
        x = linear_on(x, self.projection.weight, self.projection.bias)
        x = linear_on_anything(x, torch.eye(4))
        return causal_convolution(x.transpose(1, 2), self.convolution.weight.squeeze(1))


class StackOfWeights(nn.Module):
    """One weight for each expert: the counter picks a view of the parameter, and indices compute another weight."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(2, 3, 4))

    def forward(self, x, choice):
        outputs = []
        for i in range(2):
            outputs.append(F.linear(x, self.weight[i]))  # TR102@28 torch.nn.functional.linear in StackOfWeights
        outputs.append(F.linear(x, self.weight[0]))  # TR102@24 torch.nn.functional.linear in StackOfWeights
        outputs.append(F.linear(x, self.weight[choice].mean(0)))
        return torch.cat(outputs)


class WholeOrExpanded(nn.Module):
    def __init__(self, channels=None):
        super().__init__()
        self.channels = channels
        self.register_buffer("kernel", torch.ones(channels or 1, 1, 3, 3))

    def forward(self, x):
        if self.channels is None:
            channels = x.shape[1]
            weight = self.kernel.expand(channels, 1, 3, 3)
        else:
            channels = self.channels
            weight = self.kernel
        return F.conv2d(x, weight, groups=channels)  # TR102 torch.nn.functional.conv2d in WholeOrExpanded


class ComputedWeights(nn.Module):
    """No layer has a weight that is made anew on every call."""

    def __init__(self):
        super().__init__()
        self.hyper = nn.Linear(4, 12)

    def forward(self, x, kernel):
        a = F.conv2d(x, kernel)
        weight = self.hyper(x[0, 0, 0]).view(3, 4)
        b = F.linear(x.flatten(2).transpose(1, 2), weight)
        c = F.linear(x.flatten(2).transpose(1, 2), torch.randn(5, 4))
        return a, b, c


def inherited_parameters():
    return InheritedParameters(4, 3)


INPUTS = {
    "OwnLinear": lambda: (torch.rand(2, 4),),
    "OwnConvolutions": lambda: (torch.rand(2, 4, 8, 8),),
    "OwnNormalisations": lambda: (torch.rand(2, 4),),
    "OwnPrelu": lambda: (torch.rand(2, 4),),
    "OwnEmbedding": lambda: (torch.tensor([[1, 2]]),),
    "RegisteredParameter": lambda: (torch.rand(2, 4),),
    "inherited_parameters": lambda: (torch.rand(2, 4),),
    "ThroughLocalName": lambda: (torch.rand(2, 4),),
    "HandsWeightsOn": lambda: (torch.rand(2, 5, 4),),
    "StackOfWeights": lambda: (torch.rand(2, 4), torch.tensor([1, 0])),
    "WholeOrExpanded": lambda: (torch.rand(1, 2, 4, 4),),
    "ComputedWeights": lambda: (torch.rand(2, 4, 2, 4)[..., :4], torch.rand(3, 4, 1, 1)),
}
