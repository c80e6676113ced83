"""Derives the data of `torch_api` from an installed torch and the sources of AIMET.

Nothing here runs in the language server: only `torchready.torch_api.generate` and the tests import this
package, and only its functions load torch. Hand-written knowledge stands in `irregular.py` and nowhere else.
"""
