"""pygls' protocol with its known defects mended, and a quick way out for JSON that is already written.

Each override says which behaviour of pygls 2.1 it replaces; tests/lsp/test_protocol.py holds one test each.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcInvalidRequest, JsonRpcRequestCancelled
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import RPCMessage

from torchready.lsp.keystrokes import Keystroke, keystroke
from torchready.lsp.leniency import tolerable

logger = logging.getLogger(__name__)

RawMessage = dict[str, Any]

# Handled by the session alone. pygls would keep a second copy of every text, split its lines at form feeds
# and clamp ranges one character short at the end; spread a command's arguments over parameters and answer a
# wrong count with a TypeError's text; and trip over its own list of requests at shutdown.
OURS = frozenset(
    {
        types.TEXT_DOCUMENT_DID_OPEN,
        types.TEXT_DOCUMENT_DID_CHANGE,
        types.TEXT_DOCUMENT_DID_CLOSE,
        types.NOTEBOOK_DOCUMENT_DID_OPEN,
        types.NOTEBOOK_DOCUMENT_DID_CHANGE,
        types.NOTEBOOK_DOCUMENT_DID_CLOSE,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
        types.WORKSPACE_EXECUTE_COMMAND,
        types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
        types.SHUTDOWN,
    }
)


DOCUMENT = {"uri": "file:///net.py"}
POSITION = {"line": 0, "character": 0}
RANGE = {"start": POSITION, "end": POSITION}
FREQUENT: tuple[RawMessage, ...] = (
    {
        "jsonrpc": "2.0",
        "id": 0,
        "method": types.TEXT_DOCUMENT_DIAGNOSTIC,
        "params": {"textDocument": DOCUMENT},
    },
    {
        "jsonrpc": "2.0",
        "id": 0,
        "method": types.TEXT_DOCUMENT_HOVER,
        "params": {"textDocument": DOCUMENT, "position": POSITION},
    },
    {
        "jsonrpc": "2.0",
        "id": 0,
        "method": types.TEXT_DOCUMENT_CODE_ACTION,
        "params": {
            "textDocument": DOCUMENT,
            "range": RANGE,
            "context": {"diagnostics": [{"range": RANGE, "message": "", "code": "TR101"}]},
        },
    },
)


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value that is already written out."""

    text: str


class Protocol(LanguageServerProtocol):
    """Messages in as dictionaries, out as bytes; documents are the session's, not pygls'."""

    # Handles the usual edit of a document.
    typed: Callable[[Keystroke], None]

    @property
    def is_shut_down(self) -> bool:
        """Whether the client asked for `shutdown`, so that `exit` is a success."""
        return self._shutdown

    def receive(self, message: RawMessage) -> None:
        """Handle one message.

        pygls drops a request whose parameters it cannot read, and its client waits for ever. Here it is
        answered with an error under its own id.
        """
        edit = keystroke(message)
        if edit is not None and not self._shutdown:
            self.typed(edit)
            return
        try:
            structured = self.structure_message(tolerable(message))
        except Exception as error:
            self._refuse(message, error)
            return
        if not hasattr(structured, "jsonrpc"):
            self._refuse(message, ValueError('"jsonrpc" is missing'))
            return
        self.handle_message(cast("RPCMessage", structured))

    def refuse_cancelled(self, request_id: int | str) -> None:
        """Answer a request that was cancelled before anybody looked at it."""
        error = JsonRpcRequestCancelled(f'Request with id "{request_id}" is canceled')
        self._send_response(request_id, error=error.to_response_error())

    def notify_json(self, method: str, params: Json) -> None:
        self._write(f'{{"jsonrpc":"2.0","method":"{method}","params":{params.text}}}')

    def warm_up(self) -> None:
        """Read one message of each frequent kind: the converter compiles its readers at first use."""
        for message in FREQUENT:
            self.structure_message(message)

    def _refuse(self, message: RawMessage, error: Exception) -> None:
        # The reason is in the exception that pygls wraps; its own says only "Invalid Params".
        reason = error.__cause__ or error
        method = message.get("method")
        request_id = message.get("id")
        if method is None:
            self._fail_request(request_id, reason)
        elif request_id is None:
            logger.warning("Ignored a notification %s that cannot be understood: %s", method, told(reason))
        else:
            logger.warning("Refused a request %s that cannot be understood: %s", method, told(reason))
            kind = JsonRpcInvalidParams if "jsonrpc" in message else JsonRpcInvalidRequest
            text = f"{method}: parameters cannot be understood: {told(reason)}"
            self._send_response(request_id, error=kind(text).to_response_error())

    def _fail_request(self, request_id: object, reason: BaseException) -> None:
        """An answer to us that makes no sense: whoever asked must not wait for ever."""
        logger.warning("The client's answer cannot be understood: %s", told(reason))
        future = self._request_futures.pop(cast("int | str", request_id), None)
        if future is not None and not future.done():
            future.set_exception(JsonRpcInvalidParams(told(reason)))

    def _send_data(self, data: Any) -> None:
        """Without pygls' log line per message, which holds whole files."""
        if data:
            self._write(json.dumps(data, default=self._serialize_message))

    def _write(self, body: str) -> None:
        # json.dumps writes ASCII only, so characters are bytes.
        if self.writer is not None:
            self.writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii"))

    def _send_response(
        self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        if error is None and isinstance(result, Json):
            self._result_types.pop(msg_id, None)
            self._write(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result.text}}}')
            return
        super()._send_response(msg_id, result, error)

    def _handle_cancel_notification(self, msg_id: int | str) -> None:
        """A request that is answered already is no reason for a warning."""
        future = self._request_futures.pop(msg_id, None)
        if future is not None:
            future.cancel()

    def _get_handler(self, feature_name: str) -> Callable[[Any], Any]:
        """Ours instead of pygls' for what `OURS` lists, not after them."""
        features = cast("Mapping[str, Callable[[Any], Any]]", self.fm.features)  # pyright: ignore[reportUnknownMemberType]
        if feature_name in OURS and feature_name in features:
            return features[feature_name]
        return super()._get_handler(feature_name)

    def cancel_all(self) -> None:
        """At shutdown. pygls walks over the requests in flight while cancelling changes them."""
        own = self.msg_id
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != own:
                future.cancel()
        self._shutdown = True


def told(error: BaseException) -> str:
    """What went wrong, down to the innermost reasons, in one line."""
    inner = cast("tuple[BaseException, ...]", getattr(error, "exceptions", ()))
    if inner:
        return "; ".join(dict.fromkeys(told(each) for each in inner))
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
