# profile: aimet
"""Math-invariant operations, casts and constants: never reported, in no profile."""

import torch
import torch.nn as nn


class Views(nn.Module):
    def forward(self, x, y):
        a = x.view(x.size(0), -1)
        b = x.view(2, -1)
        c = x.reshape(2, -1)
        d = torch.reshape(x, (2, -1))
        e = x.flatten(1)
        f = torch.flatten(x, 1)
        g = x.permute(0, 2, 3, 1)
        h = torch.permute(x, (0, 2, 3, 1))
        i = x.transpose(1, 2)
        j = torch.transpose(x, 1, 2)
        k = x.unsqueeze(0)
        l = torch.unsqueeze(x, 0)
        m = x.squeeze()
        n = x.expand(2, 2, 4, 8, 8)
        o = x.expand_as(y)
        p = x.contiguous().clone()
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p


class Indexing(nn.Module):
    def forward(self, x):
        a = x.narrow(1, 0, 2)
        b = x[:, :2]
        c = x[:, 0]
        d = x[..., 0]
        e = x[:, None]
        f = x[:, [0, 1]]
        g = x.select(1, 0)
        h = torch.index_select(x, 1, torch.tensor([0, 1]))
        i = x.index_select(1, torch.tensor([0]))
        j = torch.split(x, 2, 1)[0]
        k = x.split(2, 1)[0]
        l = torch.chunk(x, 2, 1)[0]
        m, n = x.chunk(2, 1)
        return a, b, c, d, e, f, g, h, i, j, k, l, m, n


class Means(nn.Module):
    def forward(self, x):
        a = x.mean()
        b = x.mean(dim=1)
        c = torch.mean(x, 1)
        d = x.mean([2, 3])
        return a, b, c, d


class Casts(nn.Module):
    def forward(self, x):
        a = x.to(torch.float64)
        b = x.float()
        c = x.double()
        d = x.type(torch.float64)
        e = x.half().float()
        f = x.detach()
        return a, b, c, d, e, f


class EqualityComparisons(nn.Module):
    def forward(self, x, y):
        return x == y, x != y


class Constants(nn.Module):
    def forward(self, x):
        a = torch.zeros_like(x)
        b = torch.ones(2, 4, 8, 8)
        c = torch.arange(8)
        d = x.new_zeros(2, 4, 8, 8)
        e = torch.full((2, 2), 0.5)
        f = torch.randn(x.shape)
        g = torch.tensor([1.0, 2.0])
        h = torch.empty(x.size(0), 4, device=x.device)
        return a, b, c, d, e, f, g, h


class ShapeNumbers(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.shape
        area = height * width
        half = channels // 2
        ratio = height / width
        count = x.numel() + len(x) - x.dim()  # TR304@29
        large = x.size(-1) > 4 and x.shape[0] * 2 >= half
        if large:  # TR304@12
            x = x.reshape(batch, channels, area)
        return x, ratio, count  # TR305@19; TR305@26


class NumbersOfTheModel(nn.Module):
    def __init__(self, heads=2, width=8):
        super().__init__()
        self.heads = heads
        self.head_width = width // heads
        self.scale = self.head_width**-0.5

    def forward(self, x):
        scale = self.scale * 2
        half = self.head_width // 2 + 1
        if half > 1 and scale < 10.0:
            return x.view(-1, self.heads, self.head_width * 1)
        return x


IMAGE = lambda: (torch.rand(2, 4, 8, 8),)
IMAGES = lambda: (torch.rand(2, 4, 8, 8), torch.rand(2, 4, 8, 8))
INPUTS = {
    "Views": IMAGES,
    "Indexing": IMAGE,
    "Means": IMAGE,
    "Casts": IMAGE,
    "EqualityComparisons": IMAGES,
    "Constants": IMAGE,
    "ShapeNumbers": IMAGE,
    "NumbersOfTheModel": IMAGE,
}
