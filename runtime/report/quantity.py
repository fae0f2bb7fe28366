"""Numbers as a reader sees them, and the absence of a number with its reason.

Unknown is not zero: whatever cannot be read or is not finite travels through the report as `Unknown`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from mlipilot.spec.numerals import format_number, long_time, short

T = TypeVar("T")
_YEAR = 366 * 86_400
"""Seconds, beyond which hours and minutes say nothing."""
_MISFITS = (ArithmeticError, LookupError, TypeError, ValueError)


class NotKnown(Exception):
    """Something the report wants to show cannot be had; the message says why."""


@dataclass(frozen=True)
class Unknown:
    """A figure or number that is not known."""

    reason: str
    known: ClassVar[bool] = False


@dataclass(frozen=True)
class Known:
    """A finite number and its unit."""

    value: float
    unit: str = ""
    digits: int | None = 3
    """Significant digits shown; None for a number somebody chose or counted, which is shown as it is."""
    known: ClassVar[bool] = True

    @property
    def text(self) -> str:
        """The number for reading, without its unit."""
        return format_number(self.value, self.digits)

    @property
    def exact(self) -> str:
        """The number in full, for programs."""
        return repr(self.value)

    def __str__(self) -> str:
        return f"{self.text} {self.unit}".rstrip()


Quantity = Known | Unknown


def quantity(value: Any, unit: str = "", *, digits: int | None = 3, reason: str = "it was not recorded") -> Quantity:
    """`value` as a quantity; unknown for the stated reason where it is absent, and where it is not finite."""
    if value is None or isinstance(value, bool):
        return Unknown(reason)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return Unknown(f"the record holds {str(value)!r} where a number belongs")
    if not math.isfinite(number):
        return Unknown(f"the value is not finite ({number})")
    return Known(number, unit, digits)


def attempt(make: Callable[[], T]) -> T | Unknown:
    """What `make` returns, or Unknown with the reason of its `NotKnown`.

    A record whose parts contradict each other (a file edited, or written by another version) is Unknown too.
    """
    try:
        return make()
    except NotKnown as unknown:
        return Unknown(str(unknown))
    except _MISFITS as misfit:
        return Unknown(f"the files do not fit together ({type(misfit).__name__}: {misfit})")


def format_duration(seconds: Quantity) -> str:
    """Seconds in the two largest units that fit: `4 min 12 s`."""
    if isinstance(seconds, Unknown):
        return f"not known: {seconds.reason}"
    if seconds.value < 60:
        return f"{format_number(seconds.value, 2 if seconds.value < 10 else 3)} s"
    if not seconds.value < _YEAR:
        return long_time(seconds.value)
    whole = round(seconds.value)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def format_percent(fraction: float) -> str:
    """0.95 as `95 %`."""
    return f"{short(100 * fraction, 4)} %"
