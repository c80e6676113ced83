"""Messages made tolerable before they are read.

Editors send the diagnostics at the cursor along with a request for code actions, those of other servers
too, and some of these hold values that LSP does not know (a tag -1, a severity 9, an empty
`codeDescription`). None of them is of interest here, and none may cost the user the quick fixes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

SOURCE_NAME = "torchready"
SEVERITIES = frozenset({1, 2, 3, 4})
TAGS = frozenset({1, 2})
TRIGGERS = frozenset({1, 2})

Object = dict[str, Any]


def tolerable(message: Object) -> Object:
    """The message without what other tools or a careless client put into it."""
    method, params = message.get("method"), message.get("params")
    if not isinstance(params, dict):
        return message
    if method == "textDocument/codeAction":
        return {**message, "params": _code_action_params(cast("Object", params))}
    if method == "codeAction/resolve":
        return {**message, "params": _with_own_diagnostics(cast("Object", params))}
    return message


def _code_action_params(params: Object) -> Object:
    context = params.get("context")
    if not isinstance(context, dict):
        return params
    kept = _with_own_diagnostics(cast("Object", context))
    if kept.get("triggerKind") not in TRIGGERS:
        kept.pop("triggerKind", None)
    return {**params, "context": kept}


def _with_own_diagnostics(holder: Object) -> Object:
    diagnostics = holder.get("diagnostics")
    if not isinstance(diagnostics, list):
        return dict(holder)
    own = [
        _diagnostic(cast("Object", item))
        for item in cast("list[object]", diagnostics)
        if isinstance(item, dict) and cast("Object", item).get("source") == SOURCE_NAME
    ]
    return {**holder, "diagnostics": own}


def _diagnostic(diagnostic: Object) -> Object:
    kept = dict(diagnostic)
    if kept.get("severity") not in SEVERITIES:
        kept.pop("severity", None)
    if not _has_href(kept.get("codeDescription")):
        kept.pop("codeDescription", None)
    tags = kept.get("tags")
    if isinstance(tags, list):
        kept["tags"] = [tag for tag in cast("list[object]", tags) if tag in TAGS]
    else:
        kept.pop("tags", None)
    return kept


def _has_href(description: object) -> bool:
    return isinstance(description, Mapping) and isinstance(
        cast("Mapping[str, object]", description).get("href"), str
    )
