"""What torchready knows about torch and AIMET, as data.

Here live typed rows, the lookups over them and the JSON files they are read from, all of which are generated
(`generate.py`, `generation/`). Nothing here looks at user code, and only `generation/` loads torch.
"""
