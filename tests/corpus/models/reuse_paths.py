"""How often a module runs on one path: sequences add, exclusive branches take the maximum."""

import torch
import torch.nn as nn


class Base(nn.Module):
    def __init__(self, flag=True, other=True, mode="a"):
        super().__init__()
        self.flag = flag
        self.other = other
        self.mode = mode
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()


class Sequence(Base):
    def forward(self, x):
        x = self.act(x)
        x = self.act(x)  # TR201@13 self.act in Sequence
        return self.act(x)  # TR201@16 self.act


class OneExpression(Base):
    """The inner call runs first, so the outer one is the extra use."""

    def forward(self, x):
        return self.act(self.fc(self.act(x)))  # TR201 self.act


class IfElse(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
        else:
            x = self.act(self.fc(x))
        return x


class IfElifElse(Base):
    def forward(self, x):
        if self.mode == "a":
            x = self.act(x)
        elif self.mode == "b":
            x = self.act(-x)
        else:
            x = self.act(self.fc(x))
        return x


class AfterIfElse(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
        else:
            x = self.act(self.fc(x))
        return self.act(x)  # TR201@16 self.act


class BeforeIfElse(Base):
    def forward(self, x):
        x = self.act(x)
        if self.flag:
            return self.act(x)  # TR201@20 self.act
        else:
            return self.act(self.fc(x))  # TR201@20 self.act


class IfWithoutElse(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class TwiceInOneBranch(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
            x = self.act(self.fc(x))  # TR201@17 self.act
        else:
            x = self.act(x)
        return x


class EarlyReturn(Base):
    def forward(self, x):
        if self.flag:
            return self.act(x)
        x = self.fc(x)
        return self.act(x)


class SeveralEarlyReturns(Base):
    def forward(self, x):
        if self.mode == "a":
            return self.act(x)
        if self.mode == "b":
            return self.act(-x)
        return self.act(self.fc(x))


class RaiseEndsThePath(Base):
    def forward(self, x):
        if x.dim() > 5:
            y = self.act(x)
            raise ValueError(f"too many dimensions: {y.shape}")
        return self.act(x)


class Ternary(Base):
    def forward(self, x):
        return self.act(x) if self.flag else self.act(self.fc(x))


class TernaryArgument(Base):
    def forward(self, x):
        return self.act(self.fc(x) if self.flag else x)


class AfterTernary(Base):
    def forward(self, x):
        x = self.act(x) if self.flag else x
        return self.act(x)  # TR201@16 self.act


class ConditionCallsModule(Base):
    def forward(self, x):
        if self.act(x).sum() > 0:  # TR301
            return self.act(self.fc(x))  # TR201@20 self.act
        return x


class BooleanOperator(Base):
    def forward(self, x):
        positive = self.flag and bool(self.act(x).sum() > 0)  # TR303
        x = self.act(x)  # TR201@13 self.act
        return x, positive  # TR305@19


class OppositeConditions(Base):
    """Both cannot hold in one run."""

    def forward(self, x):
        if self.flag:
            x = self.act(x)
        x = self.fc(x)
        if not self.flag:
            x = self.act(x)
        return x


class OppositeTraining(Base):
    def forward(self, x):
        if self.training:
            x = self.act(x)
        if not self.training:
            x = self.act(self.fc(x))
        return x


class DifferentValues(Base):
    def forward(self, x):
        if self.mode == "a":
            x = self.act(x)
        if self.mode == "b":
            x = self.act(self.fc(x))
        return x


class UnrelatedConditions(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
        if self.other:
            x = self.act(x)  # TR201@17 self.act
        return x


class SameConditionTwice(Base):
    def forward(self, x):
        if self.flag:
            x = self.act(x)
        x = self.fc(x)
        if self.flag:
            x = self.act(x)  # TR201@17 self.act
        return x


class NestedConditions(Base):
    def forward(self, x):
        if self.flag:
            if self.mode == "a":
                return self.act(x)
            x = self.fc(x)
        else:
            x = -x
        return self.act(x)


class Guarded(Base):
    """A handler runs instead of the call that failed."""

    def forward(self, x):
        try:  # TR307 try
            y = self.act(x)
        except RuntimeError:
            y = self.act(self.fc(x))
        return y


class AfterTry(Base):
    def forward(self, x):
        try:  # TR307 try
            x = self.act(x)
        except RuntimeError:
            x = self.fc(x)
        return self.act(x)  # TR201@16 self.act


class FinallyAlwaysRuns(Base):
    def forward(self, x):
        try:
            x = self.act(x)
        finally:
            x = self.act(x)  # TR201@17 self.act
        return x


class WithStatement(Base):
    def forward(self, x):
        with torch.no_grad():
            x = self.act(x)
        return self.act(x)  # TR201@16 self.act


class MatchCases(Base):
    def forward(self, x):
        match self.mode:
            case "a":
                x = self.act(x)
            case "b":
                x = self.act(-x)
            case _:
                x = self.fc(x)
        return x


class AfterMatch(Base):
    def forward(self, x):
        match self.mode:
            case "a":
                x = self.act(x)
            case _:
                x = self.fc(x)
        return self.act(x)  # TR201@16 self.act


class Walrus(Base):
    def forward(self, x):
        if (y := self.act(x)).dim() == 3:
            return y
        return self.act(y)  # TR201@16 self.act


class OnlyOnceEach(Base):
    def __init__(self):
        super().__init__()
        self.act2 = nn.ReLU()

    def forward(self, x):
        return self.act2(self.fc(self.act(x)))


class OneOfSeveralKinds(Base):
    def forward(self, x):
        if self.mode in ("a", "b"):
            x = self.act(x)
        if self.mode == "c":
            x = self.act(x)
        elif self.mode not in ["a", "b", "d"]:
            x = self.act(x)
        if self.mode == "b":
            x = self.act(x)  # TR201@17 self.act
        return x


class SharedOnOneWayOfBuilding(nn.Module):
    """Two names for one module where they run in no forward, and two modules where they do."""

    def __init__(self, joint=False):
        super().__init__()
        self.joint = joint
        self.both = nn.Linear(4, 8) if joint else nn.Identity()
        if joint:
            self.left = self.right = nn.Identity()  # TR203
        else:
            self.left = nn.Linear(4, 4)
            self.right = nn.Linear(4, 4)

    def forward(self, x):
        if self.joint:
            return self.both(x)
        return self.left(x) + self.right(x)


class SharedInOneMode(nn.Module):
    """No branch of forward keeps models that are built in this mode from running it twice."""

    def __init__(self, shared=True):
        super().__init__()
        self.first = nn.Dropout(0.5)
        self.second = self.first if shared else nn.Dropout(0.5)

    def forward(self, x):
        return self.second(self.first(x))  # TR201 self.second


class SharedOnEveryWayOfBuilding(nn.Module):
    def __init__(self, smooth=False):
        super().__init__()
        self.left = nn.GELU() if smooth else nn.ReLU()
        self.right = self.left

    def forward(self, x):
        return self.left(x) + self.right(x)  # TR201@31 self.right


def one_of_several_kinds():
    return OneOfSeveralKinds(mode="b")


def before_the_other_branch():
    return BeforeIfElse(flag=False)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "Sequence", "OneExpression", "IfElse", "IfElifElse", "AfterIfElse", "BeforeIfElse", "IfWithoutElse",
        "TwiceInOneBranch", "EarlyReturn", "SeveralEarlyReturns", "RaiseEndsThePath", "Ternary",
        "TernaryArgument", "AfterTernary", "ConditionCallsModule", "BooleanOperator", "OppositeConditions",
        "OppositeTraining", "DifferentValues", "UnrelatedConditions", "SameConditionTwice", "NestedConditions",
        "Guarded", "AfterTry", "FinallyAlwaysRuns", "WithStatement", "MatchCases", "AfterMatch", "Walrus",
        "OnlyOnceEach", "one_of_several_kinds", "SharedOnOneWayOfBuilding", "SharedInOneMode", "SharedOnEveryWayOfBuilding", "before_the_other_branch",
    ],
    MATRIX,
)
