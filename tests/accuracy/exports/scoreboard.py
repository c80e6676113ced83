"""Precision and recall of TR3xx and TR4xx: python -m tests.accuracy.exports.scoreboard TRUTH [--write PAGE]

TRUTH is the folder that tests.accuracy.exports.record wrote. The libraries are read where this interpreter imports
them from, or under --site. Exits with 1 when a share is below what the project promises, when too few models ran, when
a miss has no reason in reasons.toml, or when torchready failed on a file.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.accuracy.board import exit_code, publish, read_options
from tests.accuracy.document import table
from tests.accuracy.exports.comparison import Comparison, Miss
from tests.accuracy.exports.reasons import REASONS, Reasons
from tests.accuracy.exports.truth import ModelTruth, read
from tests.accuracy.findings import StaticFinding, check
from tests.accuracy.score import Score

FEWEST_MODELS = 150
LEAST_PRECISION = 0.95
LEAST_RECALL = 0.8
TRACING = ("TR301", "TR302", "TR303", "TR304", "TR305", "TR306", "TR307", "TR403")
ONNX = ("TR401", "TR402")
# Exporters judge findings about themselves: what the older one was asked to write.
OLDER_EXPORTER = """\
[[model]]
target = "zoo:model"
opset = 17
"""
CHECKS = ("trace", "export", "dynamo", "torchscript")
SAID = {
    "TR305": "takes or gives what is no tensor",
    "TR390": "trace fails",
    "TR391": "the tracer warns of a tensor",
    "TR392": "the trace differs",
    "TR393": "torch.export fails",
    "TR403": "fails on twice the batch",
    "TR490": "ONNX export fails",
    "TR491": "the ONNX file differs",
}

Scores = dict[str, Score[Miss]]


@dataclass
class Result:
    """What came out over all libraries. `precision` by code of torchready, `recall` by code of the run."""

    models: list[ModelTruth]
    precision: Scores
    recall: Scores
    problems: list[str]

    @property
    def misses(self) -> list[Miss]:
        found = [miss for score in self.precision.values() for miss in score.wrong]
        found += [miss for score in self.recall.values() for miss in score.not_found]
        return sorted(found, key=lambda miss: (miss.kind, miss.code, miss.place))


def main() -> int:
    options = read_options(__doc__)
    models = read(options.truth)
    sites = {model.library: options.site_of(model.library) for model in models}
    result = compare(models, sites)
    reasons = Reasons(sites)
    tables = (
        models_table(models),
        precision_table(result),
        recall_table(result, reasons),
        misses_table(result, reasons),
    )
    publish(options, "exports", tables)
    return exit_code([*result.problems, *broken_promises(result, reasons)])


def compare(models: Sequence[ModelTruth], sites: dict[str, Path]) -> Result:
    result = Result(list(models), {}, {}, [])
    for library, site in sorted(sites.items()):
        of_library = [model for model in models if model.library == library]
        comparison = Comparison(of_library, find(site, of_library, result.problems))
        _add(result.precision, comparison.precision())
        _add(result.recall, comparison.recall())
    return result


def find(site: Path, models: Iterable[ModelTruth], problems: list[str]) -> list[StaticFinding]:
    """Findings in the files that ran, those about ONNX for each of both exporters."""
    files = sorted({file for model in models if model.ran for file in model.executed})
    if not files:
        return []
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "torchready.toml"
        configuration.write_text(OLDER_EXPORTER, encoding="utf-8")
        newer = check(site, files, (*TRACING, *ONNX))
        older = check(site, files, ONNX, configuration=configuration)
    problems += [*newer.problems, *older.problems]
    return [*newer.findings, *older.findings]


def _add(scores: Scores, more: Scores) -> None:
    for code, score in more.items():
        scores[code] = scores.get(code, Score[Miss]()) + score


def total(scores: Scores) -> Score[Miss]:
    return sum(scores.values(), Score[Miss]())


def visible(score: Score[Miss], reasons: Reasons) -> Score[Miss]:
    """Without what only a run can know."""
    seen = [miss for miss in score.not_found if not _is_of_runs_only(miss, reasons)]
    return Score(score.found, score.right, score.not_judged, seen, score.wrong)


def _is_of_runs_only(miss: Miss, reasons: Reasons) -> bool:
    reason = reasons.of(miss)
    return reason is not None and reason.only_a_run


def models_table(models: Sequence[ModelTruth]) -> str:
    rows: list[tuple[object, ...]] = []
    for library in sorted({model.library for model in models}):
        of_library = [model for model in models if model.library == library]
        ran = [model for model in of_library if model.ran]
        passed = Counter(check for model in ran for check in CHECKS if model.status(check) == "passed")
        rows.append((library, len(of_library), len(ran), *(passed[check] for check in CHECKS)))
    numbers = [[int(str(cell)) for cell in row[1:]] for row in rows]
    rows.append(("all", *(sum(column) for column in zip(*numbers, strict=True))))
    head = ("library", "models", "ran", "traced", "exported", "ONNX, dynamo", "ONNX, TorchScript")
    return table(head, rows)


def precision_table(result: Result) -> str:
    scores = dict(sorted(result.precision.items()))
    rows = [
        (code, score.right + len(score.wrong), score.right, f"{score.precision:.3f}", score.not_judged)
        for code, score in {**scores, "all": total(scores)}.items()
    ]
    return table(("warnings of", "judged", "right", "precision", "not judged"), rows)


def recall_table(result: Result, reasons: Reasons) -> str:
    scores = dict(sorted(result.recall.items()))
    rows: list[tuple[object, ...]] = []
    for code, score in {**scores, "all": total(scores)}.items():
        seen = visible(score, reasons)
        happened = score.found + len(score.not_found)
        in_source = seen.found + len(seen.not_found)
        rows.append((SAID.get(code, code), happened, in_source, seen.found, f"{seen.recall:.3f}"))
    return table(("what a run said of a line", "lines", "visible in the source", "found", "recall"), rows)


def misses_table(result: Result, reasons: Reasons) -> str:
    """One row for each reason at each line; lines of one reason and file share a row."""
    rows: dict[tuple[str, str, str, str], list[Miss]] = {}
    for miss in result.misses:
        reason = reasons.of(miss)
        said = "**UNEXPLAINED**" if reason is None else reason.reason
        shown = "only a run knows" if reason is not None and reason.only_a_run else miss.kind
        rows.setdefault((miss.code, shown, miss.place[0], said), []).append(miss)
    cells = [
        (code, kind, f"{file}:{','.join(str(miss.place[1]) for miss in misses)}", misses[0].model, said)
        for (code, kind, file, said), misses in rows.items()
    ]
    return table(("code", "kind", "where", "seen in", "reason"), cells) if cells else "No misses."


def broken_promises(result: Result, reasons: Reasons) -> list[str]:
    problems: list[str] = []
    ran = sum(model.ran for model in result.models)
    if ran < FEWEST_MODELS:
        problems.append(f"only {ran} models ran; {FEWEST_MODELS} are needed")
    precision, recall = total(result.precision).precision, visible(total(result.recall), reasons).recall
    if precision < LEAST_PRECISION:
        problems.append(f"precision {precision:.3f} is below {LEAST_PRECISION}")
    if recall < LEAST_RECALL:
        problems.append(f"recall {recall:.3f} is below {LEAST_RECALL}")
    problems += [
        f"{miss.location}: {miss.code} {miss.kind}, no reason in {REASONS.name}: {miss.message}"
        for miss in result.misses
        if reasons.of(miss) is None
    ]
    return problems


if __name__ == "__main__":
    sys.exit(main())
