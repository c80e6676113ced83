"""Who runs the models of `verify`: a probe on this machine, or the workers of a cluster."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from torchready.cli.messages import Messages
from torchready.cli.options import VerifyOptions, processors
from torchready.cli.wanted_models import Project
from torchready.probe.client import Probe, ProbeError
from torchready.probe.interpreters import asked_for, choose_interpreter
from torchready.probe.verification import Interpreter, Listener, Request, Verification

NO_INTERPRETER = (
    "no Python interpreter was found; name one with --python, or with `python` in the configuration"
)
NO_DISTRIBUTED = "--executor needs the package distributed: install `torchready[dask]`"


class Runner(Protocol):
    async def start(self) -> Interpreter: ...

    async def verify(self, request: Request, listen: Listener) -> Verification: ...

    async def close(self) -> None: ...


async def start_runner(
    project: Project, options: VerifyOptions, messages: Messages, checks: Collection[str]
) -> tuple[Runner, int]:
    """The runner, ready, and how many models it takes at the same time. Raises `ProbeError`.

    What several models need for `checks` is loaded once, and not by each of them.
    """
    if options.executor is not None:
        return await _start_cluster(options.executor, project, options)
    choice = asked_for(options.python) if options.python else choose_interpreter(project.config)
    if choice is None:
        raise ProbeError(NO_INTERPRETER)
    messages.note(f"Models run in {choice.python}, {choice.why}.")
    probe = Probe(choice.python, project.root)
    await _start(probe)
    if checks:
        await probe.warm_up(checks)
    return probe, options.jobs or processors()


async def _start_cluster(address: str, project: Project, options: VerifyOptions) -> tuple[Runner, int]:
    try:
        # It takes a second to import, and few ask for it.
        from torchready.probe.cluster import Cluster
    except ModuleNotFoundError as error:
        raise ProbeError(NO_DISTRIBUTED) from error
    cluster = Cluster(address, project.config, project.root)
    await _start(cluster)
    return cluster, options.jobs or cluster.slots


async def _start(runner: Runner) -> None:
    try:
        await runner.start()
    except BaseException:
        await runner.close()
        raise
