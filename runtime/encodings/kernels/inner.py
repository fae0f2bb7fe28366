"""Kernels of states that are there: one matrix product."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlipilot.runtime.encodings.memory import demand
from mlipilot.runtime.encodings.validation import Floats

_REMEDY = "take fewer samples, or raise it"


def demand_gram(rows: int, columns: int, itemsize: int, limit: int) -> None:
    """Refuse a kernel matrix that would take more than `limit` bytes. Raises `MemoryLimitError`."""
    demand((rows, columns), itemsize, limit, "the kernel values", _REMEDY)


def overlaps(one: Any, other: Any, zeta: float, limit: int) -> Floats:
    """`<x|y>**zeta` of states, shape (samples, other samples), by `powers`."""
    demand_gram(len(one), len(other), one.real.dtype.itemsize, limit)
    return powers(one @ other.conj().T, zeta)


def powers(values: Any, zeta: float) -> Floats:
    """Overlaps to a power: real ones keep their sign under a whole power; of all others the size is taken first.

    Where a size is taken and the power is not even, the matrix may have negative eigenvalues.
    """
    if np.iscomplexobj(values):
        return np.asarray(values.real**2 + values.imag**2 if zeta == 2 else np.abs(values) ** zeta)
    if zeta == 1:
        return np.asarray(values)
    return np.asarray(values ** int(zeta) if float(zeta).is_integer() else np.abs(values) ** zeta)


__all__ = ["demand_gram", "overlaps", "powers"]
