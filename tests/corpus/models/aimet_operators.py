# profile: aimet
"""Tensor arithmetic and its functions: TR103 where AIMET has a module, only in its profile."""

import operator

import torch
import torch.nn as nn
import torch.nn.functional as F


class Arithmetic(nn.Module):
    def forward(self, x, y):
        a = x + y  # aimet: TR103@13
        b = x + 1  # aimet: TR103@13
        c = 1 + x  # aimet: TR103@13
        d = x - y  # aimet: TR103@13
        e = 1 - x  # aimet: TR103@13
        f = x * 2  # aimet: TR103@13
        g = x / y  # aimet: TR103@13
        h = 1 / x  # aimet: TR103@13
        i = x // 2  # aimet: TR103@13
        j = x % 2  # aimet: TR103@13
        k = x**2  # aimet: TR103@13
        l = x @ y.transpose(-1, -2)  # aimet: TR103@13
        m = -x  # aimet: TR103@13
        return a, b, c, d, e, f, g, h, i, j, k, l, m


class AugmentedAssignments(nn.Module):
    def forward(self, x, y):
        x = x.clone()
        x += y  # aimet: TR103
        x -= y  # aimet: TR103
        x *= y  # aimet: TR103
        x /= 2  # aimet: TR103
        return x


class ChainedArithmetic(nn.Module):
    def forward(self, x, y):
        return (x * 2 + y) / 3  # aimet: TR103; aimet: TR103; aimet: TR103


class KeptByTests(nn.Module):
    """Tests leave nothing in a graph but what they give a name to or change."""

    def forward(self, x):
        y = x.clone()
        if (total := y.sum()) > 50:  # aimet: TR103@22; TR301@12
            y = y.float()
        if y.exp_().sum() > 500:  # aimet: TR103@12; TR301@12
            y = y.float()
        is_large = y.sum() > 50  # aimet: TR103@20; aimet: TR103@20
        return y, total, is_large


class ArithmeticFunctions(nn.Module):
    def forward(self, x, y):
        a = torch.add(x, y)  # aimet: TR103@13 torch.add
        b = torch.add(x, y, alpha=2)  # aimet: TR103@13 torch.add
        c = torch.sub(x, y)  # aimet: TR103@13 torch.sub
        d = torch.subtract(x, y)  # aimet: TR103@13 torch.subtract
        e = torch.mul(x, y)  # aimet: TR103@13 torch.mul
        f = torch.multiply(x, y)  # aimet: TR103@13 torch.multiply
        g = torch.div(x, y)  # aimet: TR103@13 torch.div
        h = torch.true_divide(x, y)  # aimet: TR103@13 torch.true_divide
        i = torch.div(x, y, rounding_mode="floor")  # aimet: TR103@13 torch.div
        j = torch.floor_divide(x, y)  # aimet: TR103@13 torch.floor_divide
        k = torch.remainder(x, y)  # aimet: TR103@13 torch.remainder
        l = torch.fmod(x, y)  # aimet: TR103@13 torch.fmod
        m = torch.pow(x, 2)  # aimet: TR103@13 torch.pow
        n = torch.matmul(x, y.transpose(-1, -2))  # aimet: TR103@13 torch.matmul
        o = torch.bmm(x[:, 0], y[:, 0])  # aimet: TR103@13 torch.bmm
        p = torch.addmm(x[0, 0], x[0, 1], y[0, 0])  # aimet: TR103@13 torch.addmm
        q = torch.baddbmm(x[:, 0], x[:, 1], y[:, 0])  # aimet: TR103@13 torch.baddbmm
        r = torch.outer(x[0, 0, 0], y[0, 0, 0])  # aimet: TR103@13 torch.outer
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r


class ArithmeticMethods(nn.Module):
    def forward(self, x, y):
        a = x.add(y)  # aimet: TR103@13 torch.Tensor.add
        b = x.clone().add_(y)  # aimet: TR103@13 torch.Tensor.add_
        c = x.sub(y)  # aimet: TR103@13 torch.Tensor.sub
        d = x.mul(y)  # aimet: TR103@13 torch.Tensor.mul
        e = x.div(y)  # aimet: TR103@13 torch.Tensor.div
        f = x.pow(2)  # aimet: TR103@13 torch.Tensor.pow
        g = x.matmul(y)  # aimet: TR103@13 torch.Tensor.matmul
        return a, b, c, d, e, f, g


class ThroughOperatorModule(nn.Module):
    def forward(self, x, y):
        x = operator.mul(x, y)  # aimet: TR103@13
        return operator.add(x, y)  # aimet: TR103@16


