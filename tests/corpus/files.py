"""Which files the corpus consists of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """Files that belong together, and the folder against which their imports are resolved."""

    name: str
    root: Path
    files: tuple[Path, ...]


def corpus_cases() -> Iterator[Case]:
    """Each file of models/ by itself, each folder of packages/ as a whole."""
    models = CORPUS / "models"
    for path in sorted(models.glob("*.py")):
        yield Case(path.stem, models, (path,))
    for root in sorted(path for path in CORPUS.glob("packages/*") if path.is_dir()):
        yield Case(root.name, root, tuple(sorted(root.rglob("*.py"))))
