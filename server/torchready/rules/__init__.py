"""One file per rule: its documentation, its examples, what it detects and how it is repaired.

A rule turns facts into drafts of findings. It reads no text and no positions where a fact says the same; the
engine places the drafts, and asks for their fixes when somebody wants them.
"""
