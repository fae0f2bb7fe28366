"""The ranges of features, learnt from samples and scaled to an interval; what lies beyond is clipped or wrapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import numpy as np

from mlipilot.runtime.encodings.parameters import require_number
from mlipilot.runtime.encodings.validation import Floats

Beyond = Literal["clip", "wrap", "extrapolate"]


class Ranges(NamedTuple):
    """Smallest and largest value of each feature, shape (features,)."""

    low: Floats
    high: Floats

    @property
    def is_constant(self) -> Floats:
        """Features with one value."""
        return np.asarray(self.high == self.low)

    def scaled(self, X: Floats, interval: tuple[float, float], beyond: Beyond) -> Floats:
        """`X` with each range mapped to the interval; a constant feature to its lower end.

        Raises ValueError where the interval has no width.
        """
        left, right = _ends(interval)
        shares = BEYOND[beyond](self.shares(X))
        if (left, right) == (0, 1):
            return shares
        return np.asarray(left + (right - left) * shares, X.dtype)

    def shares(self, X: Floats) -> Floats:
        """How far along its range each value lies: 0 at the smallest, 1 at the largest."""
        # Halved first, the width of a range overflows nowhere.
        low, width = self.low / 2, self.high / 2 - self.low / 2
        varies = width > 0
        with np.errstate(under="ignore"):
            found = (X / 2 - low) / np.where(varies, width, 1)
        if not varies.all():
            found[:, ~varies] = 0
        return found.astype(X.dtype, copy=False)

    def restored(self, scaled: Floats, interval: tuple[float, float]) -> Floats:
        """The values behind scaled ones."""
        left, right = _ends(interval)
        shares = (scaled - left) / (right - left)
        return np.asarray(self.low * (1 - shares) + self.high * shares, scaled.dtype)


def learn_ranges(X: Floats) -> Ranges:
    """The ranges of samples, shape (samples, features)."""
    return Ranges(X.min(axis=0), X.max(axis=0))


def _ends(interval: tuple[float, float]) -> tuple[float, float]:
    is_pair = isinstance(interval, tuple | list | np.ndarray) and len(interval) == 2
    if not is_pair:
        raise ValueError(f"`interval` is {interval!r}: write its two ends, such as (0, 1)")
    left, right = (require_number("interval", end, example="(0, 1)") for end in interval)
    if not left < right:
        raise ValueError(f"`interval` is {interval!r}: its lower end comes first, such as (0, 1)")
    return left, right


def _clip(shares: Floats) -> Floats:
    return np.clip(shares, 0, 1)


def _wrap(shares: Floats) -> Floats:
    """Both ends of a range stay apart: 1 is not wrapped to 0."""
    return np.where((shares < 0) | (shares > 1), np.mod(shares, 1), shares)


def _extrapolate(shares: Floats) -> Floats:
    return shares


BEYOND: Mapping[str, Callable[[Floats], Floats]] = {"clip": _clip, "wrap": _wrap, "extrapolate": _extrapolate}

__all__ = ["BEYOND", "Beyond", "Ranges", "learn_ranges"]
