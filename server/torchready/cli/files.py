"""`check` over files and folders: find, check, repair, print."""

from __future__ import annotations

import time

from torchready.cli.exits import Exit
from torchready.cli.messages import Messages
from torchready.cli.options import CheckOptions
from torchready.cli.printing import print_findings
from torchready.cli.projects import Projects
from torchready.cli.run import Run, findings_of
from torchready.output.summary import summary


def check_files(options: CheckOptions) -> Exit:
    started = time.monotonic()
    run = Run(options, Messages(options))
    found = Projects(options, run.messages.unreadable).files()
    if not found:
        run.messages.warning("no Python files found under the given paths")
    run.check(found)
    if options.fix or options.diff:
        # Imported here because most runs only look.
        from torchready.cli.repairing import print_diff, repair

        code = print_diff(run, found) if options.diff else _report(run, repair(run, found))
    else:
        code = _report(run, fixed=0)
    remembered = sum(result.remembered for result in run.results.values())
    seconds = time.monotonic() - started
    run.messages.note(f"Checked {len(run.results)} files ({remembered} from the cache) in {seconds:.2f} s.")
    return code


def _report(run: Run, fixed: int) -> Exit:
    options = run.options
    run.tell_problems()
    findings = findings_of(run.sorted_results())
    print_findings(findings, options, gaps=run.messages.gaps)
    run.messages.summary(summary(findings, fixed, options.unsafe_fixes, run.messages.complete))
    return run.exit_code(bool(findings) or (fixed > 0 and options.exit_non_zero_on_fix))
