"""A number of a verdict, in base units (eV, Å, fs, K, shares)."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

_LARGEST = sys.float_info.max


@dataclass(frozen=True)
class Number:
    """A number, or what a damaged file has in its place."""

    value: float | None
    """None where it is not known."""
    damage: Any = None

    @classmethod
    def of(cls, value: float | None) -> Number:
        """A number; one that is not finite is not known."""
        return UNKNOWN if value is None or not math.isfinite(value) else cls(value)

    @classmethod
    def read(cls, found: Any) -> Number:
        """What a file has."""
        if isinstance(found, bool) or not isinstance(found, int | float) or not -_LARGEST <= found <= _LARGEST:
            return cls(None, found)
        return cls(found)

    @property
    def is_damaged(self) -> bool:
        """Whether a file has something else where a number belongs."""
        return self.damage is not None

    @property
    def written(self) -> Any:
        """As a file has it."""
        return self.damage if self.is_damaged else self.value


UNKNOWN = Number(None)
