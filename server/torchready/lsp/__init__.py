"""The language server: the protocol's side of the house, and the only importer of pygls and lsprotocol.

A `Session` that only the event loop changes; immutable documents, sources and analyses for everybody else;
one file per request or notification. Analysis itself happens in `torchready.engine`: nothing in here knows
Python's syntax or a rule's reasons.

- transport: `server` (start), `stdio` (messages in and out), `protocol` (pygls, mended), `failures`
- what is open: `documents`, `notebooks`, `uris`, `conversion` (columns in the client's units)
- what is known: `projects` (engines and configurations), `analysis` (when and where they run), `retention`
- what is answered: `diagnostics`, `code_actions`, `fix_all`, `hover`, `commands`, `configuration`
"""
