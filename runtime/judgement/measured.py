"""A measured quantity: an estimate, its one-sided bounds, and how they were found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measured:
    """Base units (eV, Å, fs, K). An estimate or bound that is not known is None, never zero."""

    estimate: float | None
    lower: float | None
    upper: float | None
    method: str
    details: dict[str, float | int | str | None] = field(default_factory=dict)
    missing: str = ""
    """Why there is no estimate."""


def missing(reason: str) -> Measured:
    """A quantity that was not measured."""
    return Measured(None, None, None, "", {}, reason)
