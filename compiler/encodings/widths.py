"""How many features an arm makes of those that it gets, and whether they fit into the memory of a job."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from mlipilot.compiler.encodings.cells import KERNEL_HEAD, Cell, Factors
from mlipilot.compiler.encodings.terms import Term

MEMORY = 2**30
"""Bytes that the features of a data set may take in a job, which makes a few copies of them."""
_BYTES = 8
"""Of a number."""


def _angle(given: Mapping[str, Any], features: int) -> int:
    """Cosines and sines; or amplitudes, which are complex but for rotations about y."""
    if given["map"] != "product":
        return 2 * features
    return int(2**features * (1 if given["axis"] == "y" else 2))


def _basis(given: Mapping[str, Any], features: int) -> int:
    bits = given["bits"]
    return int(features * {"thermometer": 2**bits - 1, "onehot": 2**bits}.get(given["code"], bits))


_WIDTHS: Mapping[str, Callable[[Mapping[str, Any], int], int]] = {
    "amplitude": lambda given, features: 2 ** _qubits(features) + (given["norm"] != "drop"),
    "angle": _angle,
    "dense_angle": lambda given, features: 2 * 2 ** math.ceil(features / 2),
    "basis": _basis,
    "iqp": lambda given, features: 2 * 2**features,
}


def _qubits(features: int) -> int:
    return max(1, (features - 1).bit_length())


def width(encoding: Term, features: int) -> int:
    """Features of an encoding of so many features."""
    return _WIDTHS[encoding.kind](encoding.arguments, features)


def cell_width(cell: Cell, factors: Factors, features: int) -> int:
    """Features of a cell before its head; of a kernel and of a model those that it gets."""
    if cell.head in ("", KERNEL_HEAD):
        return features
    if cell.is_encoding or cell.matched:
        name = cell.arm if cell.is_encoding else cell.matched
        return width(next(term for term in factors.encodings if term.name == name), features)
    own = next(control.term for control in factors.controls if control.term.name == cell.arm)
    return (
        math.comb(features + own.arguments["degree"], own.arguments["degree"])
        if "degree" in own.arguments
        else features
    )


def needed_bytes(cell: Cell, factors: Factors, samples: int, features: int) -> int:
    """Bytes of the largest array of a cell: its features, or the kernel values of all pairs."""
    pairs = samples if cell.head == KERNEL_HEAD else 0
    return samples * _BYTES * max(pairs, cell_width(cell, factors, features))


__all__ = ["MEMORY", "cell_width", "needed_bytes", "width"]
