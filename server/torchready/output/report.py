"""The report of verified models: data for the editor's picture of a model, and the same picture as one HTML file.

The page with its program and style is `report.html` beside this file. It is built from vscode-client/report, so that
editor and file show the same, and lies here ready-made, so that installing torchready needs no node.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import Enum
from importlib.resources import files
from typing import Any

from torchready.finding import Finding
from torchready.output.json_format import finding_object, range_object
from torchready.output.verification import VerifiedModel, check_object
from torchready.probe.verification import ModuleCall, ModuleNode, Place, Status, Verification

VERSION = 1
DATA = '<script type="application/json" id="reports">[]</script>'


class ModuleState(str, Enum):
    """What is to be said of a module; the worst that holds."""

    FAILED = "failed"  # a check failed in it
    REUSED = "reused"  # called more than once
    FUNCTIONAL = "functional"  # has neighbours that are no modules
    HAZARD = "hazard"  # something else was found in it
    UNUSED = "unused"  # did not run on the dummy input
    FINE = "fine"


def report_object(model: VerifiedModel) -> dict[str, Any]:
    """One model's report as JSON."""
    verification = model.verification
    observation = verification.observation
    return {
        "version": VERSION,
        "model": model.name,
        "class": verification.class_name,
        "place": _place_object(verification.class_place),
        "passed": verification.passed,
        "seconds": round(verification.seconds, 6),
        "checks": [check_object(check) for check in verification.checks],
        "inputs": list(observation.inputs) if observation else [],
        "outputs": list(observation.outputs) if observation else [],
        "modules": list(_module_objects(model)),
        "findings": [finding_object(finding) for finding in model.findings],
        "output": verification.output,
    }


def report_page(models: Sequence[VerifiedModel]) -> str:
    """One HTML file that needs nothing else: no network, no other files."""
    page = files("torchready.output").joinpath("report.html").read_text(encoding="utf-8")
    # In a script only `</script` and `<!--` mean something, and both begin with this sign.
    data = json.dumps([report_object(model) for model in models]).replace("<", "\\u003c")
    return page.replace(DATA, DATA.replace("[]", data), 1)


def _module_objects(model: VerifiedModel) -> Iterator[dict[str, Any]]:
    observation = model.verification.observation
    modules = observation.modules if observation else ()
    failed_in = [_failed_in(finding, model.verification) for finding in model.findings]
    ran = set(_paths_that_ran(modules))
    for module, about in zip(modules, _attributed(model.findings, modules), strict=True):
        failed = dict.fromkeys(check for index in about for check in failed_in[index])
        families = {model.findings[index].code[:3] for index in about}
        yield {
            "path": module.path,
            "class": module.class_name,
            "parameters": module.parameters,
            "state": _state(bool(failed), families, module.path in ran).value,
            "failed": list(failed),
            "findings": about,
            "defined": _place_object(module.defined),
            "registered": _place_object(module.registered),
            "calls": [_call_object(call) for call in module.calls],
        }


def _state(has_failed: bool, families: set[str], ran: bool) -> ModuleState:
    if has_failed:
        return ModuleState.FAILED
    if "TR2" in families:
        return ModuleState.REUSED
    if "TR1" in families:
        return ModuleState.FUNCTIONAL
    if families:
        return ModuleState.HAZARD
    return ModuleState.FINE if ran else ModuleState.UNUSED


def _paths_that_ran(modules: Sequence[ModuleNode]) -> Iterator[str]:
    """Modules that were called, and those that hold one: a list of modules is never called itself."""
    for module in modules:
        if module.calls:
            parts = module.path.split(".")
            yield from (".".join(parts[:length]) for length in range(len(parts) + 1))


def _attributed(findings: Sequence[Finding], modules: Sequence[ModuleNode]) -> list[list[int]]:
    """For each module the findings about it, by index. What is about no module in particular is about the model."""
    about: list[list[int]] = [[] for _ in modules]
    for index, finding in enumerate(findings):
        meant = [number for number, module in enumerate(modules) if _is_about(finding, module)]
        for number in meant or range(min(1, len(modules))):
            about[number].append(index)
    return about


def _is_about(finding: Finding, module: ModuleNode) -> bool:
    if finding.code.startswith("TR2"):
        return any(_is_at(finding, place) for place in _places(module))
    if finding.class_name is None or module.defined is None:
        return False
    same_class = f".{module.class_name}".endswith(f".{finding.class_name}")
    return same_class and module.defined.filename == finding.filename


def _failed_in(finding: Finding, verification: Verification) -> tuple[str, ...]:
    """The checks that failed with this finding; merging may have changed all of it but its code and its place."""
    here = (finding.code, finding.filename, finding.range)
    return tuple(
        check.name
        for check in verification.checks
        if check.status is Status.FAILED
        and any((each.code, each.filename, each.range) == here for each in check.findings)
    )


def _places(module: ModuleNode) -> Iterator[Place]:
    yield from (call.place for call in module.calls if call.place is not None)
    if module.registered is not None:
        yield module.registered


def _is_at(finding: Finding, place: Place) -> bool:
    same_line = finding.range.start.line == place.range.start.line
    overlaps = place.range.start < finding.range.end and finding.range.start < place.range.end
    return finding.filename == place.filename and same_line and overlaps


def _call_object(call: ModuleCall) -> dict[str, Any]:
    return {
        "place": _place_object(call.place),
        "inputs": list(call.inputs),
        "outputs": list(call.outputs),
        "seconds": round(call.seconds, 6),
    }


def _place_object(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"filename": place.filename, **range_object(place.range)}
