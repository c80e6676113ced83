"""Notebooks: cells know what the cells before them said."""

from __future__ import annotations

from typing import Any

from tests.lsp.wire import Wire, applied, places, spanning

from torchready.lsp.notebooks import python_of

NOTEBOOK = "file:///project/net.ipynb"


def cell(name: str) -> str:
    return f"vscode-notebook-cell:/project/net.ipynb#{name}"


def opened(*cells: tuple[str, str]) -> dict[str, Any]:
    return {
        "notebookDocument": {
            "uri": NOTEBOOK,
            "notebookType": "jupyter-notebook",
            "version": 1,
            "cells": [{"kind": 2, "document": cell(name)} for name, _ in cells],
        },
        "cellTextDocuments": [
            {"uri": cell(name), "languageId": "python", "version": 1, "text": text} for name, text in cells
        ],
    }


def changed(version: int, **cells: Any) -> dict[str, Any]:
    return {"notebookDocument": {"uri": NOTEBOOK, "version": version}, "change": {"cells": cells}}


def test_findings_of_each_cell_in_its_own_lines(pushed: Wire) -> None:
    pushed.notify("notebookDocument/didOpen", opened(("a", "x = F.relu(y)\n"), ("b", "1\nF.relu(x)")))
    assert places(pushed.published(cell("a"))) == [(0, 4, 10)]
    in_b = pushed.published(cell("b"))
    assert places(in_b) == [(1, 0, 6)]
    assert in_b[0]["relatedInformation"][0]["location"]["uri"] == cell("a")
    edit = {"range": spanning((0, 0), (0, 0)), "text": "\n"}
    text = [{"document": {"uri": cell("b"), "version": 2}, "changes": [edit]}]
    pushed.notify("notebookDocument/didChange", changed(2, textContent=text))
    assert places(pushed.published(cell("b"), 2)) == [(2, 0, 6)]


def test_cells_come_and_go(pushed: Wire) -> None:
    pushed.notify("notebookDocument/didOpen", opened(("a", "x = F.relu(y)\n"), ("b", "F.relu(x)")))
    pushed.published(cell("b"))
    removal = {"array": {"start": 0, "deleteCount": 1, "cells": []}, "didClose": [{"uri": cell("a")}]}
    pushed.notify("notebookDocument/didChange", changed(2, structure=removal))
    assert pushed.published(cell("a")) == []
    assert places(pushed.published(cell("b"))) == [(0, 0, 6)]
    new = {"uri": cell("c"), "languageId": "python", "version": 1, "text": "\nF.relu(x)"}
    insertion = {
        "array": {"start": 0, "deleteCount": 0, "cells": [{"kind": 2, "document": cell("c")}]},
        "didOpen": [new],
    }
    pushed.notify("notebookDocument/didChange", changed(3, structure=insertion))
    assert places(pushed.published(cell("c"))) == [(1, 0, 6)]
    assert places(pushed.published(cell("b"))) == [(0, 0, 6)]
    pushed.notify(
        "notebookDocument/didClose",
        {"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": [{"uri": cell("b")}]},
    )
    assert pushed.published(cell("b")) == []


def test_fixes_of_cells(pulling: Wire) -> None:
    texts = {"a": "x = F.relu(y)\n", "b": "%matplotlib inline\nF.relu(x)"}
    pulling.notify("notebookDocument/didOpen", opened(*texts.items()))
    pull = {"textDocument": {"uri": cell("b")}}
    assert places(pulling.ask("textDocument/diagnostic", pull)["items"]) == [(1, 0, 6)]
    fix = pulling.code_actions(cell("b"), 1, ["quickfix"])[0]
    assert applied(texts["b"], fix["edit"], cell("b")) == "%matplotlib inline\nself.relu(x)"
    # An editor asks every cell for `source` actions; each would repair the whole notebook.
    assert pulling.code_actions(cell("a"), 0, ["source.fixAll"]) == []
    (action,) = pulling.code_actions(cell("a"), 0, ["notebook.source.fixAll"])
    edit = pulling.ask("codeAction/resolve", action)["edit"]
    assert applied(texts["a"], edit, cell("a")) == "x = self.relu(y)\n"
    assert applied(texts["b"], edit, cell("b")) == "%matplotlib inline\nself.relu(x)"


def test_what_is_ipython_and_not_python() -> None:
    assert python_of("%matplotlib inline\nif x:\n    !pip install y\nz = a \\\n % b\n?z") == (
        "pass\nif x:\n    pass\nz = a \\\n % b\npass"
    )
    assert python_of("%%bash\nls -l\n") == "pass\npass\n"
    assert python_of("%%time\nx = 1\n") == "pass\nx = 1\n"
