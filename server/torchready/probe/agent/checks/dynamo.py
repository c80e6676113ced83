"""What torch's newer ONNX exporter keeps to itself: all operators it lacks, and the line of a node that it names.

It works on an exported program, so it is asked again step by step. These steps are torch's own and may change with
it; whatever they raise, the answer is then that nothing more is known.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ..outcomes import in_one_line
from ..places import chain
from ..source_file import Place
from ..subject import Subject
from . import export

NODE = re.compile(r"translating node %(\w+)")
COLOURS = re.compile(r"\x1b\[\d+m")


def lacking(subject: Subject, error: BaseException) -> list[tuple[str, Place | None]]:
    """Every operator without a translation, with its line; empty when there is none or nobody knows."""
    if type(error).__name__ == "TorchExportError":
        return []
    try:
        from torch.onnx._internal.exporter import _dispatching

        program = _decomposed(subject)
        nodes = [node for node in program.graph.nodes if node.op == "call_function"]
        found = [
            (operator_of(node), _place(subject, node))
            for node in nodes
            if _dispatching.dispatch(node, registry())[0] is None
        ]
        return list(dict.fromkeys(found))
    except Exception:
        return []


def place_of_node(subject: Subject, error: BaseException) -> Place | None:
    """The line of the node that an error says it was translating."""
    names = [match[1] for one in chain(error) for match in [NODE.search(str(one))] if match]
    if not names:
        return None
    try:
        program = _decomposed(subject)
        node = next((node for node in program.graph.nodes if node.name == names[0]), None)
        return None if node is None else _place(subject, node)
    except Exception:
        return None


def explained(error: BaseException) -> str:
    """The innermost cause in one line: what the exporter wraps around it says the same for every failure."""
    causes = list(chain(error))
    said = in_one_line(causes[-1]) if causes else ""
    if type(error).__name__ == "TorchExportError":
        return f"torch.export fails: {export.explained(error.__cause__ or error)}"
    operators = [re.search(r"target=torch\.ops\.(\w+)\.(\w+)", str(one)) for one in causes]
    named = next((f"{match[1]}::{match[2]}: " for match in operators if match), "")
    return COLOURS.sub("", f"{named}{said}")


def operator_of(node: Any) -> str:
    """`aten::_linalg_svd` of the target `aten._linalg_svd.default`."""
    parts = str(node.target).split(".")
    return f"{parts[0]}::{parts[1]}" if len(parts) > 1 else parts[0]


def _place(subject: Subject, node: Any) -> Place | None:
    name = operator_of(node).rpartition(":")[2]
    return subject.places.of_stack_text(node.meta.get("stack_trace"), name)


@cache
def registry() -> Any:
    """All translations that torch has. Takes half a second to build, where nobody did that before, see `warming`."""
    from torch.onnx._internal.exporter import _registration

    return _registration.ONNXRegistry.from_torchlib()


def _decomposed(subject: Subject) -> Any:
    from torch.onnx._internal.exporter import _core

    program = subject.program
    if program is None:
        program = export.exported(subject, strict=True)
    return _core._prepare_exported_program_for_export(program, registry=registry())
