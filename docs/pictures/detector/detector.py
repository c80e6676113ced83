"""The model of `report.png`: a small detector with one of each thing that a report shows."""

import torch
import torch.nn.functional as F
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inner, outer, kernel_size=3, stride=stride, padding=1)
        self.norm = nn.BatchNorm2d(outer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.norm(self.conv(x)))


class ResidualBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.relu(self.conv1(x))
        return self.relu(x + self.conv2(y))


class Backbone(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvBlock(3, 16, stride=2), nn.MaxPool2d(2))
        self.stage1 = nn.Sequential(ResidualBlock(16), ResidualBlock(16))
        self.down = ConvBlock(16, 32, stride=2)
        self.stage2 = nn.Sequential(ResidualBlock(32), ResidualBlock(32))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        fine = self.stage1(self.stem(x))
        return fine, self.stage2(self.down(fine))


class Head(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classify = nn.Conv2d(16, classes, kernel_size=1)
        self.boxes = nn.Conv2d(16, 4, kernel_size=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scores = self.classify(x)
        if scores.max() > 0:
            scores = scores - scores.mean()
        return scores, self.boxes(x)


class Detector(nn.Module):
    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.lateral = nn.Conv2d(32, 16, kernel_size=1)
        self.heads = nn.ModuleList([Head(classes), Head(classes)])
        self.auxiliary = nn.Linear(16, classes)

    def forward(
        self, x: torch.Tensor
    ) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
        fine, coarse = self.backbone(x)
        near, far = self.heads
        return near(fine), far(self.lateral(coarse))
