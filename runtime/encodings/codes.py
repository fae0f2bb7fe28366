"""Codes of levels in bits, and their inner products by the levels alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.kernels.levels import equal_levels, shared_ones, shared_steps
from mlipilot.runtime.encodings.levels import Indices
from mlipilot.runtime.encodings.validation import Floats

Bits = NDArray[np.bool_]
Inner = Callable[[Indices, Indices, int, int | None], Floats]
"""Inner products of the codes of all pairs over the largest that they can be, shape (samples, other samples)."""


class Code(NamedTuple):
    """One way to write the levels of a feature in bits."""

    width: Callable[[int], int]
    """Bits of a feature, by the number of bits of its level."""
    write: Callable[[Indices, int], Bits]
    """The bits of levels, shape (samples, features, width)."""
    read: Callable[[Bits, int], Indices]
    """Levels, shape (samples, features), of bits."""
    names: Callable[[int], list[str]]
    ones: Callable[[Indices], int]
    """Bits that are 1 in the codes of levels, altogether."""
    inner: Inner


def _write_binary(levels: Indices, bits: int) -> Bits:
    places = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    return np.asarray((levels[..., None] >> places) & 1, bool)


def _read_binary(written: Bits, bits: int) -> Indices:
    places = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    return np.asarray((written.astype(np.uint16) << places).sum(axis=-1), np.uint16)


def _to_gray(levels: Indices) -> Indices:
    return np.asarray(levels ^ (levels >> 1), np.uint16)


def _from_gray(gray: Indices) -> Indices:
    levels = gray.copy()
    for shift in (1, 2, 4, 8):
        levels ^= levels >> shift
    return levels


def _set_bits(levels: Indices) -> int:
    return int(np.bitwise_count(levels).sum(dtype=np.int64))


def _bit_names(bits: int) -> list[str]:
    return [f"b{place}" for place in range(bits - 1, -1, -1)]


def _level_names(first: int, bits: int) -> list[str]:
    return [f"level{level}" for level in range(first, 2**bits)]


def _steps(levels: Indices, bits: int) -> Bits:
    return np.asarray(levels[..., None] >= np.arange(1, 2**bits))


def _marks(levels: Indices, bits: int) -> Bits:
    return np.asarray(levels[..., None] == np.arange(2**bits))


CODES: Mapping[str, Code] = {
    "binary": Code(
        lambda bits: bits,
        _write_binary,
        _read_binary,
        _bit_names,
        _set_bits,
        lambda one, other, bits, jobs: shared_ones(one, other, jobs) / (one.shape[1] * bits),
    ),
    "gray": Code(
        lambda bits: bits,
        lambda levels, bits: _write_binary(_to_gray(levels), bits),
        lambda written, bits: _from_gray(_read_binary(written, bits)),
        _bit_names,
        lambda levels: _set_bits(_to_gray(levels)),
        lambda one, other, bits, jobs: shared_ones(_to_gray(one), _to_gray(other), jobs) / (one.shape[1] * bits),
    ),
    "thermometer": Code(
        lambda bits: 2**bits - 1,
        _steps,
        lambda written, bits: np.asarray(written.sum(axis=-1), np.uint16),
        lambda bits: _level_names(1, bits),
        lambda levels: int(levels.sum(dtype=np.int64)),
        lambda one, other, bits, jobs: shared_steps(one, other, jobs) / (one.shape[1] * (2**bits - 1)),
    ),
    "onehot": Code(
        lambda bits: 2**bits,
        _marks,
        lambda written, bits: np.asarray(written.argmax(axis=-1), np.uint16),
        lambda bits: _level_names(0, bits),
        lambda levels: levels.size,
        lambda one, other, bits, jobs: equal_levels(one, other, jobs) / one.shape[1],
    ),
}
"""Codes of a feature by itself."""

__all__ = ["CODES", "Bits", "Code"]
