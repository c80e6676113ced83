# profile: aimet
"""AIMET's extended MNIST network (row 35) and a residual network in the manner of torchvision (row 60)."""

import torch
from torch import nn
from torch.nn import functional


class ExtendedMnist(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.conv3 = nn.Conv2d(4, 4, 3, padding=1)
        self.fc1 = nn.Linear(16, 8)
        self.fc2 = nn.Linear(8, 10)

    def forward(self, *inputs):
        x = functional.relu(functional.max_pool2d(self.conv1(*inputs), 2))  # TR101@13 torch.nn.functional.relu; TR101@29 torch.nn.functional.max_pool2d
        x = functional.relu(functional.max_pool2d(self.conv2(x), 2))  # TR101@13 torch.nn.functional.relu; TR101@29 torch.nn.functional.max_pool2d
        x = functional.relu(functional.max_pool2d(self.conv3(x), 2))  # TR101@13 torch.nn.functional.relu; TR101@29 torch.nn.functional.max_pool2d
        x = x.view(x.size(0), -1)
        x = functional.relu(self.fc1(x))  # TR101@13 torch.nn.functional.relu
        x = functional.dropout(x, training=self.training)  # TR101@13 torch.nn.functional.dropout
        x = self.fc2(x)
        return functional.log_softmax(x, dim=1)  # TR101@16 torch.nn.functional.log_softmax


class BasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x):
        identity = x

        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)

        out = self.conv2(out)
        out = self.bn2(out)

        if self.downsample is not None:
            identity = self.downsample(x)

        out += identity  # aimet: TR103 in BasicBlock
        out = self.relu(out)  # TR201@15 self.relu in BasicBlock

        return out


class ResidualNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.inplanes = 4
        self.conv1 = nn.Conv2d(3, 4, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(4, 2)
        self.layer2 = self._make_layer(8, 2, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(8, 10)

    def _make_layer(self, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, planes, 1, stride), nn.BatchNorm2d(planes))
        layers = [BasicBlock(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes
        for _ in range(1, blocks):
            layers.append(BasicBlock(self.inplanes, planes))
        return nn.Sequential(*layers)

    def _forward_impl(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)

    def forward(self, x):
        return self._forward_impl(x)


INPUTS = {
    "ExtendedMnist": lambda: (torch.rand(2, 1, 16, 16),),
    "ResidualNetwork": lambda: (torch.rand(2, 3, 32, 32),),
}
