"""Messages over standard input and output.

pygls reads every header line in an executor of its own and looks at one message after the other. Here all that
has come is read before the next message is handled, so that a `$/cancelRequest` is seen before the request it
cancels is begun, and analysis starts when no further edit waits to be applied.

Where the loop can wait for input it reads by itself: a thread in between costs every keystroke two changes of
threads. Elsewhere (Windows, files) a thread reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from lsprotocol import types

from torchready.lsp.protocol import Protocol, RawMessage

logger = logging.getLogger(__name__)

READ_BYTES = 1 << 16
ONLY_LENGTH = re.compile(rb"Content-Length: (\d+)\r\n\r\n")
LONGEST_HEADER = 1 << 13
# How long the loop may take to end after the client is gone before the process is ended without it.
GRACE_SECONDS = 3.0
# While messages pour in without a pause, analysis still starts this often.
LONGEST_WAIT_SECONDS = 0.1


class BrokenStreamError(Exception):
    """What came in is not LSP's framing; nothing after it can be trusted."""


class MessageReader:
    """Cuts a stream of bytes into the bodies of messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies that are complete with `data`. Raises `BrokenStreamError`."""
        self._buffer += data
        bodies: list[bytes] = []
        while (body := self._next()) is not None:
            bodies.append(body)
        return bodies

    def _next(self) -> bytes | None:
        buffer = self._buffer
        usual = ONLY_LENGTH.match(buffer)
        if usual is not None:
            start, length = usual.end(), int(usual[1])
        else:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(buffer) > LONGEST_HEADER:
                    raise BrokenStreamError("a message has no Content-Length header")
                return None
            start, length = end + 4, _content_length(bytes(buffer[:end]))
        if len(buffer) < start + length:
            return None
        body = bytes(buffer[start : start + length])
        del buffer[: start + length]
        return body


