"""The command line: one file per command, and what several of them share.

Reads options, runs the engine over files, prints and decides exit codes. How findings look is decided in
`output`; what they are, in `engine` and below.
"""
