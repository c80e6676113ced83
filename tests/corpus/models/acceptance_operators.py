# profile: aimet
"""AIMET's acceptance models around operators (rows 5-15, 22-26, 34 and 37 of its table), each written anew."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.relu1 = nn.ReLU()
        self.relu2 = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(5)
        self.fc = nn.Linear(200, 10)

    def forward(self, x):
        x = self.relu1(self.bn(self.conv1(x)))
        residual = x
        x = self.conv2(x)
        x += residual  # aimet: TR103
        x = self.pool(self.relu2(x))
        return self.fc(x.view(x.size(0), -1))


class ResidualWithAveragePool(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        residual = x
        x = self.conv(x)
        x += residual  # aimet: TR103
        return self.pool(x)


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(3, 8, 3)
        self.relu = nn.ReLU()

    def forward(self, *inputs):
        x1 = self.conv1(inputs[0])
        x2 = self.conv2(inputs[1])
        x = x1 + x2  # aimet: TR103@13
        return self.relu(x)


class ReboundInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(3, 8, 3)

    def forward(self, x1, x2):
        x1 = self.conv1(x1)
        x2 = self.conv2(x2)
        return x1 + x2  # aimet: TR103@16


class TransposedInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.ConvTranspose2d(3, 8, 3)
        self.conv2 = nn.ConvTranspose2d(3, 8, 3)

    def forward(self, x1, x2):
        return self.conv1(x1) + self.conv2(x2)  # aimet: TR103@16


class DictInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(3, 8, 3)

    def forward(self, inputs):
        left = self.conv1(inputs["left"])
        right = self.conv2(inputs["right"])
        return left + right  # aimet: TR103@16


class ConcatenatesVariable(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        parts = [self.conv1(x), self.conv2(x)]
        return torch.cat(parts, 1)  # aimet: TR103@16 torch.cat


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return torch.cat([self.conv1(x), self.conv2(x)], dim=1)  # aimet: TR103@16 torch.cat in Inner


class Hierarchical(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Inner()
        self.second = Inner()

    def forward(self, x):
        a = self.first(x.narrow(1, 0, 3))
        b = self.second(x.narrow(1, 3, 3))
        return torch.cat((a, b), 1)  # aimet: TR103@16 torch.cat in Hierarchical


class TwoOutputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3)
        self.conv2 = nn.Conv2d(3, 3, 3)

    def forward(self, x):
        return self.conv1(x), self.conv2(x)


class UnpacksOutputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = TwoOutputs()

    def forward(self, x):
        a, b = self.layer(x)
        return torch.cat([a, b], 1)  # aimet: TR103@16 torch.cat


class GroupedConvolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(2, 2, 1) for _ in range(2)])

    def forward(self, x):
        pieces = torch.split(x, 2, dim=1)
        done = [conv(piece) for conv, piece in zip(self.convs, pieces)]
        return torch.cat(done, dim=1)  # aimet: TR103@16 torch.cat


class OwnFunctionalConvolution(nn.Module):
    """AIMET's validator lets this one pass: a single-operation model without children."""

    def __init__(self):
        super().__init__()
        self.register_buffer("kernel", torch.rand(3, 3, 3, 3))

    def forward(self, x):
        return F.conv2d(x, self.kernel)  # default: TR102@16 torch.nn.functional.conv2d


class DataMovement(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        y = self.fc(x).reshape(-1, 4, 4)
        return y + torch.transpose(y, 1, 2)  # aimet: TR103@16


class NestedModuleCalls(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8 * 36, 4)

    def forward(self, x):
        x = self.fc(self.flatten(self.conv(x)))
        return x.reshape(-1, 2, 2).transpose(1, 2)


class TensorPlusNumber(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        y = self.conv(x)
        return y, y + 2  # aimet: TR103@19


class OperatorsAndFunctionals(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        x = x * torch.ones(4, 1, 1)  # aimet: TR103@13
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        x = x - torch.ones(4, 1, 1)  # aimet: TR103@13
        x = x / (2 * torch.ones(4, 1, 1))  # aimet: TR103@13; aimet: TR103@18
        x = F.max_pool2d(x, 2)  # TR101@13 torch.nn.functional.max_pool2d
        return F.adaptive_avg_pool2d(x, (1, 1))  # TR101@16 torch.nn.functional.adaptive_avg_pool2d


class InvertedResidual(nn.Module):
    def __init__(self, channels=4, stride=1):
        super().__init__()
        self.use_residual = stride == 1
        self.conv = nn.Sequential(
            nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(inplace=True),
        )

    def forward(self, x):
        if self.use_residual:
            return x + self.conv(x)  # aimet: TR103@20
        else:
            return self.conv(x)


class SmallMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(InvertedResidual(), InvertedResidual(stride=2))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(4, 10))

    def forward(self, x):
        x = self.features(x)
        x = x.mean(3).mean(2)
        return self.classifier(x)


IMAGE = lambda: (torch.rand(2, 3, 8, 8),)
IMAGES = lambda: (torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8))
INPUTS = {
    "Residual": IMAGE,
    "ResidualWithAveragePool": IMAGE,
    "TwoInputs": IMAGES,
    "ReboundInputs": IMAGES,
    "TransposedInputs": IMAGES,
    "DictInput": lambda: ({"left": torch.rand(2, 3, 8, 8), "right": torch.rand(2, 3, 8, 8)},),
    "ConcatenatesVariable": IMAGE,
    "Inner": IMAGE,
    "Hierarchical": lambda: (torch.rand(2, 6, 8, 8),),
    "TwoOutputs": IMAGE,
    "UnpacksOutputs": IMAGE,
    "GroupedConvolution": lambda: (torch.rand(2, 4, 8, 8),),
    "OwnFunctionalConvolution": IMAGE,
    "DataMovement": lambda: (torch.rand(8, 4),),
    "NestedModuleCalls": IMAGE,
    "TensorPlusNumber": IMAGE,
    "OperatorsAndFunctionals": IMAGE,
    "InvertedResidual": lambda: (torch.rand(2, 4, 8, 8),),
    "SmallMobileNet": lambda: (torch.rand(2, 4, 8, 8),),
}
