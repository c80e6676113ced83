"""A fleet of models on a Dask cluster: one warm probe on each worker, asked as if it were here.

`distributed` is an optional dependency, and only this file imports it; whoever asks for a cluster imports this file.
The workers need torchready in the same version and see the models' files under the same paths.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from distributed import Client, KilledWorker, WorkerPlugin, get_worker

from torchready import __version__
from torchready.config import Config
from torchready.probe.client import Probe
from torchready.probe.endings import Ending, failed_outcome, not_tried
from torchready.probe.errors import ProbeError
from torchready.probe.interpreters import choose_interpreter
from torchready.probe.protocol import START
from torchready.probe.verification import (
    CheckEnded,
    CheckOutcome,
    CheckStarted,
    Interpreter,
    Listener,
    Place,
    Progress,
    Request,
    Status,
    Verification,
)

SCHEME = "dask://"
SECONDS_TO_CONNECT = 10


class Cluster:
    """Verifies models on the workers of a running Dask cluster. Same use as `Probe`.

    A worker that dies while it runs a model costs that run only: the scheduler gives the model to another one.
    """

    def __init__(self, address: str, config: Config, root: Path) -> None:
        """`address` is `dask://HOST:PORT`; on every worker `config` decides which interpreter runs the models."""
        self._address = address
        self._plugin = _WarmProbe(f"torchready-{uuid4().hex}", config, root)
        self._client: Any = None
        self._listeners: dict[str, Listener] = {}
        self.slots = 1

    async def start(self) -> Interpreter:
        """Connect, and start a probe on every worker. Raises `ProbeError` when one of them cannot."""
        self._client = client = await self._connect()
        threads = cast("dict[str, int]", await client.nthreads())
        if not threads:
            raise ProbeError(f"the cluster at {self._address} has no workers: start some with `dask worker`")
        self.slots = sum(threads.values())
        client.subscribe_topic(self._plugin.name, self._hear)
        try:
            versions = cast("dict[str, str]", await client.run(_version))
            _refuse_other_versions(versions)
            await client.register_plugin(self._plugin)
            interpreters = await client.run(_start, self._plugin.name)
        except ModuleNotFoundError as error:
            advice = f"install torchready {__version__} where they run"
            raise ProbeError(f"the workers of {self._address} lack {error.name}: {advice}") from error
        return next(iter(cast("dict[str, Interpreter]", interpreters).values()))

    async def verify(self, request: Request, listen: Listener) -> Verification:
        """Hand the model to whichever worker is free. `listen` hears of the checks as they begin and end."""
        target = request.model.target
        self._listeners[target] = listen
        future = self._client.submit(_verify, self._plugin.name, request, pure=False)
        try:
            return cast("Verification", await future)
        except KilledWorker:
            return _took_workers_down(request)
        finally:
            self._listeners.pop(target, None)

    async def close(self) -> None:
        """End the probes on the workers, not the workers."""
        client, self._client = self._client, None
        if client is None:
            return
        # Nobody is left to tell when the cluster is gone, and nothing to end when it never had the plugin.
        with suppress(OSError, TimeoutError, ValueError):
            await client.unregister_worker_plugin(self._plugin.name)
        await client.close()

    async def _connect(self) -> Any:
        place = self._address.removeprefix(SCHEME)
        address = f"tcp://{place}"
        try:
            # Dask's client knocks until its time is up, also where nobody lives.
            host, _, port = place.rpartition(":")
            knocking = asyncio.open_connection(host.strip("[]"), int(port))
            _, writer = await asyncio.wait_for(knocking, SECONDS_TO_CONNECT)
            writer.close()
            return await Client(address, asynchronous=True, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, asyncio.TimeoutError, ValueError) as error:
            raise ProbeError(
                f"no Dask scheduler answers at {self._address}: start one with `dask scheduler`"
            ) from error

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        told = event[1]
        listen = self._listeners.get(told["model"])
        if listen is None:
            return
        if told["status"] is None:
            listen(CheckStarted(told["model"], told["check"]))
        else:
            listen(CheckEnded(told["model"], CheckOutcome(told["check"], Status(told["status"]))))


class _WarmProbe(WorkerPlugin):
    """What a worker keeps between two models."""

    def __init__(self, name: str, config: Config, root: Path) -> None:
        self.name = name
        self.config = config
        self.root = root
        self.probe: Probe | None = None

    def setup(self, worker: Any) -> None:
        choice = choose_interpreter(self.config)
        if choice is None:
            raise ProbeError(f"no Python interpreter was found on the worker at {worker.address}")
        self.probe = Probe(choice.python, self.root)

    async def teardown(self, worker: Any) -> None:
        if self.probe is not None:
            await self.probe.close()


# -- what runs on the workers -----------------------------------------------------------------------


def _version() -> str:
    return __version__


async def _start(plugin: str, dask_worker: Any) -> Interpreter:
    return await _probe_of(dask_worker, plugin).start()


async def _verify(plugin: str, request: Request) -> Verification:
    worker = cast("Any", get_worker())

    def tell(event: Progress) -> None:
        if isinstance(event, CheckStarted):
            worker.log_event(plugin, {"model": event.model, "check": event.check, "status": None})
        elif isinstance(event, CheckEnded):
            status = event.outcome.status.value
            worker.log_event(plugin, {"model": event.model, "check": event.outcome.name, "status": status})

    return await _probe_of(worker, plugin).verify(request, tell)


def _probe_of(worker: Any, plugin: str) -> Probe:
    probe = cast("_WarmProbe", worker.plugins[plugin]).probe
    assert probe is not None
    return probe


# -- what can go wrong ------------------------------------------------------------------------------


def _refuse_other_versions(versions: Mapping[str, str]) -> None:
    for worker, version in versions.items():
        if version != __version__:
            advice = f"this is {__version__}: install the same on both sides"
            raise ProbeError(f"the worker at {worker} has torchready {version}, and {advice}")


def _took_workers_down(request: Request) -> Verification:
    """Several workers died, one after the other, while they ran this model."""
    place = request.place or Place(str(request.root / request.model.target.rpartition(":")[0]), START)
    ending = Ending(reason="worker", status=0, stacks="", output="", built=False, seconds=0.0)
    first, *others = request.model.checks
    outcome = failed_outcome(ending, request, first, place)
    outcomes = (outcome, *(not_tried(check, outcome) for check in others))
    return Verification(request.model.target, outcomes, outcome.findings)
