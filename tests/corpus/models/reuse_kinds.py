"""Which modules count: all that are called, whatever their type; weight tying and mere mention do not."""

import copy

import torch
import torch.nn as nn


class StatelessLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.pool = nn.MaxPool2d(2)
        self.identity = nn.Identity()
        self.soft = nn.Softmax(dim=1)
        self.up = nn.Upsample(scale_factor=2)

    def forward(self, x):
        x = self.drop(self.pool(self.identity(self.soft(self.up(x)))))
        x = self.drop(x)  # TR201@13 self.drop
        x = self.pool(x)  # TR201@13 self.pool
        x = self.identity(x)  # TR201@13 self.identity
        x = self.soft(x)  # TR201@13 self.soft
        return self.up(x)  # TR201@16 self.up


class LayersWithState(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.embed = nn.Embedding(10, 4)
        self.slope = nn.PReLU()

    def forward(self, x, ids):
        x = self.slope(self.norm(self.conv(x)))
        x = self.slope(self.norm(self.conv(x)))  # TR201@13 self.slope; TR201@24 self.norm; TR201@34 self.conv
        return x, self.embed(ids), self.embed(ids + 1)  # TR201 self.embed


class RecurrentLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 4)
        self.cell = nn.GRUCell(4, 4)

    def forward(self, x):
        x, state = self.lstm(x)
        x, state = self.lstm(x, state)  # TR201@20 self.lstm
        h = self.cell(x[0])
        return self.cell(x[1], h)  # TR201@16 self.cell


class WholeSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

    def forward(self, x, y):
        return self.body(x), self.body(y)  # TR201@30 self.body


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = WholeEncoder()

    def forward(self, left, right):
        left = self.encoder(left)
        right = self.encoder(right)  # TR201@17 self.encoder
        return left, right


class WholeEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)


class TwoInstancesOfOneClass(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = WholeEncoder()
        self.b = WholeEncoder()

    def forward(self, x):
        return self.b(self.a(x))


class TiedWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.head = nn.Linear(4, 10, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, ids):
        return self.head(self.embed(ids))


class MentionedNotCalled(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()

    def forward(self, x):
        width = self.fc.out_features
        weight = self.fc.weight
        if self.act is not None and isinstance(self.fc, nn.Linear):
            x = self.act(self.fc(x))
        return x, weight.shape[0] + width


class CalledInConstructor(nn.Module):
    """Only what forward runs is counted."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        with torch.no_grad():
            self.fc(torch.zeros(1, 4))

    def forward(self, x):
        return self.fc(x)


class CalledInOtherMethods(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def encode(self, x):
        return self.fc(self.fc(x))

    def forward(self, x):
        return self.fc(x)


class DeepAttribute(nn.Module):
    """Reaching into a child counts as calling what it reaches."""

    def __init__(self):
        super().__init__()
        self.encoder = WholeEncoder()

    def forward(self, x):
        x = self.encoder.fc(x)
        return self.encoder.fc(x)  # TR201@16 self.encoder.fc


class LocalAlias(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        act = self.act
        x = act(x)
        return act(x)  # TR201@16 self.act


class LocalAliasAndAttribute(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        act = self.act
        x = self.act(x)
        return act(x)  # TR201@16 self.act


class ChosenAlias(nn.Module):
    """Two modules, each used once."""

    def __init__(self, flag=True):
        super().__init__()
        self.flag = flag
        self.a = nn.ReLU()
        self.b = nn.GELU()

    def forward(self, x):
        first = self.a if self.flag else self.b
        return first(x)


class ExplicitForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act.forward(x)  # TR201@16 | no hook runs


class ExplicitCall(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act.__call__(x)  # TR201@16


class ReturnedByProperty(nn.Module):
    def __init__(self):
        super().__init__()
        self._act = nn.ReLU()

    @property
    def act(self):
        return self._act

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16


class ReturnedByMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self._act = nn.ReLU()

    def activation(self):
        return self._act

    def forward(self, x):
        x = self.activation()(x)
        return self._act(x)  # TR201@16 self._act


class ConstructorArgument(nn.Module):
    def __init__(self, act_layer=nn.ReLU):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = act_layer()

    def forward(self, x):
        x = self.act(self.fc(x))
        return self.act(x)  # TR201@16 self.act


class GivenInstance(nn.Module):
    def __init__(self, inner: nn.Module = None):
        super().__init__()
        self.inner = inner if inner is not None else nn.ReLU()

    def forward(self, x):
        return self.inner(self.inner(x))  # TR201 self.inner


class CopyOfGivenInstance(nn.Module):
    def __init__(self, encoder=None):
        super().__init__()
        encoder = encoder if encoder is not None else nn.Linear(4, 4)
        layers = [nn.Linear(4, 4), encoder]
        self.gate = copy.deepcopy(encoder)
        self.layers = nn.ModuleList(layers)
        self.copies = nn.ModuleList(copy.deepcopy(layers)[:1])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        for layer in self.copies:
            x = layer(x)
        return self.gate(x)


class CopyOfParameter(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.gate = copy.deepcopy(encoder)

    def forward(self, x):
        return self.encoder(x) * self.gate(x)


def copy_of_parameter():
    return CopyOfParameter(nn.Linear(4, 4))


class ClassAnnotatedAsModule(nn.Module):
    """Many annotate the class of a layer as they would the layer."""

    def __init__(self, norm_layer: nn.Module = nn.LayerNorm, act_layer: nn.Module = None):
        super().__init__()
        act_layer = act_layer or nn.GELU
        self.first = norm_layer(4)
        self.second = norm_layer(4)
        self.act = act_layer()

    def forward(self, x):
        x = self.act(self.second(self.first(x)))
        return self.first(x)  # TR201@16 self.first


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "StatelessLayers": lambda: (torch.rand(2, 4, 8, 8),),
    "LayersWithState": lambda: (torch.rand(2, 4, 8, 8), torch.tensor([1, 2])),
    "RecurrentLayers": lambda: (torch.rand(3, 2, 4),),
    "WholeSequential": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "Siamese": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "WholeEncoder": MATRIX,
    "TwoInstancesOfOneClass": MATRIX,
    "TiedWeights": lambda: (torch.tensor([1, 2]),),
    "MentionedNotCalled": MATRIX,
    "CalledInConstructor": MATRIX,
    "CalledInOtherMethods": MATRIX,
    "DeepAttribute": MATRIX,
    "LocalAlias": MATRIX,
    "LocalAliasAndAttribute": MATRIX,
    "ChosenAlias": MATRIX,
    "ExplicitForward": MATRIX,
    "ExplicitCall": MATRIX,
    "ReturnedByProperty": MATRIX,
    "ReturnedByMethod": MATRIX,
    "ConstructorArgument": MATRIX,
    "GivenInstance": MATRIX,
    "CopyOfGivenInstance": MATRIX,
    "copy_of_parameter": MATRIX,
    "ClassAnnotatedAsModule": MATRIX,
}
