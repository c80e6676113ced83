"""A call in a process of its own answers, raises, or is known to have ended its process; the caller goes on."""

from __future__ import annotations

import os

import pytest

from torchready.torch_api.generation.isolation import Crash, isolated


def test_the_answer_comes_back() -> None:
    assert isolated(divmod, 7, 2) == (3, 1)
    assert isolated(os.getpid) != os.getpid()


def test_a_process_that_ends_itself_costs_its_call_only() -> None:
    assert isolated(os.abort) == Crash("SIGABRT")
    assert isolated(os._exit, 3) == Crash("exit code 3")
    assert isolated(divmod, 7, 2) == (3, 1)


def test_an_exception_is_a_mistake_and_no_crash() -> None:
    with pytest.raises(RuntimeError, match=r"ZeroDivisionError"):
        isolated(divmod, 1, 0)


def test_what_is_printed_stays_there(capfd: pytest.CaptureFixture[str]) -> None:
    assert isolated(os.write, 1, b"graph") == 5
    assert capfd.readouterr() == ("", "")
