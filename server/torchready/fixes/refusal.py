"""Why a finding gets no fix."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """There is no fix. `reason` is for the finding's message: why, and what to do instead."""

    reason: str
