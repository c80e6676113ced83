"""`junit` for `verify`: a suite per model, a test per check and per finding that made no check fail."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from torchready.finding import Finding
from torchready.output.junit import without_control_characters
from torchready.output.listing import place, shown_path
from torchready.output.verification import VerifiedModel, VerifyListing
from torchready.probe.verification import CheckOutcome, Status


def junit(listing: VerifyListing) -> str:
    root = Element("testsuites", name="torchready")
    for model in listing.models:
        _add_suite(root, model, listing)
    suites = root.findall("testsuite")
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, model: VerifiedModel, listing: VerifyListing) -> None:
    suite = SubElement(root, "testsuite", name=without_control_characters(model.name))
    for check in model.verification.checks:
        _add_check(suite, check, model)
    told = {
        key(finding) for check in model.verification.checks for finding in check.findings if is_failed(check)
    }
    for finding in model.findings:
        if key(finding) not in told:
            _add_finding(suite, finding, listing)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    output = without_control_characters(model.verification.output)
    if output:
        SubElement(suite, "system-out").text = output


def _add_check(suite: Element, check: CheckOutcome, model: VerifiedModel) -> None:
    name = without_control_characters(model.name)
    case = SubElement(suite, "testcase", name=check.name, classname=name, time=f"{check.seconds:.3f}")
    message = without_control_characters(check.message or "")
    if check.status is Status.FAILED:
        failure = SubElement(case, "failure", message=message, type="failed")
        failure.text = without_control_characters(check.detail or check.message or "")
    elif check.status is Status.SKIPPED:
        SubElement(case, "skipped", message=message)


def _add_finding(suite: Element, finding: Finding, listing: VerifyListing) -> None:
    row, column = place(finding.range.start)
    filename = without_control_characters(shown_path(finding.filename, listing.folder))
    name = f"{finding.code} {finding.name} ({row}:{column})"
    case = SubElement(suite, "testcase", name=name, classname=filename.removesuffix(".py"), file=filename)
    case.set("line", str(row))
    message = without_control_characters(finding.message)
    failure = SubElement(case, "failure", message=message, type=finding.severity.value)
    failure.text = f"{filename}:{row}:{column}: {finding.code} {message}"


def is_failed(check: CheckOutcome) -> bool:
    return check.status is Status.FAILED


def key(finding: Finding) -> tuple[object, ...]:
    """Equal for one finding before and after it was merged with what the source says."""
    return finding.code, finding.filename, finding.range
