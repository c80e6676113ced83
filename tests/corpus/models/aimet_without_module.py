# profile: aimet
"""Operations that AIMET flags and has no module for: TR104, only in its profile."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Clamping(nn.Module):
    def forward(self, x):
        a = torch.clamp(x, 0, 6)  # aimet: TR104@13 torch.clamp
        b = x.clamp(min=0)  # aimet: TR104@13 torch.Tensor.clamp
        c = x.clamp_min(0)  # aimet: TR104@13 torch.Tensor.clamp_min
        return a, b, c


class Statistics(nn.Module):
    def forward(self, x):
        a = x.std()  # aimet: TR104@13 torch.Tensor.std
        b = x.var(1)  # aimet: TR104@13 torch.Tensor.var
        c = torch.logsumexp(x, 1)  # aimet: TR104@13 torch.logsumexp
        d = torch.linalg.norm(x)  # aimet: TR104@13 torch.linalg.norm
        e = torch.sort(x)[0]  # aimet: TR104@13 torch.sort
        return a, b, c, d, e


class Combining(nn.Module):
    def forward(self, x, y):
        a = torch.einsum("bchw,bchv->bcwv", x, y)  # aimet: TR104@13 torch.einsum
        b = torch.addcmul(x, x, y)  # aimet: TR104@13 torch.addcmul
        c = torch.lerp(x, y, 0.5)  # aimet: TR104@13 torch.lerp
        d = torch.stack([x, y])  # aimet: TR104@13 torch.stack
        return a, b, c, d


class Rearranging(nn.Module):
    def forward(self, x):
        a = x.repeat(1, 2, 1, 1)  # aimet: TR104@13 torch.Tensor.repeat
        b = torch.flip(x, [1])  # aimet: TR104@13 torch.flip
        c = torch.roll(x, 1, 1)  # aimet: TR104@13 torch.roll
        d = x.unbind(1)[0]  # aimet: TR104@13 torch.Tensor.unbind
        e = torch.tril(x)  # aimet: TR104@13 torch.tril
        f = x.triu()  # aimet: TR104@13 torch.Tensor.triu
        g = x.unfold(2, 2, 2)  # aimet: TR104@13 torch.Tensor.unfold | not the unfold that nn.Unfold stands for
        h = torch.repeat_interleave(x, 2, 1)  # aimet: TR104@13 torch.repeat_interleave
        return a, b, c, d, e, f, g, h


class Sampling(nn.Module):
    def forward(self, x):
        a = F.gumbel_softmax(x)  # aimet: TR104@13 torch.nn.functional.gumbel_softmax
        return a.flatten(1)


class MaskLogic(nn.Module):
    def forward(self, x, mask):
        a = torch.bitwise_not(mask)  # aimet: TR104@13 torch.bitwise_not
        b = torch.bitwise_or(mask, a)  # aimet: TR104@13 torch.bitwise_or
        return x, b


IMAGE = lambda: (torch.rand(2, 4, 8, 8),)
IMAGES = lambda: (torch.rand(2, 4, 8, 8), torch.rand(2, 4, 8, 8))
INPUTS = {
    "Clamping": IMAGE,
    "Statistics": IMAGE,
    "Combining": IMAGES,
    "Rearranging": IMAGE,
    "Sampling": IMAGE,
    "MaskLogic": lambda: (torch.rand(2, 4), torch.tensor([True, False])),
}
