"""Basis encoding: each feature rounded to one of 2**bits levels, and the level written in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mlipilot.runtime.encodings.codes import CODES, Bits, Code
from mlipilot.runtime.encodings.encoder import Encoder
from mlipilot.runtime.encodings.kernels.inner import demand_gram, powers
from mlipilot.runtime.encodings.levels import BINS, Indices, Levels
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT, demand_size
from mlipilot.runtime.encodings.validation import (
    Floats,
    require_choices,
    require_width,
    validated,
)

_BLOCK = 2**24
"""Bits that are written out at once."""
_INDEX = np.dtype(np.int32)
"""Of the places of a sparse result."""


class BasisEncoder(Encoder):
    """The bits of each feature's level.

    Parameters
    ----------
    bits
        From 1 to 16: a feature has `2**bits` levels.
    code
        `binary`, most significant bit first; `gray`, in which neighbouring levels differ in one bit; `thermometer`, in
        which bit j says whether the level is at least j, so that the squared distance of two codes is that of their
        levels; `onehot`, one bit a level.
    bins
        `uniform` levels over the range of a feature in `fit`, or `quantile`: equally many samples a level.
    output
        `dense` numbers in the precision of `X`; `sparse`, the same numbers in compressed rows; or `packed`: bit j is
        bit `j % 64` of the unsigned integer `j // 64`. Numbers are floats, since products of small integers overflow in
        silence.
    max_memory
        Bytes that a result may take.
    n_jobs
        Threads of kernels, as in scikit-learn.

    Attributes
    ----------
    levels_ : Levels
        Of the features. A constant feature has the level 0 alone.
    n_features_in_ : int

    Notes
    -----
    Values beyond a range get its first or last level.
    """

    def __init__(
        self,
        *,
        bits: int = 4,
        code: Literal["binary", "gray", "thermometer", "onehot"] = "binary",
        bins: Literal["uniform", "quantile"] = "uniform",
        output: Literal["dense", "sparse", "packed"] = "dense",
        max_memory: int = DEFAULT_LIMIT,
        n_jobs: int | None = None,
    ) -> None:
        self.bits = bits
        self.code = code
        self.bins = bins
        self.output = output
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def levels(self, X: Any) -> Indices:
        """The level of each value, shape (samples, features), from 0 to `2**bits - 1`."""
        return self.levels_.of(validated(self, X, reset=False))

    def kernel(self, X: Any, Y: Any = None, *, zeta: float = 1.0) -> Floats:
        """Inner products of the bits of all pairs over the largest that they can be, to the power zeta.

        Shape (samples of X, samples of Y). They are counted by the levels; no code is written out.
        """
        one = self.levels(X)
        return self._inner(one, one if Y is None else self.levels(Y), CODES[self.code].inner, zeta)

    def state_kernel(self, X: Any, Y: Any = None) -> Floats:
        """Overlaps of the basis states of all features together: 1 where two samples have the same levels, else 0."""
        one = self.levels(X)
        return self._inner(one, one if Y is None else self.levels(Y), _same, 1)

    def _inner(self, one: Indices, other: Indices, inner: Any, zeta: float) -> Floats:
        demand_gram(len(one), len(other), 8, self.max_memory)
        return powers(inner(one, other, self.bits, self.n_jobs), zeta)

    def _learn(self, X: Floats) -> None:
        require_choices(self, code=CODES, bins=BINS, output=_OUTPUTS)
        if not isinstance(self.bits, (int, np.integer)) or not 1 <= self.bits <= 16:
            raise ValueError(f"`bits` is {self.bits!r}: write a whole number from 1 to 16")
        self.levels_: Levels = BINS[self.bins](X, 2**self.bits)

    @property
    def _code(self) -> Code:
        return CODES[self.code]

    def _width(self) -> int:
        return self.n_features_in_ * self._code.width(self.bits)

    def _dimension(self) -> int:
        return -(-self._width() // 64) if self.output == "packed" else self._width()

    def transform(self, X: Any) -> Any:
        """The bits of samples, in the form that `output` says.

        Raises `MemoryLimitError` where they would take more than `max_memory`.
        """
        if self.output == "sparse":
            given = validated(self, X, reset=False)
            levels = self.levels_.of(given)
            ones, size = self._code.ones(levels), given.dtype.itemsize + _INDEX.itemsize
            demand_size(ones * size, len(given), self.max_memory, *self._demanded())
            return _sparse(self._blocks(levels), given.dtype, self._width())
        return super().transform(X)

    def _encode(self, X: Floats) -> Any:
        return _OUTPUTS[self.output](self._blocks(self.levels_.of(X)), X.dtype, self._width())

    def _blocks(self, levels: Indices) -> Iterator[Bits]:
        """Bits of some rows after the others, shape (rows, width)."""
        rows = max(1, _BLOCK // self._width())
        for start in range(0, len(levels), rows):
            part = levels[start : start + rows]
            yield self._code.write(part, self.bits).reshape(len(part), -1)

    def inverse_transform(self, X: Any) -> Floats:
        """What stands for the levels behind bits: the samples up to the width of a level.

        Shape (samples, n_features_in_).
        """
        written = _READ[self.output](X, self._width()).reshape(-1, self.n_features_in_, self._code.width(self.bits))
        return self.levels_.values(self._code.read(written, self.bits))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        if self.output == "packed":
            tags.transformer_tags.preserves_dtype = []
        return tags

    def _names(self, features: list[str]) -> list[str]:
        if self.output == "packed":
            return [f"word{word}" for word in range(self._dimension())]
        own = self._code.names(self.bits)
        return [f"{feature}_{name}" for feature in features for name in own]


def _dense(blocks: Iterator[Bits], dtype: Any, width: int) -> NDArray[Any]:
    return np.concatenate([block.astype(dtype) for block in blocks])


def _sparse(blocks: Iterator[Bits], dtype: Any, width: int) -> Any:
    return sparse.vstack([sparse.csr_array(block, dtype=dtype) for block in blocks], format="csr")


def _packed(blocks: Iterator[Bits], dtype: Any, width: int) -> NDArray[np.uint64]:
    words = -(-width // 64)
    found = []
    for block in blocks:
        octets = np.zeros((len(block), 8 * words), np.uint8)
        octets[:, : -(-width // 8)] = np.packbits(block, axis=1, bitorder="little")
        found.append(octets.view("<u8").astype(np.uint64))
    return np.concatenate(found)


def _read_numbers(X: Any, width: int) -> Bits:
    from sklearn.utils import check_array

    given = check_array(X, accept_sparse="csr")
    given = given.toarray() if sparse.issparse(given) else given
    require_width(given, width)
    return np.asarray(given > 0.5)


def _read_packed(X: Any, width: int) -> Bits:
    given = np.asarray(X)
    if given.dtype != np.uint64 or given.ndim != 2 or given.shape[1] != -(-width // 64):
        raise ValueError(f"X has not the shape (samples, {-(-width // 64)}) of 64-bit unsigned integers")
    octets = given.astype("<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=width, bitorder="little").astype(bool)


def _same(one: Indices, other: Indices, bits: int, n_jobs: int | None) -> Floats:
    return np.asarray(CODES["onehot"].inner(one, other, bits, n_jobs) == 1, np.float64)


_OUTPUTS: dict[str, Callable[[Iterator[Bits], Any, int], Any]] = {
    "dense": _dense,
    "sparse": _sparse,
    "packed": _packed,
}
_READ: dict[str, Callable[[Any, int], Bits]] = {
    "dense": _read_numbers,
    "sparse": _read_numbers,
    "packed": _read_packed,
}

__all__ = ["BasisEncoder"]
