"""URIs of documents and the file paths they stand for."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

WINDOWS = os.name == "nt"
# Every message about a document asks for its URI again.
KEPT_URIS = 1024
DRIVE = re.compile(r"/?([A-Za-z]):")


def file_path(uri: str, *, windows: bool = WINDOWS) -> str | None:
    """The path of a document that lives on disk, None for others (`untitled:`, `git:`).

    Notebook cells have their notebook's path. Percent-encoding is undone, `/c%3A/net.py` becomes
    `C:\\net.py` on Windows, and `file://server/share` a UNC path.
    """
    parts = urlsplit(uri)
    if parts.scheme not in ("file", "vscode-notebook-cell"):
        return None
    path = unquote(parts.path)
    if parts.scheme == "file" and parts.netloc and parts.netloc != "localhost":
        path = f"//{unquote(parts.netloc)}{path}"
    if not windows:
        return path
    drive = DRIVE.match(path)
    if drive:
        path = f"{drive.group(1).upper()}:{path[drive.end() :]}"
    return path.replace("/", "\\")


def document_path(uri: str, folder: Path) -> Path:
    """The path under which a document is analysed; one that is not on disk is taken to be in `folder`."""
    path = file_path(uri)
    if path is not None:
        return Path(path)
    name = re.sub(r"[^\w.-]", "_", unquote(urlsplit(uri).path)) or "untitled"
    return folder / (name if name.endswith(".py") else f"{name}.py")


@lru_cache(KEPT_URIS)
def same_document(uri: str) -> str:
    """One spelling for URIs that differ in their percent-encoding or the case of a drive only."""
    return re.sub(r"^(file:///)([A-Za-z]):", lambda match: f"{match[1]}{match[2].lower()}:", unquote(uri))
