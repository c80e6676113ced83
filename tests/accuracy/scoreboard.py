"""Recall and precision over the zoo: python -m tests.accuracy.scoreboard TRUTH [--write docs/accuracy.md]

TRUTH is the folder that tests.accuracy.record wrote. The libraries are read where this interpreter imports
them from, or under --site. Exits with 1 when a share is below what the project promises, when too few models
ran, when a miss of a promised rule has no reason in reasons.toml, or when torchready failed on a file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomllib
from tests.accuracy.board import exit_code, publish, read_options
from tests.accuracy.comparison import FUNCTIONAL_RULES, REUSE_RULES, Comparison, Miss
from tests.accuracy.document import table
from tests.accuracy.findings import check
from tests.accuracy.score import Score
from tests.accuracy.source_calls import SourceFile
from tests.accuracy.truth import SHARED, Truth

REASONS = Path(__file__).with_name("reasons.toml")
FEWEST_MODELS = 100
MODELS_COUNTED = ("torchvision", "transformers")
REUSE_OF_EITHER_RULE = "/".join(REUSE_RULES)
# Rule -> (recall, precision) that the project promises. The others are shown for what they tell.
PROMISED = {"TR101": (1.0, 1.0), REUSE_OF_EITHER_RULE: (0.98, 0.98)}

Scores = dict[str, dict[str, Score[Miss]]]


@dataclass(frozen=True)
class Reason:
    """Why a miss stays. `expression` is the callee as written (`self.act`)."""

    library: str
    file: str
    expression: str
    reason: str

    def explains(self, miss: Miss) -> bool:
        return (self.library, self.file, self.expression) == (miss.library, miss.place[0], miss.expression)


def main() -> int:
    options = read_options(__doc__)
    truths = [
        Truth.from_json(path.read_text(encoding="utf-8")) for path in sorted(options.truth.glob("*.json"))
    ]
    problems: list[str] = []
    scores = {truth.library: compare(truth, options.site_of(truth.library), problems) for truth in truths}
    reasons = read_reasons()
    tables = (models_table(truths), scores_table(scores), misses_table(scores, reasons))
    publish(options, "accuracy", tables)
    return exit_code([*problems, *broken_promises(truths, scores, reasons)])


def compare(truth: Truth, site: Path, problems: list[str]) -> dict[str, Score[Miss]]:
    checked = check(site, sorted(truth.executed), (*FUNCTIONAL_RULES, *REUSE_RULES))
    problems += checked.problems
    comparison = Comparison(truth, checked.findings, lambda file: SourceFile(site / file))
    scores = {rule: comparison.functional(rule) for rule in FUNCTIONAL_RULES}
    scores |= {rule: comparison.reuse((rule,)) for rule in REUSE_RULES}
    return scores | {REUSE_OF_EITHER_RULE: comparison.reuse()}


def read_reasons() -> list[Reason]:
    content = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return [Reason(**entry) for entry in content.get("miss", [])]


def reason_for(miss: Miss, reasons: Sequence[Reason]) -> str | None:
    return next((reason.reason for reason in reasons if reason.explains(miss)), None)


def totals(scores: Scores) -> dict[str, Score[Miss]]:
    rules = {rule: None for library in scores.values() for rule in library}
    return {rule: sum((library[rule] for library in scores.values()), Score[Miss]()) for rule in rules}


def models_table(truths: Sequence[Truth]) -> str:
    rows = [
        (
            f"{truth.library} {truth.version}",
            len(truth.models),
            len(truth.models_that_ran),
            len(truth.executed),
            sum(len(spans) for spans in truth.executed.values()),
            sum(reuse["kind"] == SHARED for reuse in truth.reuse.values()),
        )
        for truth in truths
    ]
    head = ("library", "models", "ran", "files", "calls executed", "shared between modules (TR203)")
    return table(head, rows)


def scores_table(scores: Scores) -> str:
    rows = [_row(rule, "all", score) for rule, score in totals(scores).items()]
    rows += [
        _row(rule, library, score) for library, by_rule in scores.items() for rule, score in by_rule.items()
    ]
    head = ("rule", "library", "happened", "found", "recall", "judged", "right", "precision", "not judged")
    return table(head, rows)


def _row(rule: str, library: str, score: Score[Miss]) -> tuple[object, ...]:
    return (
        rule,
        library,
        score.found + len(score.not_found),
        score.found,
        f"{score.recall:.4f}",
        score.right + len(score.wrong),
        score.right,
        f"{score.precision:.4f}",
        score.not_judged,
    )


def misses_table(scores: Scores, reasons: Sequence[Reason]) -> str:
    rows = [
        (miss.rule, miss.kind, miss.location, f"`{miss.expression}`", miss.detail, miss.model or "-", reason)
        for miss in all_misses(scores)
        for reason in [reason_for(miss, reasons) or "**UNEXPLAINED**"]
    ]
    if not rows:
        return "No misses."
    return table(("rule", "kind", "where", "expression", "what", "seen in", "reason"), rows)


def all_misses(scores: Scores) -> list[Miss]:
    """Each once: TR201 and TR202 alone only tell which of the two it should have been."""
    counted = (*FUNCTIONAL_RULES, REUSE_OF_EITHER_RULE)
    misses = {miss for library in scores.values() for rule in counted for miss in library[rule].misses}
    return sorted(misses, key=lambda miss: (miss.rule, miss.kind, miss.place))


def broken_promises(truths: Sequence[Truth], scores: Scores, reasons: Sequence[Reason]) -> list[str]:
    problems: list[str] = []
    ran = sum(len(truth.models_that_ran) for truth in truths if truth.library in MODELS_COUNTED)
    if ran < FEWEST_MODELS:
        problems.append(
            f"only {ran} models of {' and '.join(MODELS_COUNTED)} ran; {FEWEST_MODELS} are needed"
        )
    for rule, score in totals(scores).items():
        for name, share, least in zip(
            ("recall", "precision"), (score.recall, score.precision), PROMISED.get(rule, ()), strict=False
        ):
            if share < least:
                problems.append(f"{rule}: {name} {share:.4f} is below {least}")
    unexplained = [
        miss
        for library in scores.values()
        for rule in PROMISED
        for miss in library[rule].misses
        if reason_for(miss, reasons) is None
    ]
    problems += [
        f"{miss.location}: {miss.rule} {miss.kind} `{miss.expression}` has no reason in {REASONS.name}"
        for miss in unexplained
    ]
    return problems


if __name__ == "__main__":
    sys.exit(main())