class Output:
    """Standard output, kept for messages alone: whatever else prints goes to standard error."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self.broken = False

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        with self._lock:
            try:
                while view:
                    view = view[os.write(self._descriptor, view) :]
            except OSError:
                # The client is gone; the end of its input follows.
                self.broken = True

    def close(self) -> None:
        """Nothing to do: the descriptor ends with the process."""


class Connection:
    """One client over a pair of file descriptors."""

    def __init__(
        self, protocol: Protocol, settle: Callable[[], None], failed: Callable[[str, Exception], None]
    ) -> None:
        self._protocol = protocol
        self._settle = settle
        self._failed = failed
        self._reader = MessageReader()
        # What the loop reads from; None where a thread does, and at the end of the input.
        self._readable: int | None = None
        self._inbox: deque[RawMessage] = deque()
        self._queued: set[int | str] = set()
        self._cancelled: set[int | str] = set()
        # Whether the loop will come back to the inbox by itself.
        self._returns = False
        # When the first message came after which nothing settled yet.
        self._unsettled_since: float | None = None
        self._ended = False
        self._done = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._exit_code: asyncio.Future[int] = self._loop.create_future()

    async def serve(self, descriptor: int) -> int:
        """Handle messages until the client says `exit` or is gone; the process's exit code."""
        try:
            self._loop.add_reader(descriptor, self._readable_now)
            self._readable = descriptor
            task = self._end_when_hung_up
        except (NotImplementedError, OSError):
            # Windows' loop waits for sockets only, and epoll refuses files: a thread can read from both.
            task = self._read
        threading.Thread(target=task, args=(descriptor,), name="torchready-input", daemon=True).start()
        try:
            return await self._exit_code
        finally:
            self._done.set()

    def end(self) -> None:
        """The client is gone. Safe to call from any thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._leave)
        self._end_stuck_process()

    def _end_stuck_process(self) -> None:
        """A loop that is stuck in a handler must not keep a process without an editor alive."""
        if not self._done.wait(GRACE_SECONDS):
            os._exit(1)

    def _readable_now(self) -> None:
        self._read_waiting()
        # A task that waits for messages would be two turns of the loop away.
        if not self._returns:
            self._handle_next()

    def _return_soon(self) -> None:
        if not self._returns:
            self._returns = True
            self._loop.call_soon(self._return)

    def _return(self) -> None:
        self._returns = False
        self._read_waiting()
        self._handle_next()

    def _handle_next(self) -> None:
        """Handle a message, and settle where no other waits."""
        if self._exit_code.done():
            return
        try:
            if self._inbox and not self._handle_first():
                self._exit_code.set_result(0 if self._protocol.is_shut_down else 1)
                return
            since = self._unsettled_since
            is_late = since is not None and time.monotonic() - since > LONGEST_WAIT_SECONDS
            if is_late or not self._returns:
                self._unsettled_since = None
                self._settle()
            if self._ended and not self._returns:
                self._exit_code.set_result(1)
        except Exception as error:
            self._exit_code.set_exception(error)

    def _handle_first(self) -> bool:
        """Handle the first message of those that wait; False for the last one of all."""
        message = self._inbox.popleft()
        method = message.get("method")
        if method == "exit":
            return False
        self._handle(message)
        if method == types.TEXT_DOCUMENT_DID_CHANGE:
            self._read_waiting()
        else:
            # The loop first does what handling it has begun, such as the rest of answering a request.
            self._return_soon()
        if self._inbox:
            self._return_soon()
        return True

    def _handle(self, message: RawMessage) -> None:
        request_id = _request_id(message)
        if request_id is not None:
            self._queued.discard(request_id)
            if request_id in self._cancelled:
                self._cancelled.discard(request_id)
                self._protocol.refuse_cancelled(request_id)
                return
        try:
            self._protocol.receive(message)
        except Exception as error:
            self._failed(f"handling {message.get('method', 'an answer')}", error)

    def _arrive(self, messages: list[RawMessage]) -> None:
        if self._unsettled_since is None:
            self._unsettled_since = time.monotonic()
        for message in messages:
            if message.get("method") == "$/cancelRequest" and self._cancel(message):
                continue
            request_id = _request_id(message)
            if request_id is not None:
                self._queued.add(request_id)
            self._inbox.append(message)

    def _arrive_from_thread(self, messages: list[RawMessage]) -> None:
        self._arrive(messages)
        self._return_soon()

    def _leave(self) -> None:
        self._ended = True
        self._return_soon()

    def _cancel(self, message: RawMessage) -> bool:
        """Whether the request to cancel still waits in the queue."""
        params = message.get("params")
        request_id = cast("dict[str, Any]", params).get("id") if isinstance(params, dict) else None
        if request_id not in self._queued:
            return False
        self._cancelled.add(cast("int | str", request_id))
        return True

    def _read_waiting(self) -> None:
        """Read what has come, without waiting for more.

        Of what the loop saw coming, a turn for another reason may have read everything already.
        """
        while (descriptor := self._readable) is not None and _has_input(descriptor):
            try:
                data = os.read(descriptor, READ_BYTES)
                if data:
                    self._arrive(_messages(self._reader.feed(data)))
                    if len(data) < READ_BYTES:
                        return
                    continue
            except OSError:
                pass
            except BrokenStreamError as error:
                logger.error("Stopped reading: %s", error)
            self._loop.remove_reader(descriptor)
            self._readable = None
            self._leave()

    def _end_when_hung_up(self, descriptor: int) -> None:
        """Nothing may wait for input here, so this says only when nobody is left who could write."""
        watch = select.poll()
        watch.register(descriptor, 0)
        watch.poll()
        self._end_stuck_process()

    def _read(self, descriptor: int) -> None:
        # os.read and not sys.stdin: a buffered reader's lock, held here, would break the interpreter's end.
        try:
            while data := os.read(descriptor, READ_BYTES):
                messages = _messages(self._reader.feed(data))
                with contextlib.suppress(RuntimeError):
                    # All at once: the loop must know of a cancellation before it begins what is cancelled.
                    self._loop.call_soon_threadsafe(self._arrive_from_thread, messages)
        except OSError:
            pass
        except BrokenStreamError as error:
            logger.error("Stopped reading: %s", error)
        self.end()


def _has_input(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def _messages(bodies: list[bytes]) -> list[RawMessage]:
    return [message for body in bodies if (message := _parsed(body)) is not None]


def _parsed(body: bytes) -> RawMessage | None:
    try:
        message = json.loads(body)
    except ValueError as error:
        logger.error("Ignored a message that is not JSON: %s", error)
        return None
    return cast("RawMessage", message) if isinstance(message, dict) else None


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            try:
                return int(value)
            except ValueError as error:
                raise BrokenStreamError(f"Content-Length is no number: {value!r}") from error
    raise BrokenStreamError("a message has no Content-Length header")


def _request_id(message: RawMessage) -> int | str | None:
    request_id = message.get("id")
    return request_id if "method" in message and isinstance(request_id, (int, str)) else None
