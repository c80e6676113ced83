"""A few findings made by hand, and the file that they are about."""

from __future__ import annotations

from pathlib import Path

from torchready.finding import (
    Applicability,
    Edit,
    Evidence,
    Finding,
    Fix,
    Position,
    Range,
    RelatedPlace,
    Severity,
)

SOURCE = """\
import torch.nn.functional as F

class Net(Module):
    def forward(self, x):
        x = F.relu(x)
        y = "数据"; x = self.relu(self.relu(x))
\treturn F.softmax(
\t\tx)
"""


def span(line: int, column: int, end_line: int, end_column: int) -> Range:
    return Range(Position(line, column), Position(end_line, end_column))


def functional(filename: str, **changed: object) -> Finding:
    fix = Fix(
        Applicability.SAFE,
        "Use `nn.ReLU`",
        (Edit(span(3, 0, 3, 0), "# é\n"), Edit(span(4, 12, 4, 18), "self.relu")),
    )
    values: dict[str, object] = {
        "code": "TR101",
        "name": "functional-layer",
        "message": "`F.relu` is a function",
        "severity": Severity.WARNING,
        "filename": filename,
        "range": span(4, 12, 4, 18),
        "class_name": "Net",
        "symbol": "torch.nn.functional.relu",
        "fix": fix,
    }
    return Finding(**(values | changed))  # pyright: ignore[reportArgumentType]


def reused(filename: str) -> Finding:
    return Finding(
        "TR201",
        "reused-module",
        "`self.relu` runs twice",
        Severity.ERROR,
        filename,
        span(5, 24, 5, 33),
        class_name="Net",
        symbol="self.relu",
        evidence=Evidence.BOTH,
        related=(RelatedPlace(filename, span(5, 34, 5, 43), "first used here"),),
    )


def unsafe(filename: str) -> Finding:
    fix = Fix(Applicability.UNSAFE, "Use `nn.Softmax`", (Edit(span(6, 8, 6, 17), "self.softmax"),))
    return functional(
        filename, range=span(6, 8, 7, 4), severity=Severity.INFORMATION, fix=fix, class_name=None
    )


def written(folder: Path, name: str = "model.py") -> str:
    """Write the source; returns the file's name."""
    path = folder / name
    path.write_text(SOURCE, encoding="utf-8")
    return str(path)