class Pointwise(nn.Module):
    def forward(self, x):
        a = torch.neg(x)  # aimet: TR103@13 torch.neg
        b = torch.abs(x)  # aimet: TR103@13 torch.abs
        c = x.abs()  # aimet: TR103@13 torch.Tensor.abs
        d = x.square()  # aimet: TR103@13 torch.Tensor.square
        e = torch.sqrt(c)  # aimet: TR103@13 torch.sqrt
        f = torch.rsqrt(c)  # aimet: TR103@13 torch.rsqrt
        g = x.exp()  # aimet: TR103@13 torch.Tensor.exp
        h = torch.exp(x)  # aimet: TR103@13 torch.exp
        i = torch.log(h)  # aimet: TR103@13 torch.log
        j = torch.erf(x)  # aimet: TR103@13 torch.erf
        k = torch.sin(x)  # aimet: TR103@13 torch.sin
        l = torch.cos(x)  # aimet: TR103@13 torch.cos
        m = torch.floor(x)  # aimet: TR103@13 torch.floor
        n = torch.ceil(x)  # aimet: TR103@13 torch.ceil
        o = torch.round(x)  # aimet: TR103@13 torch.round
        p = torch.sign(x)  # aimet: TR103@13 torch.sign
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p


class Comparisons(nn.Module):
    def forward(self, x, y):
        a = x > y  # aimet: TR103@13
        b = x < y  # aimet: TR103@13
        c = x >= 0.5  # aimet: TR103@13
        d = x <= 0.5  # aimet: TR103@13
        e = torch.maximum(x, y)  # aimet: TR103@13 torch.maximum
        f = torch.minimum(x, y)  # aimet: TR103@13 torch.minimum
        g = torch.where(a, x, y)  # aimet: TR103@13 torch.where
        h = x.masked_fill(b, 0.0)  # aimet: TR103@13 torch.Tensor.masked_fill
        i = torch.logical_and(c, d)  # aimet: TR103@13 torch.logical_and
        return e, f, g, h, i


class Reductions(nn.Module):
    def forward(self, x):
        a = torch.max(x)  # aimet: TR103@13 torch.max
        b = torch.max(x, 1)[0]  # aimet: TR103@13 torch.max
        c = x.amax(1)  # aimet: TR103@13 torch.Tensor.amax
        d = torch.min(x)  # aimet: TR103@13 torch.min
        e = torch.argmax(x, 1)  # aimet: TR103@13 torch.argmax
        f = torch.topk(x, 2)[0]  # aimet: TR103@13 torch.topk
        g = x.sum()  # aimet: TR103@13 torch.Tensor.sum
        h = torch.sum(x, 1)  # aimet: TR103@13 torch.sum
        i = x.prod()  # aimet: TR103@13 torch.Tensor.prod
        j = x.cumsum(1)  # aimet: TR103@13 torch.Tensor.cumsum
        k = torch.cumsum(x, dim=1)  # aimet: TR103@13 torch.cumsum
        l = x.norm()  # aimet: TR103@13 torch.Tensor.norm
        m = torch.norm(x)  # aimet: TR103@13 torch.norm
        n = F.normalize(x)  # aimet: TR103@13 torch.nn.functional.normalize
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n


class Joining(nn.Module):
    def forward(self, x, y):
        a = torch.cat([x, y], 1)  # aimet: TR103@13 torch.cat
        b = torch.cat((x, y), dim=1)  # aimet: TR103@13 torch.cat
        c = torch.cat([x, y], axis=1)  # aimet: TR103@13 torch.cat
        d = torch.cat(tensors=[x, y], dim=1)  # aimet: TR103@13 torch.cat
        e = torch.concat([x, y], 1)  # aimet: TR103@13 torch.concat
        f = torch.concatenate([x, y], 1)  # aimet: TR103@13 torch.concatenate
        g = torch.hstack([x, y])  # aimet: TR103@13 torch.hstack
        h = torch.vstack([x, y])  # aimet: TR103@13 torch.vstack
        return a, b, c, d, e, f, g, h


class ComputedWeights(nn.Module):
    def forward(self, x, y):
        a = F.conv2d(x, y[:, :, :3, :3])  # aimet: TR103@13 torch.nn.functional.conv2d
        b = F.linear(x, y[0, 0])  # aimet: TR103@13 torch.nn.functional.linear
        c = F.grid_sample(x, y.permute(0, 2, 3, 1)[..., :2])  # aimet: TR103@13 torch.nn.functional.grid_sample
        return a, b, c


class TakenByHand(nn.Module):
    def forward(self, x, index):
        a = x.scatter(1, index, 0.5)  # aimet: TR103@13 torch.Tensor.scatter
        b = F.one_hot(index, 4)  # aimet: TR103@13 torch.nn.functional.one_hot
        return a, b


IMAGE = lambda: (torch.rand(2, 4, 8, 8),)
IMAGES = lambda: (torch.rand(2, 4, 8, 8), torch.rand(2, 4, 8, 8))
INPUTS = {
    "KeptByTests": IMAGE,
    "Arithmetic": IMAGES,
    "AugmentedAssignments": IMAGES,
    "ChainedArithmetic": IMAGES,
    "ArithmeticFunctions": IMAGES,
    "ArithmeticMethods": IMAGES,
    "ThroughOperatorModule": IMAGES,
    "Pointwise": IMAGE,
    "Comparisons": IMAGES,
    "Reductions": IMAGE,
    "Joining": IMAGES,
    "ComputedWeights": IMAGES,
    "TakenByHand": lambda: (torch.rand(2, 4), torch.zeros(2, 1, dtype=torch.int64)),
}
