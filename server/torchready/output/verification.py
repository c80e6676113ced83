"""The results of `verify` in every format: those of `check` for the findings, and what became of each check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchready.finding import Finding
from torchready.output.formats import format_named
from torchready.output.json_format import finding_object
from torchready.output.listing import Listing
from torchready.output.terminal import Piece, render, visible
from torchready.probe.merging import together
from torchready.probe.verification import CheckOutcome, Status, Verification

STYLES = {Status.PASSED: "green", Status.FAILED: "bold red", Status.SKIPPED: "yellow"}


@dataclass(frozen=True, slots=True)
class VerifiedModel:
    """One model, by the name that the user gave it; `findings` are merged with what the source says."""

    name: str
    verification: Verification
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class VerifyListing:
    models: Sequence[VerifiedModel]
    folder: Path
    colored: bool = False
    seconds: float = 0.0

    def findings(self) -> list[Finding]:
        """Each once, though models may share code."""
        return together(model.findings for model in self.models)


VerifyFormat = Callable[[VerifyListing], str]


def verify_format(name: str) -> VerifyFormat:
    if name == "junit":
        from torchready.output.verification_junit import junit

        return junit
    own: dict[str, VerifyFormat] = {"json": json_text, "json-lines": json_lines}
    return own.get(name) or _findings_as(name)


def json_text(listing: VerifyListing) -> str:
    return json.dumps({"models": [model_object(model) for model in listing.models]}, indent=2) + "\n"


def json_lines(listing: VerifyListing) -> str:
    return "".join(json.dumps(model_object(model)) + "\n" for model in listing.models)


def model_object(model: VerifiedModel) -> dict[str, Any]:
    return {
        "model": model.name,
        "checks": [check_object(check) for check in model.verification.checks],
        "findings": [finding_object(finding) for finding in model.findings],
    }


def check_object(check: CheckOutcome) -> dict[str, Any]:
    return {
        "name": check.name,
        "status": check.status.value,
        "seconds": round(check.seconds, 6),
        "message": check.message,
        "detail": check.detail,
    }


def _findings_as(name: str) -> VerifyFormat:
    def format_(listing: VerifyListing) -> str:
        return format_named(name)(Listing(listing.findings(), listing.folder, listing.colored))

    return format_


def outcome_table(listing: VerifyListing, colored: bool) -> str:
    """What became of each check of each model."""
    return render(_outcomes(listing), colored)


def _outcomes(listing: VerifyListing) -> Iterator[Piece]:
    for model in listing.models:
        yield Piece(visible(model.name), "bold")
        yield Piece("\n")
        told: str | None = None
        for check in model.verification.checks:
            yield Piece(f"  {check.name:<8}")
            yield Piece(f"{check.status.value:<8}", STYLES[check.status])
            yield Piece(f"{check.seconds:8.2f} s" if check.status is not Status.SKIPPED else " " * 10)
            # What is skipped because of another check repeats what that one said.
            message = (check.message or "").removesuffix(f": {told}")
            told = message if check.status is Status.FAILED else told
            yield Piece(f"  {visible(message)}\n" if message else "\n")


def summary_of_models(listing: VerifyListing) -> str:
    failed = sum(not model.verification.passed for model in listing.models)
    found = len(listing.findings())
    models = _counted(len(listing.models), "model")
    outcome = "all checks passed" if not failed else f"{failed} failed"
    return f"Verified {models} in {listing.seconds:.1f} s: {outcome}, {_counted(found, 'finding')}.\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
