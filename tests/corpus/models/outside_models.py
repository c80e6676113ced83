"""Code around models: training loops, losses, metrics, scripts. Nobody traces or quantizes these."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x)

    def predict(self, x):
        """Not a part of forward."""
        return F.softmax(self.forward(x), dim=1)

    def loss(self, x, labels):
        return F.cross_entropy(self(x), labels)


def train(model, x, labels, steps=2):
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
    return model


def accuracy(model, x, labels):
    probabilities = torch.softmax(model(x), dim=1)
    return (probabilities.argmax(1) == labels).float().mean()


def never_called(x):
    return F.relu(x).sigmoid()


class Metric:
    def __call__(self, x):
        return F.softmax(x, dim=1).max()

    def forward(self, x):
        return F.relu(x)


class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu in Clip

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class UsesAutogradFunction(nn.Module):
    def forward(self, x):
        return Clip.apply(x)


class WithoutForward(nn.Module):
    """A base without a forward of its own, and nobody calls this method."""

    def activate(self, x):
        return F.relu(x)


class GrowsItself(nn.ModuleList):
    """Builds what it is given the class of, before any forward."""

    def append(self, kind):
        super().append(nn.Sequential(kind(), nn.ReLU()))


class ListsWhatItComputes(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = GrowsItself()
        self.layers.append(nn.Tanh)

    def forward(self, x):
        found = []
        for layer in self.layers:
            found.append(layer(x))
        return found


def trained():
    return train(Net(), torch.rand(2, 4), torch.tensor([0, 1]))


if __name__ == "__main__":
    net = trained()
    print(F.relu(net(torch.rand(2, 4))))
    act = nn.ReLU()
    print(act(act(torch.rand(2))), nn.ReLU()(torch.rand(2)))

INPUTS = {
    "Net": lambda: (torch.rand(2, 4),),
    "trained": lambda: (torch.rand(2, 4),),
    "ListsWhatItComputes": lambda: (torch.rand(2, 4),),
    "UsesAutogradFunction": lambda: (torch.rand(2, 4),),
}
