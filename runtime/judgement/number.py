"""A number of a verdict: in base units to compute with, and in the unit that reports show."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import Any

from mlipilot.spec.schema.metrics import METRICS

_LARGEST = sys.float_info.max


@dataclass(frozen=True)
class Number:
    """A number in both forms: a float that is multiplied by a factor and divided by it may come out as another one.

    Two numbers are the same when they are shown alike.
    """

    value: float | None = field(compare=False)
    """In base units (eV, Å, fs, K, shares); None where it is not known."""
    shown: Any
    """In the unit that reports show; None where it is not known. A damaged file may have anything in its place."""

    @classmethod
    def of(cls, value: float | None, metric: str | None = None) -> Number:
        """A value of a metric in base units, or a plain number; one that is not finite is not known."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        return cls(value, value if metric is None else METRICS[metric].shown(value))

    @classmethod
    def read(cls, shown: Any, metric: str | None = None) -> Number:
        """What a file has of a metric, or of a plain number."""
        if isinstance(shown, bool) or not isinstance(shown, int | float) or not -_LARGEST <= shown <= _LARGEST:
            return cls(None, shown)
        if metric is None:
            return cls(shown, shown)
        return cls(METRICS[metric].base(shown) if metric in METRICS else None, shown)

    @property
    def is_damaged(self) -> bool:
        """Whether a file has something else where a number belongs."""
        return self.value is None and self.shown is not None


UNKNOWN = Number(None, None)
