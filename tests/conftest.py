"""Hypothesis profiles: `quick` for every run, `thorough` for long sweeps (`nox -s fuzz`)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Models run in an active environment, if there is one. Whoever runs the tests may be in one that has no torch.
for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
    os.environ.pop(name, None)

# Speed differs from machine to machine, so no example fails for taking long. The same examples in every run: what
# fails is what somebody changed. `nox -s fuzz` draws new ones.
settings.register_profile(
    "quick", deadline=None, max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough",
    deadline=None,
    max_examples=int(os.environ.get("TORCHREADY_EXAMPLES", "5000")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")
