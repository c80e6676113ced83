"""Verify: the user's model built, run, traced and exported in the user's own interpreter.

`verification` holds what is asked and what is answered; `client` owns the process. `agent/` is the program that
runs in the user's interpreter: the standard library and what stands in that environment only, and it never imports
torchready. Nothing in here imports torch outside of `agent/`, and nothing analyses source code.
"""
