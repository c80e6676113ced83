"""What a rule is: documentation, examples, detection and fix in one place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchready.finding import Severity

if TYPE_CHECKING:
    from torchready.rules.context import Draft, RuleContext

PROFILES = ("default", "aimet")
DOCUMENTATION_ROOT = "https://github.com/torchready/torchready/blob/main/docs/rules"


@dataclass(frozen=True, slots=True)
class Example:
    """A whole file that breaks the rule, or does not.

    `findings` are the expected (line, column, symbol) of this rule, counted from 1 as users see them;
    `fixed` is the file after all safe fixes of this rule, None when nothing is fixed safely. `opset` is that of a
    configured model, None when none asks for one. Of a rule that only a run finds, `inputs` are the shapes of the
    dummy input that class Net is run on.
    """

    title: str
    source: str
    findings: tuple[tuple[int, int, str], ...] = ()
    fixed: str | None = None
    profile: str = "default"
    opset: int | None = None
    inputs: tuple[tuple[int, ...], ...] = ()


def found_by_running(_context: RuleContext) -> Iterable[Draft]:
    """The `detect` of rules that only a run of the model finds."""
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `documentation` is Markdown under fixed headings, in this order:

    What it does / Why is this bad? / Example / Use instead / Fix safety. `needs_operations` when it looks
    at arithmetic too, which is not recorded otherwise. `watches` gives the full names of functions and modules of
    torch that are recorded because the rule looks for them, for the opset that models are exported to.
    The page, the hover, `torchready rule CODE` and the tests derive from this object.
    """

    code: str
    name: str
    guideline: int | None
    summary: str
    documentation: str
    severity: Severity
    fix: str
    examples: tuple[Example, ...]
    detect: Callable[[RuleContext], Iterable[Draft]]
    profiles: frozenset[str] = frozenset(PROFILES)
    needs_operations: bool = False
    watches: Callable[[int | None], frozenset[str]] | None = None

    @property
    def needs_a_run(self) -> bool:
        """Whether the source alone never shows it."""
        return self.detect is found_by_running

    @property
    def url(self) -> str:
        return f"{DOCUMENTATION_ROOT}/{self.code}.md"

    def page(self) -> str:
        """The rule's page as Markdown."""
        profiles = "on" if "default" in self.profiles else f"on in profile {', '.join(sorted(self.profiles))}"
        guideline = f"guideline {self.guideline}" if self.guideline else "torchready's own"
        head = f"# {self.name} ({self.code})\n\n{self.summary}\n\n"
        facts = f"*Default: {profiles}. Severity: {self.severity.value}. Fix: {self.fix}. Rule of {guideline}.*\n\n"
        return head + facts + inspect.cleandoc(self.documentation) + "\n"
