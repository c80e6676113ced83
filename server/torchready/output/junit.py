"""`junit`: a test report in which every finding is a failed test, for build servers.

Written with the standard library: the junit packages either parse other people's reports or do not drop
the characters that XML cannot hold.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from torchready.finding import Finding
from torchready.output.listing import Gap, Listing, place

# Everything outside of the characters of XML 1.0.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(listing: Listing) -> str:
    failures, errors = len(listing.findings), len(listing.gaps)
    counts = {"tests": str(failures + errors), "failures": str(failures), "errors": str(errors)}
    root = Element("testsuites", {"name": "torchready", **counts})
    for gap in listing.gaps:
        _add_gap(root, without_control_characters(listing.shown_name(gap.filename)), gap)
    for filename, findings in groupby(listing.findings, key=lambda finding: finding.filename):
        _add_suite(root, without_control_characters(listing.shown_name(filename)), list(findings))
    if not listing.findings and not listing.gaps:
        suite = SubElement(root, "testsuite", name="torchready", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name="No findings", classname="torchready")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, filename: str, findings: list[Finding]) -> None:
    total = str(len(findings))
    suite = SubElement(root, "testsuite", name=filename, tests=total, failures=total, errors="0")
    for finding in findings:
        row, column = place(finding.range.start)
        case = SubElement(
            suite,
            "testcase",
            name=f"{finding.code} {finding.name} ({row}:{column})",
            classname=filename.removesuffix(".py"),
            file=filename,
            line=str(row),
        )
        message = without_control_characters(finding.message)
        failure = SubElement(case, "failure", message=message, type=finding.severity.value)
        failure.text = f"{filename}:{row}:{column}: {finding.code} {message}"


def _add_gap(root: Element, filename: str, gap: Gap) -> None:
    suite = SubElement(root, "testsuite", name=filename, tests="1", failures="0", errors="1")
    classname = filename.removesuffix(".py")
    case = SubElement(suite, "testcase", name="not checked", classname=classname, file=filename)
    if gap.position is not None:
        case.set("line", str(place(gap.position)[0]))
    SubElement(case, "error", message=without_control_characters(gap.message), type="not-checked")


def without_control_characters(text: str) -> str:
    return NO_XML.sub("\ufffd", text)
