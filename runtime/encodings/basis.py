"""Basis encoding: each feature rounded to one of 2**bits levels, and the level written in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from mlipilot.runtime.encodings.codes import CODES, Bits, Code
from mlipilot.runtime.encodings.encoder import Encoder
from mlipilot.runtime.encodings.kernels.inner import demand_gram, powers
from mlipilot.runtime.encodings.levels import BINS, Indices, Levels
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT, demand_size
from mlipilot.runtime.encodings.parameters import require_choices, require_whole
from mlipilot.runtime.encodings.validation import Floats, given_features, validated

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
        `uniform` levels over the range of a feature in `fit`, each value rounded to the nearest, so that the first and
        the last have half the width of the others; or `quantile`: equally many samples a level.
    output
        `dense` numbers in the precision of `X`; `sparse`, the same numbers in compressed rows; or `packed`: bit j is
        bit `j % 64` of the unsigned integer `j // 64`, words that are not numbers and not for a model. Numbers are
        floats, since products of small integers overflow in silence.
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
        given = validated(self, X, reset=False)
        return self.levels_.of(given)

    def kernel(self, X: Any, Y: Any = None, *, zeta: float = 1.0) -> Any:
        """Inner products of the bits of all pairs over the largest that they can be, to the power zeta.

        Shape (samples of X, samples of Y). They are counted by the levels; no code is written out. A sample has less
        than 1 with itself where not all of its bits can be 1. Two vectors give one number. Raises as `Encoder.kernel`.
        """
        return super().kernel(X, Y, zeta=zeta)

    def state_kernel(self, X: Any, Y: Any = None) -> Floats:
        """Overlaps of the basis states of all features together: 1 where two samples have the same levels, else 0."""
        one = self.levels(X)
        return self._inner(one, one if Y is None else self.levels(Y), _same, 1)

    def _kernel(self, X: Floats, Y: Floats | None, zeta: float) -> Floats:
        one = self.levels_.of(X)
        values = self._inner(one, one if Y is None else self.levels_.of(Y), CODES[self.code].inner, zeta)
        return values.astype(X.dtype, copy=False)

    def _inner(self, one: Indices, other: Indices, inner: Any, zeta: float) -> Floats:
        demand_gram(len(one), len(other), 8, self.max_memory)
        return powers(inner(one, other, self.bits, self.n_jobs), zeta)

    def _learn(self, X: Floats) -> None:
        require_choices(self, code=CODES, bins=BINS, output=_OUTPUTS)
        require_whole("bits", self.bits, most=16)
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

        Shape (samples, n_features_in_). Raises ValueError for bits that are those of no level.
        """
        check_is_fitted(self)
        written = _READ[self.output](self, X).reshape(-1, self.n_features_in_, self._code.width(self.bits))
        levels = self._code.read(written, self.bits)
        wrong = (self._code.write(levels, self.bits) != written).any(axis=2)
        if wrong.any():
            row, feature = np.argwhere(wrong)[0]
            raise ValueError(f"row {row} of X has bits of feature {feature} that are the code of no level")
        return self.levels_.values(levels)

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


def _read_numbers(encoder: BasisEncoder, X: Any) -> Bits:
    given = given_features(encoder, X.toarray() if sparse.issparse(X) else X, encoder._width())
    is_bit = (given == 0) | (given == 1)
    if not is_bit.all():
        row, column = np.argwhere(~is_bit)[0]
        raise ValueError(f"X has {given[row, column]:g} at row {row}, column {column}: bits are 0 or 1")
    return np.asarray(given, bool)


def _read_packed(encoder: BasisEncoder, X: Any) -> Bits:
    given, width = np.asarray(X), encoder._width()
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
_READ: dict[str, Callable[[BasisEncoder, Any], Bits]] = {
    "dense": _read_numbers,
    "sparse": _read_numbers,
    "packed": _read_packed,
}

__all__ = ["BasisEncoder"]
