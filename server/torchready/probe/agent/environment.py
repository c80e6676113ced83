"""What the user's interpreter holds: torch, imported once, and the versions of what verify uses."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Any

PACKAGES = ("torch", "numpy", "onnx", "onnxscript", "onnxruntime", "torchvision", "transformers", "timm")


def import_torch() -> int:
    """Import torch so that forks of this process are safe; returns the number of threads torch would have used.

    A process that has run parallel code of OpenMP's cannot be forked: the child waits for threads that it does not
    have, for ever. With one thread nothing is run in parallel. A child may use as many as it wants.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    return int(threads)


def described() -> dict[str, Any]:
    return {
        "executable": sys.executable,
        "python": platform.python_version(),
        "versions": {name: version for name in PACKAGES if (version := version_of(name)) is not None},
    }


def version_of(package: str) -> Any:
    """None when the package is not installed."""
    module = sys.modules.get(package)
    if module is not None and hasattr(module, "__version__"):
        return str(module.__version__)
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
