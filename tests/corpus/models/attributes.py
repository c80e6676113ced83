"""Every way to give a module an attribute; each is reused once to show that it was understood."""

import torch
import torch.nn as nn


class Annotated(nn.Module):
    act: nn.ReLU

    def __init__(self):
        super().__init__()
        self.act: nn.Module = nn.ReLU()

    def forward(self, x):
        return self.act(self.act(x))  # TR201 self.act


class Conditional(nn.Module):
    def __init__(self, smooth=True):
        super().__init__()
        if smooth:
            self.act = nn.GELU()
        else:
            self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class ConditionalExpression(nn.Module):
    def __init__(self, smooth=True):
        super().__init__()
        self.act = nn.GELU() if smooth else nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class Optional(nn.Module):
    def __init__(self, project=True):
        super().__init__()
        self.project = nn.Linear(4, 4) if project else None

    def forward(self, x):
        if self.project is not None:
            x = self.project(x)
        return x


class OptionalTwice(nn.Module):
    def __init__(self, project=True):
        super().__init__()
        self.project = None
        if project:
            self.project = nn.Linear(4, 4)

    def forward(self, x):
        if self.project is not None:
            x = self.project(x)
            x = self.project(x)  # TR201@17 self.project
        return x


class ByFallback(nn.Module):
    def __init__(self, act=None):
        super().__init__()
        self.act = act or nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class Setattr(nn.Module):
    def __init__(self):
        super().__init__()
        setattr(self, "act", nn.ReLU())

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class AddModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module("act", nn.ReLU())

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class RegisterModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_module("act", nn.ReLU())

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class TupleAssignment(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.ReLU(), nn.GELU()

    def forward(self, x):
        x = self.b(self.a(x))
        return self.b(x)  # TR201@16 self.b


class InOtherMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self.build(4)

    def build(self, width):
        self.fc = nn.Linear(width, width)
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(self.fc(x))
        return self.act(x)  # TR201@16 self.act


class FromFactoryMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = self.make_block(4)

    def make_block(self, width):
        return nn.Sequential(nn.Linear(width, width), nn.ReLU())

    def forward(self, x):
        x = self.block(x)
        return self.block(x)  # TR201@16 self.block


def make_activation(name):
    return {"relu": nn.ReLU, "gelu": nn.GELU}[name]()


def conv_block(width):
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(inplace=True))


class FromFactoryFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = make_activation("relu")
        self.block = conv_block(4)

    def forward(self, x):
        x = self.act(self.block(x))
        return self.block(x)  # TR201@16 self.block


class FromClassTable(nn.Module):
    KINDS = {"relu": nn.ReLU, "gelu": nn.GELU}

    def __init__(self, kind="relu"):
        super().__init__()
        self.act = self.KINDS[kind]()

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class GetattrOfConstant(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return getattr(self, "act")(x)  # TR201@16


class GetSubmodule(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        return self.get_submodule("act")(x)


class ModuleDictByKey(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict()
        self.heads["a"] = nn.Linear(4, 4)
        self.heads["b"] = nn.Linear(4, 4)

    def forward(self, x):
        x = self.heads["a"](x)
        return self.heads["b"](x)


class OtherNameForSelf(nn.Module):
    def __init__(this):
        super().__init__()
        this.act = nn.ReLU()

    def forward(this, x):
        x = this.act(x)
        return this.act(x)  # TR201@16


class NotAModule(nn.Module):
    """Attributes that can be called and are no modules."""

    def __init__(self, scale=None):
        super().__init__()
        self.scale = scale or (lambda t: t)
        self.shape = torch.Size([2, 4])
        self.kind = nn.ReLU

    def forward(self, x):
        x = self.scale(x)
        x = self.scale(x)
        return x.view(self.shape.numel() // 4, 4)


class ReplacedInForward(nn.Module):
    """Another object each time."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ReLU(), nn.GELU()])

    def forward(self, x):
        layer = self.layers[0]
        x = layer(x)
        layer = self.layers[1]
        return layer(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "Annotated", "Conditional", "ConditionalExpression", "Optional", "OptionalTwice", "ByFallback", "Setattr",
        "AddModule", "RegisterModule", "TupleAssignment", "InOtherMethod", "FromFactoryMethod",
        "FromFactoryFunction", "FromClassTable", "GetattrOfConstant", "GetSubmodule", "ModuleDictByKey",
        "OtherNameForSelf", "NotAModule", "ReplacedInForward",
    ],
    MATRIX,
)
