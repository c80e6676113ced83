"""URIs as real editors write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.lsp.uris import document_path, file_path, same_document


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a/net.py", "/home/a/net.py"),
        ("file:///home/r%C3%A9seau/net%20%231.py", "/home/réseau/net #1.py"),
        ("file:///home/réseau/net.py", "/home/réseau/net.py"),
        ("file://localhost/home/net.py", "/home/net.py"),
        ("vscode-notebook-cell:/home/a/net.ipynb#W0sZmlsZQ%3D%3D", "/home/a/net.ipynb"),
        ("untitled:Untitled-1", None),
        ("git:/home/a/net.py?ref", None),
    ],
)
def test_paths(uri: str, path: str | None) -> None:
    assert file_path(uri, windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/a/net.py", "C:\\Users\\a\\net.py"),
        ("file:///C:/Users/a/net.py", "C:\\Users\\a\\net.py"),
        ("file://server/share/net.py", "\\\\server\\share\\net.py"),
    ],
)
def test_paths_on_windows(uri: str, path: str) -> None:
    assert file_path(uri, windows=True) == path


def test_documents_that_are_nowhere_are_taken_to_be_in_the_folder() -> None:
    assert document_path("untitled:Untitled-1", Path("/project")) == Path("/project/Untitled-1.py")
    assert document_path("untitled:", Path("/project")) == Path("/project/untitled.py")


def test_spellings_of_one_document() -> None:
    assert same_document("file:///c%3A/net.py") == same_document("file:///C:/net.py")
    assert same_document("file:///r%C3%A9seau.py") == same_document("file:///réseau.py")
    assert same_document("file:///a.py") != same_document("file:///b.py")
