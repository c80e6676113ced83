"""The language server: the protocol's side of the house, and the only importer of pygls and lsprotocol.

A `Session` that only the event loop changes; immutable documents, sources and analyses for everybody else;
one file per request or notification. Analysis itself happens in `torchready.engine`: nothing in here knows
Python's syntax or a rule's reasons.

- process: `server` (start and end), `language_server` (which handler for what), `stdio` (messages in and
  out), `protocol` and `leniency` (pygls, mended), `parent`, `garbage`, `failures`
- what is open: `sync`, `documents`, `notebooks`, `uris`, `conversion` (columns in the client's units)
- what is known: `session`, `client`, `projects` (engines and configurations), `analysis` and `worker` (when
  and where engines run), `retention` (findings that outlive a syntax error)
- what is answered: `diagnostics`, `pull`, `hover`, `code_actions` with `edits`, `fix_all` and `disabling`,
  `commands`, `configuration`; `editor` is what the server asks in turn
- what runs: `verification_service`, which imports `verification_parts` when there are models: `verify_commands`
  and `on_save` with what they need: which models (`models`, `selection`), who may (`trust`), where (`probes`),
  how (`verifying`, `attempt`, `progress`)
- what runs found: `runs` of immutable `run`s, moved along with the text by `following`; shown as diagnostics
  (`closed_files` for files that are not open), `code_lens`, `inlay_hints`, `report`, `detail` with `report_links`;
  `telling` says it in few words
- entries of models: `input_configuration`, `missing_models`, `verification_actions`
"""
