"""Loops: the same module in every turn is reuse, another element in every turn is not."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Base(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.depth = depth
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(depth)])
        self.norms = nn.ModuleList([nn.LayerNorm(4) for _ in range(depth)])
        self.body = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
        self.named = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.Linear(4, 4)})


class RangeOfNumber(Base):
    def forward(self, x):
        for _ in range(3):
            x = self.fc(x)  # TR202@17 self.fc in RangeOfNumber
        return x


class RangeOfAttribute(Base):
    def forward(self, x):
        for _ in range(self.depth):
            x = self.act(self.fc(x))  # TR202@17 self.act; TR202@26 self.fc
        return x


class While(Base):
    def forward(self, x):
        step = 0
        while step < self.depth:
            x = self.fc(x)  # TR202@17 self.fc
            step += 1
        return x


class OverTensor(Base):
    def forward(self, x):
        rows = []
        for row in x:
            rows.append(self.fc(row))  # TR202@25 self.fc
        return rows


class Comprehension(Base):
    def forward(self, x, y):
        return [self.fc(value) for value in (x, y)]  # TR202@17 self.fc


class GeneratorExpression(Base):
    def forward(self, x, y):
        return tuple(self.fc(value) for value in (x, y))  # TR202@22 self.fc


class DictComprehension(Base):
    def forward(self, x, y):
        return {name: self.fc(value) for name, value in {"x": x, "y": y}.items()}  # TR202@23 self.fc; TR305


class Map(Base):
    def forward(self, x, y):
        return tuple(map(self.fc, (x, y)))  # TR202@26 self.fc


class SharedActivation(Base):
    """The layers differ, the activation does not."""

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))  # TR202@17 self.act
        return x


class DistinctElements(Base):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Enumerate(Base):
    def forward(self, x):
        for index, layer in enumerate(self.layers):
            x = layer(x) + index
        return x


class Zip(Base):
    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms):
            x = norm(layer(x))
        return x


class EnumerateZip(Base):
    def forward(self, x):
        for index, (layer, norm) in enumerate(zip(self.layers, self.norms)):
            x = norm(layer(x)) if index else layer(x)
        return x


class Reversed(Base):
    def forward(self, x):
        for layer in reversed(self.layers):
            x = layer(x)
        return x


class Items(Base):
    def forward(self, x):
        for name, layer in self.named.items():
            x = layer(x)
        return x


class Values(Base):
    def forward(self, x):
        for layer in self.named.values():
            x = layer(x)
        return x


class Keys(Base):
    def forward(self, x):
        for name in self.named:
            x = self.named[name](x)
        return x


class RangeOfLength(Base):
    def forward(self, x):
        for index in range(len(self.layers)):
            x = self.layers[index](x)
        return x


class IndexByLengthOfGrowingList(Base):
    def forward(self, x):
        outputs = [x]
        for _ in range(2):
            outputs.append(self.layers[len(outputs) - 1](outputs[-1]))
        return outputs[-1]


class IndexByLengthOfSameList(Base):
    def forward(self, x):
        sizes = [2, 3]
        for _ in range(2):
            x = self.layers[len(sizes) - 1](x)  # TR202@17
        return x


class IndexByLoopVariable(Base):
    def forward(self, x):
        for index in range(self.depth):
            x = self.norms[index](self.layers[index](x))
        return x


class SequentialElements(Base):
    def forward(self, x):
        for layer in self.body:
            x = layer(x)
        return x


class Children(Base):
    def forward(self, x):
        for layer in self.body.children():
            x = layer(x)
        return x


class ComprehensionOverModules(Base):
    def forward(self, x):
        return [layer(x) for layer in self.layers]


class DisjointSlices(Base):
    def forward(self, x):
        for layer in self.body[:1]:
            x = layer(x)
        for layer in self.body[1:]:
            x = layer(x)
        return x


class TupleOfAttributes(Base):
    def forward(self, x):
        for layer in (self.fc, self.act):
            x = layer(x)
        return x


class ConstantIndexInLoop(Base):
    def forward(self, x):
        for _ in range(2):
            x = self.layers[0](x)  # TR202@17
        return x


class ConstantIndexTwice(Base):
    def forward(self, x):
        x = self.layers[0](x)
        x = self.layers[1](x)
        return self.layers[0](x)  # TR201@16


class SameListTwice(Base):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        for layer in self.layers:
            x = layer(x)  # TR201@17
        return x


class NestedOverSameList(Base):
    def forward(self, x):
        for _ in range(2):
            for layer in self.layers:
                x = layer(x)  # TR202@21
        return x


class InnerLoopReuses(Base):
    def forward(self, x):
        for layer in self.layers:
            for _ in range(2):
                x = layer(x)  # TR202@21
        return x


class LoopAndAfter(Base):
    def forward(self, x):
        for _ in range(2):
            x = self.fc(x)  # TR202@17 self.fc
        return self.fc(x)  # TR201@16 self.fc


class BeforeAndLoop(Base):
    def forward(self, x):
        x = self.act(x)
        for layer in self.layers:
            x = self.act(layer(x))  # TR202@17 self.act
        return x


class TwiceInOneTurn(Base):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            x = layer(x)  # TR201@17
        return x


class ReturnInFirstTurn(Base):
    """The loop ends in its first turn, whatever happens."""

    def forward(self, x):
        for layer in self.layers:
            return self.act(layer(x))
        return x


class BreakInFirstTurn(Base):
    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
            break
        return x


class ElseOfLoop(Base):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        else:
            x = self.act(x)
        return x


class IteratedCallRunsOnce(Base):
    """What a loop goes through is computed once."""

    def forward(self, x):
        total = 0
        for part in self.fc(x).chunk(2, dim=1):
            total = total + part.sum()
        return total


class FunctionalInLoop(Base):
    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))  # TR101@17 torch.nn.functional.relu
        return [F.gelu(x) for _ in range(2)]  # TR101@17 torch.nn.functional.gelu


class GetattrByName(Base):
    def __init__(self):
        super().__init__()
        for index in range(2):
            setattr(self, f"layer{index}", nn.Linear(4, 4))

    def forward(self, x):
        for index in range(2):
            x = getattr(self, f"layer{index}")(x)
        return x


class TurnsPickedByConditions(Base):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.middle = nn.Linear(4, 4)

    def forward(self, x):
        for index, layer in enumerate(self.layers):
            x = layer(x)
            if index == 0 and self.depth > 1:
                x = self.first(x)
            if index + 1 == len(self.layers) // 2:
                x = self.middle(x)
        return x


class EveryOtherTurn(Base):
    def forward(self, x):
        for index in range(2 * self.depth):
            x = self.act(x)  # TR202@17 self.act
            if index % 2 == 0:
                x = self.layers[index // 2](x)
        return x


class CountedInSteps(Base):
    def forward(self, x):
        for index in range(0, 4, 2):
            x = self.layers[index // 2](x)
        return x


class GroupsOfTurns(Base):
    def forward(self, x):
        for index in range(2 * self.depth):
            group = int(index / (2 * self.depth / self.depth))
            x = self.layers[group](x)  # TR202@17 self.layers[group]
            x = self.norms[index // 2](x)  # TR202@17
        return x


class RangesOfTurns(nn.Module):
    def __init__(self, depths=(1, 2), ranges=((0, 1), (1, 3))):
        super().__init__()
        self.depths = depths
        self.ranges = ranges
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.norms = nn.ModuleList([nn.LayerNorm(4) for _ in range(3)])
        self.heads = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

    def forward(self, x):
        for stage in range(len(self.depths)):
            for i in range(sum(self.depths[:stage]), sum(self.depths[: stage + 1])):
                x = self.layers[i](x)
            for i in range(*self.ranges[stage]):
                x = self.norms[i](x)
            for i in range(stage + 1):
                x = self.heads[i](x)  # TR202@21 self.heads[i]
        return x


class IndexByPositionInList(nn.Module):
    def __init__(self, picked=(0, 2)):
        super().__init__()
        self.picked = list(picked)
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.heads = nn.ModuleList([nn.Linear(4, 4) for _ in self.picked])

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i in self.picked:
                x = self.heads[self.picked.index(i)](x)
        return x


MATRIX = lambda: (torch.rand(2, 4),)
MATRICES = lambda: (torch.rand(2, 4), torch.rand(2, 4))
INPUTS = {
    **dict.fromkeys(
        [
            "RangeOfNumber", "RangeOfAttribute", "While", "OverTensor", "SharedActivation", "DistinctElements",
            "Enumerate", "Zip", "Reversed", "Items", "Values", "Keys", "RangeOfLength",
            "IndexByLoopVariable", "SequentialElements", "Children", "ComprehensionOverModules", "DisjointSlices",
            "TupleOfAttributes", "ConstantIndexInLoop", "ConstantIndexTwice", "SameListTwice",
            "NestedOverSameList", "InnerLoopReuses", "LoopAndAfter", "BeforeAndLoop", "TwiceInOneTurn",
            "ReturnInFirstTurn", "BreakInFirstTurn", "ElseOfLoop", "IteratedCallRunsOnce", "FunctionalInLoop",
            "GetattrByName", "EnumerateZip", "TurnsPickedByConditions", "EveryOtherTurn", "CountedInSteps",
            "GroupsOfTurns", "IndexByLengthOfGrowingList", "IndexByLengthOfSameList",
            "IndexByPositionInList", "RangesOfTurns",
        ],
        MATRIX,
    ),
    **dict.fromkeys(["Comprehension", "GeneratorExpression", "DictComprehension", "Map"], MATRICES),
}
