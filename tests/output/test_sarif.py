"""SARIF, held against models that were generated from the official schema and allow no unknown key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fluidattacks_core.sarif import SarifLog
from tests.output.example import functional, reused, unsafe, written

from torchready.finding import Position
from torchready.output.formats import format_named
from torchready.output.listing import Gap, Listing
from torchready.rules.registry import RULES


def log(findings: Listing) -> dict[str, Any]:
    content = json.loads(format_named("sarif")(findings))
    SarifLog.model_validate(content)
    return content["runs"][0]


def run(folder: Path) -> dict[str, Any]:
    name = written(folder)
    return log(Listing([functional(name), reused(name), unsafe(name)], folder))


def test_results_say_what_and_where(tmp_path: Path) -> None:
    result = run(tmp_path)["results"][0]
    assert (result["ruleId"], result["level"]) == ("TR101", "warning")
    assert result["message"] == {"text": "`F.relu` is a function"}
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "model.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 5, "startColumn": 13, "endLine": 5, "endColumn": 19},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Net", "kind": "type"}]


def test_columns_count_code_points(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert found["columnKind"] == "unicodeCodePoints"
    region = found["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (6, 25)


def test_related_places_and_fixes_come_along(tmp_path: Path) -> None:
    first, second, third = run(tmp_path)["results"]
    (related,) = second["relatedLocations"]
    assert related["message"] == {"text": "first used here"}
    assert related["physicalLocation"]["region"]["startColumn"] == 35
    replacements = first["fixes"][0]["artifactChanges"][0]["replacements"]
    assert [replacement["insertedContent"]["text"] for replacement in replacements] == ["# é\n", "self.relu"]
    assert third["fixes"][0]["description"]["text"] == "Use `nn.Softmax` (unsafe)"


def test_every_result_points_at_its_rule(tmp_path: Path) -> None:
    found = run(tmp_path)
    rules = found["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])
    described = {rule["id"]: rule for rule in rules}
    for rule in RULES:
        assert described[rule.code]["help"]["markdown"] == rule.page()


def test_rules_that_only_a_run_knows_are_described_too(tmp_path: Path) -> None:
    found = log(Listing([functional(written(tmp_path), code="TR391", name="tracer-warning")], tmp_path))
    rule = found["tool"]["driver"]["rules"][found["results"][0]["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("TR391", "TracerWarning")


def test_paths_are_written_as_uris(tmp_path: Path) -> None:
    found = log(Listing([functional(written(tmp_path, "my modèle #1.py"))], tmp_path))
    artifact = found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == "my%20mod%C3%A8le%20%231.py"
    assert found["originalUriBaseIds"]["SRCROOT"]["uri"] == tmp_path.as_uri() + "/"


def test_what_could_not_be_checked_is_a_notification(tmp_path: Path) -> None:
    gap = Gap(str(tmp_path / "a.py"), "cannot be parsed", Position(2, 4))
    (invocation,) = log(Listing([], tmp_path, gaps=[gap]))["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert (notification["level"], notification["message"]["text"]) == ("error", "cannot be parsed")
    (location,) = notification["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}


def test_no_findings_are_a_run_without_results(tmp_path: Path) -> None:
    assert log(Listing([], tmp_path))["results"] == []
