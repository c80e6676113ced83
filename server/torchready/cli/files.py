"""`check` over files and folders: find, check, repair, print."""

from __future__ import annotations

import time
from pathlib import Path

from torchready.cli.baseline import baseline_to_write, known_findings, update_baseline
from torchready.cli.exits import Exit
from torchready.cli.messages import Messages
from torchready.cli.options import CheckOptions
from torchready.cli.printing import print_findings
from torchready.cli.projects import Project, Projects
from torchready.cli.run import Run, findings_of
from torchready.output.summary import counted, summary
from torchready.workspace.baseline import Baseline


def check_files(options: CheckOptions) -> Exit:
    started = time.monotonic()
    run = Run(options, Messages(options), known_findings(options))
    baseline = baseline_to_write(options)
    found = Projects(options, run.messages.unreadable).files()
    if not found:
        run.messages.warning("no Python files found under the given paths")
    run.check(found)
    if options.fix or options.diff:
        # Imported here because most runs only look.
        from torchready.cli.repairing import print_diff, repair

        code = print_diff(run, found) if options.diff else _report(run, found, baseline, repair(run, found))
    else:
        code = _report(run, found, baseline, fixed=0)
    remembered = sum(result.remembered for result in run.results.values())
    seconds = time.monotonic() - started
    run.messages.note(f"Checked {len(run.results)} files ({remembered} from the cache) in {seconds:.2f} s.")
    return code


def _report(run: Run, found: dict[Project, list[Path]], baseline: Baseline | None, fixed: int) -> Exit:
    options = run.options
    run.tell_problems()
    # What is written now is known: what is printed is what the next run would print.
    findings = findings_of(run.sorted_results()) if baseline is None else []
    written = update_baseline(baseline, found, run.results) if baseline else ""
    print_findings(findings, options, gaps=run.messages.gaps)
    if written:
        run.messages.summary(f"Fixed {counted(fixed, 'finding')}.\n{written}" if fixed else written)
    else:
        known = run.known.known if run.known else 0
        run.messages.summary(summary(findings, fixed, options.unsafe_fixes, run.messages.complete, known))
        run.messages.summary(run.known.told() if run.known else "")
    return run.exit_code(bool(findings) or (fixed > 0 and options.exit_non_zero_on_fix))
