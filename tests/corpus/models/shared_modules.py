"""One object registered at two places."""

import copy

import torch
import torch.nn as nn


class AttributeAlias(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = self.a  # TR203@9 self.b in AttributeAlias

    def forward(self, x):
        return self.b(x)


class ThreeNames(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.a = act
        self.b = act  # TR203@9 self.b
        self.c = act  # TR203@9 self.c

    def forward(self, x):
        return self.a(x)


class ChainedAssignment(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = self.b = nn.ReLU()  # TR203@18 self.b

    def forward(self, x):
        return self.a(x)


class LocalTwiceInSequential(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.body = nn.Sequential(
            nn.Linear(4, 4),
            act,
            nn.Linear(4, 4),
            act,  # TR203@13
        )

    def forward(self, x):
        return self.body(x)


class LocalInTwoSequentials(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.first = nn.Sequential(nn.Linear(4, 4), act)
        self.second = nn.Sequential(nn.Linear(4, 4), act)  # TR203@54

    def forward(self, x):
        return self.second(self.first(x))


class AttributeInSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.body = nn.Sequential(nn.Linear(4, 4), self.act)  # TR203@52

    def forward(self, x):
        return self.body(x)


class MultipliedInModuleList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4)] * 3)  # TR203

    def forward(self, x):
        return self.layers[0](x)


class SameInComprehension(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(4, 4), act) for _ in range(2)])  # TR203@69

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class SameInLoop(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        layers = []
        for _ in range(2):
            layers += [nn.Linear(4, 4), act]  # TR203@41
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


class TwiceInModuleDict(nn.Module):
    def __init__(self):
        super().__init__()
        shared = nn.Linear(4, 4)
        self.heads = nn.ModuleDict({"a": shared, "b": shared})  # TR203@55

    def forward(self, x):
        return self.heads["a"](x)


class AppendedTwice(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.layers = nn.ModuleList()
        self.layers.append(act)
        self.layers.append(act)  # TR203@28

    def forward(self, x):
        return self.layers[0](x)


class AddedTwice(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.add_module("a", act)
        self.add_module("b", act)  # TR203@30

    def forward(self, x):
        return self.a(x)


class Wrapper(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)


class Observer(nn.Module):
    """Looks at a module, keeps nothing of it."""

    def __init__(self, inner):
        super().__init__()
        self.width = inner.out_features
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(x)


class GivenToTwoConstructors(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.a = Wrapper(act)
        self.b = Wrapper(act)  # TR203

    def forward(self, x):
        return self.b(self.a(x))


class GivenToObserver(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.observer = Observer(self.fc)

    def forward(self, x):
        return self.observer(self.fc(x))


class Copies(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(4, 4)
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])
        self.last = copy.deepcopy(layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.last(x)


class BuiltInLoop(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(2):
            act = nn.ReLU()
            layers += [nn.Linear(4, 4), act]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


class ReboundBetween(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.a = act
        act = nn.ReLU()
        self.b = act

    def forward(self, x):
        return self.b(self.a(x))


class ExclusivePlaces(nn.Module):
    """Only one of the places is taken."""

    def __init__(self, first=True):
        super().__init__()
        act = nn.ReLU()
        if first:
            self.a = act
        else:
            self.b = act

    def forward(self, x):
        return self.a(x)


class SameClassTwice(nn.Module):
    """The class is shared, the objects are not."""

    def __init__(self, act_layer=nn.ReLU):
        super().__init__()
        self.a = act_layer()
        self.b = act_layer()
        self.body = nn.Sequential(act_layer(), act_layer())

    def forward(self, x):
        return self.body(self.b(self.a(x)))


class BuiltByFunctions(nn.Module):
    """A lambda, a local function, a method: each call builds another one."""

    def __init__(self, width=4):
        super().__init__()
        make = lambda size: nn.Sequential(nn.Linear(size, size), nn.ReLU())

        def make_wide(size):
            linear = nn.Linear(size, size)
            return nn.Sequential(linear, nn.ReLU())

        self.first = make(width)
        self.second = make(width)
        self.wide = nn.Sequential(make_wide(width), make_wide(width))
        self.blocks = nn.Sequential(*[self.make_block(width) for _ in range(2)])

    def make_block(self, size):
        linear = nn.Linear(size, size)
        act = nn.ReLU()
        return nn.Sequential(linear, act)

    def forward(self, x):
        return self.blocks(self.wide(self.second(self.first(x))))


class WrappedOnSomePaths(nn.Module):
    """What is kept is the linear layer, or the wrapper that keeps it."""

    def __init__(self, wrap=True):
        super().__init__()
        linear = nn.Linear(4, 4)
        if wrap:
            linear = nn.Sequential(linear, nn.Identity())
        self.body = nn.Sequential(linear, nn.ReLU())

    def forward(self, x):
        return self.body(x)


class Factory:
    def build(self):
        raise NotImplementedError


class LinearFactory(Factory):
    def build(self):
        return nn.Linear(4, 4)


class OfOneAnnotation(nn.Module):
    """Both are of one class; the factory is known by its base only."""

    def __init__(self, factories=(LinearFactory(), LinearFactory())):
        super().__init__()
        self.first: nn.Linear = factories[0].build()
        self.second: nn.Linear = factories[1].build()

    def forward(self, x):
        return self.second(self.first(x))


def make_head(width, drop):
    linear = nn.Linear(width, width)
    if drop is None:
        return nn.Identity(), linear
    return nn.Identity(), nn.Dropout(drop), linear


class PartsByNumber(nn.Module):
    """Three names take the three parts; the linear layer is the second of two on the other path."""

    def __init__(self, drop=0.1):
        super().__init__()
        self.pool, self.drop, self.head = make_head(4, drop)

    def forward(self, x):
        return self.head(self.drop(self.pool(x)))


class SharedClassObject(nn.Module):
    def __init__(self):
        super().__init__()
        kind = nn.ReLU
        self.a = kind()
        self.b = kind()

    def forward(self, x):
        return self.b(self.a(x))


class LocalOnlyPassedOn(nn.Module):
    """A local that is registered once."""

    def __init__(self):
        super().__init__()
        layer = nn.Linear(4, 4)
        nn.init.zeros_(layer.weight)
        self.width = layer.out_features
        self.body = nn.Sequential(layer, nn.ReLU())

    def forward(self, x):
        return self.body(x)


class SharedWeights(nn.Module):
    def __init__(self):
        super().__init__()
        weight = nn.Parameter(torch.rand(4, 4))
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.a.weight = weight
        self.b.weight = weight

    def forward(self, x):
        return self.b(self.a(x))


class ReplacedAttribute(nn.Module):
    """The second assignment takes the place of the first."""

    def __init__(self):
        super().__init__()
        layer = nn.Linear(4, 4)
        self.layer = layer
        self.layer = layer

    def forward(self, x):
        return self.layer(x)


class WrapsItself(nn.Module):
    """The wrapped module moves; it is registered once, inside of its wrapper."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.layer = nn.Sequential(self.layer, nn.ReLU())

    def forward(self, x):
        return self.layer(x)


class AliasCalledTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = self.a  # TR203@9 self.b

    def forward(self, x):
        return self.b(self.a(x))  # TR201@16


class RowsOfModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        for size, act in [[4, nn.ReLU()], [4, nn.Hardsigmoid()]]:
            self.layers.append(nn.Linear(4, size))
            self.layers.append(act)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class TwiceInGrowingSequential(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        layers = nn.Sequential()
        layers.add_module("first", act)
        layers.add_module("fc", nn.Linear(4, 4))
        layers.add_module("second", act)  # TR203@37 act
        self.layers = layers

    def forward(self, x):
        return self.layers(x)


def initialize(module):
    for parameter in module.parameters():
        nn.init.zeros_(parameter)


class TogetherForAMoment(nn.Module):
    """Only to be initialised as one."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        initialize(nn.Sequential(self.first, self.second))
        nn.Sequential(self.first, self.second).apply(initialize)

    def forward(self, x):
        return self.second(self.first(x))


class CopyOfOneOfTwo(nn.Module):
    def __init__(self, smooth=False):
        super().__init__()
        self.first = nn.LayerNorm(4) if smooth else nn.Identity()
        self.second = copy.deepcopy(self.first)

    def forward(self, x):
        return self.second(self.first(x))


class KeptByKind(nn.Module):
    def __init__(self, kind="plain"):
        super().__init__()
        body = nn.Linear(4, 4)
        if kind == "deep":
            self.body = nn.Sequential(nn.Linear(4, 4), body)
        if kind in ["plain", "shallow"]:
            self.body = body

    def forward(self, x):
        return self.body(x)


class KeepsLayer(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer


class KeepsLayerElsewhere(KeepsLayer):
    def __init__(self):
        layer = nn.Linear(4, 4)
        super().__init__(layer)
        del self.layer
        self.kept = layer

    def forward(self, x):
        return self.kept(x)


class Registry(dict):
    """Builds a module at each look-up."""

    def __getitem__(self, name):
        return super().__getitem__(name)()


ACTIVATIONS = Registry({"relu": nn.ReLU, "gelu": nn.GELU})


class BuiltByRegistry(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = ACTIVATIONS["relu"]
        self.second = ACTIVATIONS["relu"]

    def forward(self, x):
        return self.second(self.first(x))


class GrowsOneOfTwoLists(nn.Module):
    def __init__(self, wide=True):
        super().__init__()
        if wide:
            self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        else:
            self.layers = nn.ModuleList([nn.Linear(4, 4)])
        self.layers.append(nn.Linear(4, 4))
        self.layers.extend([nn.Linear(4, 4)])
        last = nn.Linear(4, 4)
        self.layers.append(last)
        self.layers.append(last)  # TR203@28

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def named_layer(width):
    return f"linear{width}", nn.Linear(width, width)


class NewInEachTuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = named_layer(4)[1]
        name, self.second = named_layer(4)
        self.layers = nn.ModuleList(named_layer(4)[1] for _ in range(2))
        pair = named_layer(4)
        self.third = pair[1]
        self.fourth = pair[1]  # TR203@9

    def forward(self, x):
        x = self.second(self.first(x))
        for layer in self.layers:
            x = layer(x)
        return self.third(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "AttributeAlias", "ThreeNames", "ChainedAssignment", "LocalTwiceInSequential", "LocalInTwoSequentials",
        "AttributeInSequential", "MultipliedInModuleList", "SameInComprehension", "SameInLoop",
        "TwiceInModuleDict", "AppendedTwice", "AddedTwice", "GivenToTwoConstructors", "GivenToObserver", "Copies",
        "BuiltInLoop", "ReboundBetween", "ExclusivePlaces", "SameClassTwice", "SharedClassObject",
        "BuiltByFunctions", "WrappedOnSomePaths", "PartsByNumber", "OfOneAnnotation",
        "LocalOnlyPassedOn", "SharedWeights", "ReplacedAttribute", "WrapsItself", "AliasCalledTwice",
        "RowsOfModules", "TwiceInGrowingSequential", "TogetherForAMoment", "KeptByKind", "CopyOfOneOfTwo", "KeepsLayerElsewhere", "BuiltByRegistry",
        "GrowsOneOfTwoLists", "NewInEachTuple",
    ],
    MATRIX,
)
