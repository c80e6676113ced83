"""Measures the budgets of docs/performance.md against their peers, ruff and TorchFix, in one run.

`python -m benchmarks [NAME...]` runs all or the named measurements and writes the tables into
docs/performance.md. Nothing in here asserts a time: machines differ, ratios are for reading.
"""
