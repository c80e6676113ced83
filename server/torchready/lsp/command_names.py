"""What the server's commands and its own requests are called."""

from __future__ import annotations

FIX_ALL_COMMAND = "torchready.applyFixAll"
SHOW_RULE_COMMAND = "torchready.showRule"
DEBUG_COMMAND = "torchready.debugInformation"

VERIFY_COMMAND = "torchready.verify"
CANCEL_COMMAND = "torchready.cancelVerify"
FORGET_TRUST_COMMAND = "torchready.forgetTrust"
SHOW_DETAIL_COMMAND = "torchready.showDetail"
CONFIGURE_COMMAND = "torchready.configureInput"
OPEN_ENTRY_COMMAND = "torchready.openEntry"
VERIFICATION_COMMANDS = (
    VERIFY_COMMAND,
    CANCEL_COMMAND,
    FORGET_TRUST_COMMAND,
    SHOW_DETAIL_COMMAND,
    CONFIGURE_COMMAND,
    OPEN_ENTRY_COMMAND,
)
COMMANDS = (FIX_ALL_COMMAND, SHOW_RULE_COMMAND, DEBUG_COMMAND, *VERIFICATION_COMMANDS)

DOCUMENT_REQUEST = "torchready/document"
REPORT_REQUEST = "torchready/report"
STATUS_NOTIFICATION = "torchready/status"
TRUST_NOTIFICATION = "torchready/didChangeTrust"
