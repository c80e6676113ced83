"""The engine's findings on the corpus are exactly those that stand beside the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.corpus.expectation import Seen, difference, expected_in_profile, profiles_of
from tests.corpus.files import CORPUS, corpus_cases

from torchready.config import Config
from torchready.engine import Engine

FAMILIES = ("TR1", "TR2", "TR3")


def parameters() -> Iterator[object]:
    for case in corpus_cases():
        for path in case.files:
            for profile in profiles_of(path.read_text(encoding="utf-8")):
                name = path.relative_to(CORPUS).with_suffix("").as_posix()
                yield pytest.param(case.root, path, profile, id=f"{name}-{profile}")


def seen_by_engine(root: Path, path: Path, source: str, profile: str) -> list[Seen]:
    report = Engine(Config(profile=profile), root).check(path, source)
    return [
        Seen(
            line=finding.range.start.line + 1,
            column=finding.range.start.column + 1,
            code=finding.code,
            symbol=finding.symbol,
            class_name=finding.class_name,
        )
        for finding in report.findings
        if finding.code.startswith(FAMILIES)
    ]


@pytest.mark.parametrize(("root", "path", "profile"), list(parameters()))
def test_findings_are_those_beside_the_code(root: Path, path: Path, profile: str) -> None:
    source = path.read_text(encoding="utf-8")
    problems = difference(expected_in_profile(source, profile), seen_by_engine(root, path, source, profile))
    assert not problems, f"{path.relative_to(CORPUS)} in profile {profile}:\n" + "\n".join(problems)
