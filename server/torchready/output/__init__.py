"""Findings as text for people and for other programs, one file per format.

A format is a function from a `Listing` to text. Nothing in here analyses, reads options or decides exit
codes. Only here and in `lsp` do lines and columns stop counting from 0.
"""
