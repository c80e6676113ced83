"""JSON, GitHub, GitLab, JUnit and SARIF, each read as its reader would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml
from tests.output.example import SOURCE, functional, reused, span, unsafe, written

from torchready.finding import Position, Severity
from torchready.output.formats import FORMATS, format_named
from torchready.output.listing import Gap, Listing


def listing(folder: Path) -> Listing:
    name = written(folder)
    return Listing([functional(name), reused(name), unsafe(name)], folder)


def test_json_has_the_layout_that_other_programs_rely_on(tmp_path: Path) -> None:
    findings = json.loads(format_named("json")(listing(tmp_path)))
    assert findings[0] == {
        "code": "TR101",
        "name": "functional-layer",
        "message": "`F.relu` is a function",
        "severity": "warning",
        "evidence": "source",
        "filename": str(tmp_path / "model.py"),
        "location": {"row": 5, "column": 13},
        "end_location": {"row": 5, "column": 19},
        "class": "Net",
        "symbol": "torch.nn.functional.relu",
        "fix": {
            "applicability": "safe",
            "message": "Use `nn.ReLU`",
            "edits": [
                {
                    "content": "# é\n",
                    "location": {"row": 4, "column": 1},
                    "end_location": {"row": 4, "column": 1},
                },
                {
                    "content": "self.relu",
                    "location": {"row": 5, "column": 13},
                    "end_location": {"row": 5, "column": 19},
                },
            ],
        },
        "url": "https://github.com/torchready/torchready/blob/main/docs/rules/TR101.md",
    }
    assert (findings[1]["evidence"], findings[1]["fix"]) == ("both", None)
    assert findings[1]["location"] == {"row": 6, "column": 25}
    assert (findings[2]["class"], findings[2]["fix"]["applicability"]) == (None, "unsafe")


def test_json_lines_are_the_same_objects(tmp_path: Path) -> None:
    lines = format_named("json-lines")(listing(tmp_path)).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(format_named("json")(listing(tmp_path)))


def test_github_annotates_the_range(tmp_path: Path) -> None:
    lines = format_named("github")(listing(tmp_path)).splitlines()
    assert lines == [
        "::warning title=torchready (TR101),file=model.py,line=5,col=13,endLine=5,endColumn=19"
        "::model.py:5:13: TR101 `F.relu` is a function",
        "::error title=torchready (TR201),file=model.py,line=6,col=25,endLine=6,endColumn=34"
        "::model.py:6:25: TR201 `self.relu` runs twice",
        "::notice title=torchready (TR101),file=model.py,line=7,endLine=8"
        "::model.py:7:9: TR101 `F.relu` is a function",
    ]


def test_github_escapes_what_would_end_a_command(tmp_path: Path) -> None:
    finding = functional(str(tmp_path / "a,b:c%.py"), message="50%\r\n::error::no")
    (line,) = format_named("github")(Listing([finding], tmp_path)).splitlines()
    assert "file=a%2Cb%3Ac%25.py,line=5" in line
    assert line.endswith("TR101 50%25%0D%0A::error::no")


def gaps(folder: Path) -> Listing:
    unread = Gap(str(folder / "a.py"), "cannot be read: permission denied")
    return Listing([], folder, gaps=[unread, Gap(str(folder / "b.py"), "not Python", Position(2, 4))])


def test_github_annotates_what_could_not_be_checked(tmp_path: Path) -> None:
    assert format_named("github")(gaps(tmp_path)).splitlines() == [
        "::error title=torchready,file=a.py::a.py: cannot be read: permission denied",
        "::error title=torchready,file=b.py,line=3,col=5::b.py:3:5: not Python",
    ]


def test_gitlab_reports_one_issue_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    issues = json.loads(format_named("gitlab")(listing(tmp_path)))
    assert [issue["severity"] for issue in issues] == ["major", "critical", "minor"]
    assert issues[0]["check_name"] == "TR101"
    assert issues[0]["description"] == "TR101: `F.relu` is a function"
    assert issues[0]["location"] == {
        "path": "model.py",
        "positions": {"begin": {"line": 5, "column": 13}, "end": {"line": 5, "column": 19}},
    }
    assert len({issue["fingerprint"] for issue in issues}) == 3


def test_gitlab_paths_count_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path.parent))
    issues = json.loads(format_named("gitlab")(listing(tmp_path)))
    assert issues[0]["location"]["path"] == f"{tmp_path.name}/model.py"


def test_fingerprints_survive_lines_added_above_but_tell_equal_findings_apart(tmp_path: Path) -> None:
    def fingerprints(findings: Listing) -> list[str]:
        return [issue["fingerprint"] for issue in json.loads(format_named("gitlab")(findings))]

    name = written(tmp_path)
    first = fingerprints(Listing([functional(name), functional(name)], tmp_path))
    assert len(set(first)) == 2
    Path(name).write_text("\n\n" + SOURCE, encoding="utf-8")
    moved = functional(name, range=span(6, 12, 6, 18))
    assert fingerprints(Listing([moved, moved], tmp_path)) == first


def test_junit_is_read_by_a_junit_reader(tmp_path: Path) -> None:
    report = JUnitXml.fromstring(format_named("junit")(listing(tmp_path)).encode())
    assert (report.tests, report.failures, report.errors) == (3, 3, 0)
    (suite,) = report
    assert suite.name == "model.py"
    cases = list(suite)
    assert cases[1].name == "TR201 reused-module (6:25)"
    assert cases[1].result[0].message == "`self.relu` runs twice"
    assert cases[1].result[0].text == "model.py:6:25: TR201 `self.relu` runs twice"


def test_junit_counts_what_could_not_be_checked_as_errors(tmp_path: Path) -> None:
    report = JUnitXml.fromstring(format_named("junit")(gaps(tmp_path)).encode())
    assert (report.tests, report.failures, report.errors) == (2, 0, 2)
    cases = [case for suite in report for case in suite]
    assert [case.result[0].message for case in cases] == ["cannot be read: permission denied", "not Python"]


def test_junit_without_findings_is_a_passed_test(tmp_path: Path) -> None:
    report = JUnitXml.fromstring(format_named("junit")(Listing([], tmp_path)).encode())
    assert [(case.name, case.is_passed) for suite in report for case in suite] == [("No findings", True)]


def test_junit_survives_characters_that_xml_has_not(tmp_path: Path) -> None:
    finding = functional(str(tmp_path / "a<&\x01.py"), message="\x00 \ud800 <b> & \U0001f600")
    report = JUnitXml.fromstring(format_named("junit")(Listing([finding], tmp_path)).encode())
    assert next(iter(next(iter(report)))).result[0].message == "\ufffd \ufffd <b> & \U0001f600"


@pytest.mark.parametrize(
    "name", [name for name in FORMATS if name not in ("json", "gitlab", "junit", "sarif")]
)
def test_no_findings_print_nothing(name: str, tmp_path: Path) -> None:
    assert format_named(name)(Listing([], tmp_path)) == ""


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_knows_every_severity(name: str, severity: Severity, tmp_path: Path) -> None:
    finding = functional(written(tmp_path), severity=severity)
    assert "TR101" in format_named(name)(Listing([finding], tmp_path))
