"""Kills, interruptions, failures and several runs at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.models import FIXED, FUNCTIONAL, many_calls

COMMAND = [sys.executable, "-m", "torchready", "check"]
FILES = 12
FAILING = """\
import sys
from torchready.cli.main import main
from torchready.engine import Engine

def check(self, path, text):
    if "crash" in path.name:
        raise ValueError("a defect\\nin two lines")
    return original(self, path, text)

def fix_all(self, path, text, **options):
    if "brittle" in path.name:
        raise ValueError("a defect in a fix")
    return original_fix_all(self, path, text, **options)

original, Engine.check = Engine.check, check
original_fix_all, Engine.fix_all = Engine.fix_all, fix_all
sys.exit(main())
"""


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir() if path.name != ".torchready_cache")


def test_a_kill_leaves_each_file_as_it_was_or_fully_repaired() -> None:
    before = {f"m{number}.py": many_calls(2 + number) for number in range(FILES)}
    write(before)
    seconds = timed(subprocess.run, [*COMMAND, "--fix"], capture_output=True, check=False)
    after = {name: Path(name).read_text() for name in before}
    assert all(before[name] != after[name] for name in before)
    chance = random.Random(0)
    for _ in range(8):
        write(before)
        with subprocess.Popen([*COMMAND, "--fix", "--no-cache"], stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.3, 1.0) * seconds)
            process.send_signal(signal.SIGKILL)
        for name in before:
            assert Path(name).read_text() in (before[name], after[name])
        assert [name for name in names() if name.endswith(".py")] == sorted(before)
    subprocess.run([*COMMAND, "--fix", "-q"], check=True)
    assert {name: Path(name).read_text() for name in names()} == after


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).write_text(text)


def timed(function: object, *arguments: object, **options: object) -> float:
    started = time.monotonic()
    function(*arguments, **options)  # type: ignore[operator]
    return time.monotonic() - started


def test_two_runs_at_once_do_no_harm() -> None:
    for number in range(FILES):
        Path(f"m{number}.py").write_text(FUNCTIONAL)
    runs = [subprocess.Popen([*COMMAND, "--fix", "-q"]) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert names() == sorted(f"m{number}.py" for number in range(FILES))
    assert {Path(name).read_text() for name in names()} == {FIXED}


def test_workers_end_with_a_killed_run() -> None:
    for number in range(8):
        Path(f"m{number}.py").write_text(many_calls(200))
    process = subprocess.Popen(
        [*COMMAND, "--no-cache", "--jobs", "2", "-q"], stdout=subprocess.DEVNULL, start_new_session=True
    )
    group = process.pid
    wait_until(lambda: members(group) > 1)
    process.kill()
    process.wait()
    wait_until(lambda: members(group) == 0)


def members(group: int) -> int:
    """How many living processes a process group has."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return sum(row[0] == str(group) and not row[1].startswith("Z") for row in rows)


def wait_until(condition: object) -> None:
    end = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_interruption_ends_the_run_in_one_line() -> None:
    for number in range(8):
        Path(f"m{number}.py").write_text(many_calls(200))
    process = subprocess.Popen(
        [*COMMAND, "--no-cache", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: members(process.pid) > 1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told.strip()) == (130, b"Interrupted.")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_defect_is_told_in_one_line_and_the_rest_goes_on(jobs: str) -> None:
    Path("program.txt").write_text(FAILING)
    Path("crash.py").write_text(FUNCTIONAL)
    for number in range(8):
        Path(f"m{number}.py").write_text(many_calls(100))
    command = [sys.executable, "program.txt", "check", "--output-format", "concise", "--jobs", jobs]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 8 * 200
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "crash.py: torchready failed on this file" in line
    assert "Please report this at https://" in line
    assert "Traceback" not in done.stderr
    again = subprocess.run([*command, "--verbose"], capture_output=True, text=True, check=False)
    assert "Traceback" in again.stderr


def test_a_defect_in_a_fix_leaves_that_file_alone_and_repairs_the_rest() -> None:
    Path("program.txt").write_text(FAILING)
    Path("brittle.py").write_text(FUNCTIONAL)
    Path("fine.py").write_text(FUNCTIONAL)
    command = [sys.executable, "program.txt", "check", "--fix", "--output-format", "concise"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "error: brittle.py: torchready failed on this file: ValueError: a defect in a fix" in done.stderr
    assert Path("brittle.py").read_text() == FUNCTIONAL
    assert Path("fine.py").read_text() == FIXED


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    Path("m.py").write_text(many_calls(300))
    command = f"{' '.join(COMMAND)} --no-cache | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("TR101")
    assert "Broken" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_says_the_same_as_python_m(run_process: Run) -> None:
    assert run_process("--version").out.startswith(b"torchready ")
