"""The program that runs in the user's interpreter: it builds the model, runs the checks and says what happened.

It imports the standard library and what stands in the user's environment (torch, onnx, onnxruntime), never
torchready: it works on the Python and the torch of the user (Python 3.9+, torch 2.1+), not on ours. Imports among
its own files are relative, so that it may be loaded under any name and takes no name that the user's code may want.

What it says are JSON objects with the fields of `probe/verification.py`, `event` first:

    {"event": "loaded", "class_name": "pkg.net.Net", "class_place": PLACE or null, "files": [PATH]}
    {"event": "check-started", "check": "trace"}
    {"event": "built"}                                    (the model stands; what fails from now on is not TR480)
    {"event": "check-ended", "name": "trace", "status": "passed|failed|skipped", "seconds": 0.1,
     "message": null, "detail": null, "findings": [FINDING]}
    {"event": "observed", "executed": {PATH: [LINE]}, "modules": [...], "tensors": [...], "inputs": [...],
     "outputs": [...], "findings": [FINDING]}
    {"event": "ended", "files": [PATH]}
    PLACE = {"filename", "range"}
    FINDING = {"code", "message", "filename", "range": [line, column, end_line, end_column], "class_name",
     "symbol", "severity": null or a name, "related": [{"filename", "range", "message"}]}

A finding whose "filename" is null has no place in the code: it is about the model's entry in the configuration.
Lines and columns count from 0, columns in code points. The name and severity of a finding are its rule's, which
the agent does not know; a severity that is given goes before the rule's.
"""
