"""Whether two results are the same, within what floating point may change."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from .values import leaves

# Relative to each number, and to the largest number of the output: sums of large terms lose what is small.
TOLERANCES = {torch.float64: 1e-5, torch.float32: 1e-3, torch.complex64: 1e-3, torch.complex128: 1e-5}
COARSE = 2e-2
OF_LARGEST = 0.1

Outputs = list[tuple[str, torch.Tensor]]


class Difference(NamedTuple):
    """The first output that differs: `number` counts all tensors, its path, and how."""

    number: int
    path: str
    message: str


def first_difference(expected: Outputs, given: Outputs) -> Difference | None:
    """Compared in order; paths are those of `expected`."""
    if len(expected) != len(given):
        return Difference(0, "", f"{len(given)} outputs instead of {len(expected)}")
    for index, ((path, one), (_, other)) in enumerate(zip(expected, given)):
        message = difference(one, other)
        if message is not None:
            return Difference(index, path, f"output {index}{f' (`{path}`)' if path else ''} {message}")
    return None


def difference(expected: torch.Tensor, given: torch.Tensor) -> str | None:
    """In words how `given` differs, None when it does not."""
    if expected.shape != given.shape:
        return f"has shape {list(given.shape)} instead of {list(expected.shape)}"
    if (
        expected.is_floating_point() != given.is_floating_point()
        or expected.is_complex() != given.is_complex()
    ):
        return f"is {_name(given)} instead of {_name(expected)}"
    if expected.numel() == 0:
        return None
    expected, given = expected.detach(), given.detach()
    if not expected.is_floating_point() and not expected.is_complex():
        differing = int((expected.to(torch.int64) != given.to(torch.int64)).sum())
        return f"differs in {differing} of {expected.numel()} elements" if differing else None
    return _numeric_difference(expected, given, TOLERANCES.get(expected.dtype, COARSE))


def _numeric_difference(expected: torch.Tensor, given: torch.Tensor, tolerance: float) -> str | None:
    wide = torch.complex128 if expected.is_complex() else torch.float64
    one, other = expected.to(wide), given.to(wide)
    finite = torch.isfinite(one)
    largest = float(one[finite].abs().max()) if bool(finite.any()) else 0.0
    allowed = max(tolerance * OF_LARGEST * largest, 1e-7)
    close = torch.isclose(other, one, rtol=tolerance, atol=allowed, equal_nan=True)
    if bool(close.all()):
        return None
    differing = int((~close).sum())
    distances = (one - other).abs()[~close]
    distances = distances[torch.isfinite(distances)]
    by = f" by up to {float(distances.max()):.3g}" if distances.numel() else " (not finite)"
    return f"differs{by} in {differing} of {expected.numel()} elements"


def _name(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).replace("torch.", "")


def same(expected: Outputs, given: Outputs) -> bool:
    return first_difference(expected, given) is None


def as_outputs(value: Any) -> Outputs:
    """The tensors of a result with their paths, as copies that later runs do not change; numbers as tensors too."""
    found: Outputs = []
    for path, leaf in leaves(value):
        if isinstance(leaf, torch.Tensor):
            found.append((path, leaf.detach().clone()))
        elif isinstance(leaf, (bool, int, float)):
            found.append((path, torch.tensor(leaf)))
    return found
