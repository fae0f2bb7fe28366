"""Units of a user's files: exact factors to eV and Å, and values converted by them, rounded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.spec.units import BASE_UNITS, Unit, unit, usual_units

Floats = NDArray[np.float64]
_SPLIT = 134_217_729.0
"""2^27 + 1, by which a float of 53 bits falls into two halves whose products are exact (Dekker 1971)."""
_ONE = Fraction(1)


@dataclass(frozen=True)
class Units:
    """How many eV, Å, eV/Å and eV/Å³ the file's unit of each is."""

    energy: Fraction = _ONE
    length: Fraction = _ONE
    forces: Fraction = _ONE
    stress: Fraction = _ONE
    """Of the stress, or of the virial (eV) where that is read; negative where its sign is the other one."""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Units:
        """The units that a plan's parameters give, as text."""
        return cls(**{name: Fraction(factor) for name, factor in params["units"].items()})

    @property
    def factors(self) -> tuple[float, float, float, float]:
        """As the kernels take them: energy, length, forces, stress."""
        return float(self.energy), float(self.length), float(self.forces), float(self.stress)

    @property
    def are_ours(self) -> bool:
        """Whether nothing is converted; the sign of the stress does not count."""
        return self.energy == self.length == self.forces == abs(self.stress) == 1


def unit_word(factor: Fraction, dimension: str) -> str:
    """The unit of so many base units, as it is written; its factor where none is known."""
    words = list(usual_units(dimension))
    if dimension in ("force", "pressure"):
        power = "" if dimension == "force" else "^3"
        words += [f"{energy}/{length}{power}" for energy in usual_units("energy") for length in usual_units("length")]
    for word in words:
        found = unit(word)
        if isinstance(found, Unit) and found.factor == factor:
            return word
    return f"{float(factor):.10g} {BASE_UNITS[dimension]}"


def converted(values: Any, factor: Fraction) -> Floats:
    """Numbers times an exact factor, each correctly rounded but for near ties; unchanged where the factor is 1.

    The product is taken in twice the precision (T. J. Dekker, Numer. Math. 18, 224, 1971).
    """
    numbers = np.asarray(values, dtype=np.float64)
    if factor == 1:
        return numbers
    high = float(factor)
    low = float(factor - Fraction(high))
    with np.errstate(invalid="ignore", over="ignore"):
        product = numbers * high
        error = _product_error(numbers, high, product) + numbers * low
    return np.where(np.isfinite(error), product + error, product)


def _product_error(numbers: Floats, factor: float, product: Floats) -> Floats:
    """What rounding took from a product."""
    first_high, first_low = _halves(numbers)
    second_high, second_low = _halves(np.float64(factor))
    found: Floats = (
        (first_high * second_high - product) + first_high * second_low + first_low * second_high
    ) + first_low * second_low
    return found


def _halves(numbers: Any) -> tuple[Any, Any]:
    scaled = numbers * _SPLIT
    high = scaled - (scaled - numbers)
    return high, numbers - high


__all__ = ["Units", "converted", "unit_word"]
