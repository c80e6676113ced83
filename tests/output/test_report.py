"""The report's data: which module is in which state, and what is said of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from torchready.finding import Evidence, Finding, Position, Range, Severity
from torchready.output.report import report_object, report_page
from torchready.output.verification import VerifiedModel
from torchready.probe.verification import (
    CheckOutcome,
    ModuleCall,
    ModuleNode,
    Observation,
    Place,
    Status,
    Verification,
)

FILE = "/models/net.py"


def place(line: int, column: int = 8, length: int = 9) -> Place:
    return Place(FILE, Range(Position(line, column), Position(line, column + length)))


def call(line: int | None, seconds: float = 0.25) -> ModuleCall:
    where = None if line is None else place(line)
    return ModuleCall(where, ("float32[1, 8]",), ("float32[1, 4]",), seconds)


def finding(code: str, line: int, class_name: str | None) -> Finding:
    return Finding(
        code,
        "a-rule",
        "what is wrong",
        Severity.WARNING,
        FILE,
        place(line).range,
        class_name=class_name,
        evidence=Evidence.RUN,
    )


REUSED = finding("TR201", 31, "Block")
FUNCTIONAL = finding("TR101", 12, "Net")
FAILED = finding("TR393", 41, "Head")
WARNED = finding("TR391", 51, "Neck")
NOWHERE = finding("TR480", 0, None)
MODULES = (
    ModuleNode("", "pkg.net.Net", 100, (call(None),), defined=place(1)),
    ModuleNode("block", "pkg.net.Block", 60, (call(10),), defined=place(30), registered=place(5)),
    ModuleNode("block.relu", "torch.nn.modules.activation.ReLU", 0, (call(30), call(31))),
    ModuleNode("heads", "torch.nn.modules.container.ModuleList", 40),
    ModuleNode("heads.0", "pkg.net.Head", 40, (call(11),), defined=place(40)),
    ModuleNode("neck", "pkg.net.Neck", 0, (call(13),), defined=place(50)),
    ModuleNode("spare", "torch.nn.modules.linear.Linear", 12),
)
VERIFICATION = Verification(
    "pkg.net:Net",
    (
        CheckOutcome("forward", Status.PASSED, 0.5),
        CheckOutcome("export", Status.FAILED, 1.5, "torch.export fails", "Traceback ...", (FAILED,)),
    ),
    (REUSED, FUNCTIONAL, FAILED, WARNED, NOWHERE),
    Observation({}, MODULES, (), ("float32[1, 8]",), ("float32[1, 4]",)),
    class_name="pkg.net.Net",
    class_place=place(1),
    output="hello\n",
    seconds=2.0,
)


def report(verification: Verification = VERIFICATION) -> dict[str, Any]:
    return report_object(VerifiedModel("pkg.net:Net", verification, verification.findings))


def test_every_module_has_the_worst_state_that_holds() -> None:
    assert {module["path"]: module["state"] for module in report()["modules"]} == {
        "": "functional",
        "block": "fine",
        "block.relu": "reused",
        "heads": "fine",
        "heads.0": "failed",
        "neck": "hazard",
        "spare": "unused",
    }


def test_findings_are_with_the_modules_they_are_about() -> None:
    assert {module["path"]: module["findings"] for module in report()["modules"] if module["findings"]} == {
        "": [1, 4],
        "block.relu": [0],
        "heads.0": [2],
        "neck": [3],
    }


def test_a_module_in_which_a_check_failed_says_which() -> None:
    assert [module["failed"] for module in report()["modules"]] == [[], [], [], [], ["export"], [], []]


def test_a_merged_finding_still_is_the_reason_of_the_failure() -> None:
    merged = replace(FAILED, evidence=Evidence.BOTH, message="what the source says too")
    objects = report_object(VerifiedModel("pkg.net:Net", VERIFICATION, (merged,)))
    assert [module["path"] for module in objects["modules"] if module["state"] == "failed"] == ["heads.0"]


def test_places_count_from_one_and_calls_say_what_went_in_and_out() -> None:
    relu = report()["modules"][2]
    assert relu["calls"][1] == {
        "place": {
            "filename": FILE,
            "location": {"row": 32, "column": 9},
            "end_location": {"row": 32, "column": 18},
        },
        "inputs": ["float32[1, 8]"],
        "outputs": ["float32[1, 4]"],
        "seconds": 0.25,
    }


def test_what_is_said_of_the_whole_model() -> None:
    told = report()
    assert told["version"] == 1
    assert (told["model"], told["class"], told["passed"]) == ("pkg.net:Net", "pkg.net.Net", False)
    assert (told["inputs"], told["outputs"], told["output"]) == (
        ["float32[1, 8]"],
        ["float32[1, 4]"],
        "hello\n",
    )
    assert [(check["name"], check["status"]) for check in told["checks"]] == [
        ("forward", "passed"),
        ("export", "failed"),
    ]
    assert [each["code"] for each in told["findings"]] == ["TR201", "TR101", "TR393", "TR391", "TR480"]


def test_a_model_that_could_not_be_built_has_a_report_too() -> None:
    told = report(replace(VERIFICATION, observation=None, class_place=None))
    assert (told["modules"], told["place"], len(told["findings"])) == ([], None, 5)


def embedded(page: str) -> Any:
    (data,) = re.findall(r'<script type="application/json" id="reports">(.*?)</script>', page, re.DOTALL)
    return json.loads(data)


def test_the_page_holds_the_reports_of_all_models() -> None:
    model = VerifiedModel("pkg.net:Net", VERIFICATION, VERIFICATION.findings)
    assert embedded(report_page([model, replace(model, name="other:Net")])) == [
        report_object(model),
        {**report_object(model), "model": "other:Net"},
    ]


def test_nothing_that_a_model_says_gets_out_of_the_data() -> None:
    hostile = replace(VERIFICATION, output="</script><script>alert(1)</script><!--")
    page = report_page([VerifiedModel("pkg.net:Net", hostile, ())])
    assert "alert(1)</script>" not in page
    assert embedded(page)[0]["output"] == hostile.output


def test_the_page_loads_nothing() -> None:
    page = report_page([])
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=["'](?!\$)[^"']*""", page) == []
