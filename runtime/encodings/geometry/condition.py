"""Condition numbers of a representation: by a stated cut-off, regularised, before and after standardisation."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, nan
from typing import Any

from mlipilot.runtime.encodings.geometry.centring import standardise_columns
from mlipilot.runtime.encodings.geometry.options import nonnegative
from mlipilot.runtime.encodings.geometry.representation import Scaled, read_representation
from mlipilot.runtime.encodings.geometry.spectrum import Spectrum, of_matrix


@dataclass(frozen=True)
class Condition:
    """The condition of one matrix: of its singular values sigma, and of its eigenvalues l = sigma^2.

    `number` is a ratio of singular values and `regularised` one of eigenvalues, their squares: where nothing is cut
    off and lambda is 0, `regularised` is the square of `number`.

    Attributes:
        number: sigma_1 / sigma_r, at least 1, with sigma_r the smallest singular value above the cut-off.
        regularised: (l_1 + lambda) / (l_min + lambda), at least 1, with l_min the smallest of all min(n, D); infinity
            where both l_min and lambda are 0.
        regularisation: lambda, in squared units of the columns: the `alpha` of a ridge on them.
        cut_off: share of sigma_1, in [0, 1), at or below which a singular value counts as 0.
        kept: singular values above it.
        total: all singular values, min(n, D).
        reason: why both numbers are NaN, where they are.
    """

    number: float
    regularised: float
    regularisation: float
    cut_off: float
    kept: int
    total: int
    reason: str = ""


@dataclass(frozen=True)
class Conditions:
    """The condition before and after column standardisation: the number depends on the columns' units.

    Attributes:
        raw: of the columns as they are.
        standardised: of columns of mean 0 and variance 1.
    """

    raw: Condition
    standardised: Condition


def condition_numbers(
    Z: Any, *, centred: bool = True, regularisation: float = 0.0, cut_off: float | None = None
) -> Conditions:
    """The condition numbers of a representation (n, D), as it is and with columns of mean 0 and variance 1.

    Args:
        Z: (n, D), n >= 2; any real type.
        centred: subtract the columns' means first; standardised columns are centred anyway.
        regularisation: lambda >= 0, such as the one that a model selection chose; the same number for both.
        cut_off: share of sigma_1; machine epsilon times max(n, D) by default.

    Raises:
        ValueError: a matrix that cannot be read: not two-dimensional, fewer than 2 samples, text, NaN or infinity (with
            its place), complex, uint64; a negative `regularisation`, a cut-off outside [0, 1).
    """
    matrix = read_representation(Z)
    raw = of_matrix(matrix, centred=centred, cut_off=cut_off)
    standardised = standardised_spectrum(matrix, cut_off)
    return Conditions(condition_of(raw, regularisation), condition_of(standardised, regularisation))


def standardised_spectrum(matrix: Scaled, cut_off: float | None) -> Spectrum:
    """The spectrum of standardised columns."""
    return of_matrix(standardise_columns(matrix), centred=True, cut_off=cut_off)


def relative_condition_of(found: Spectrum, regularisation: float) -> Condition:
    """The condition of a spectrum, with lambda in units of its mean eigenvalue."""
    nonnegative("regularisation", regularisation)
    return _condition(found, regularisation * float((found.singular_values**2).mean()))


def condition_of(found: Spectrum, regularisation: float) -> Condition:
    """The condition of a spectrum; `regularisation` is lambda >= 0 in squared units of the representation."""
    nonnegative("regularisation", regularisation)
    # Divided twice: the square of a tiny scale would underflow.
    return _condition(found, regularisation / found.scale / found.scale)


def _condition(found: Spectrum, shift: float) -> Condition:
    """The condition of a spectrum; lambda in the units of its scaled eigenvalues."""
    regularisation = shift * found.scale * found.scale
    total = len(found.singular_values)
    if found.empty_reason:
        return Condition(nan, nan, regularisation, found.cut_off, 0, total, found.empty_reason)
    kept = found.kept
    largest = float(kept[0])
    lowest = float(kept[-1]) ** 2 if len(kept) == total else 0.0
    return Condition(
        number=largest / float(kept[-1]),
        regularised=_ratio(largest**2, lowest, shift),
        regularisation=regularisation,
        cut_off=found.cut_off,
        kept=len(kept),
        total=total,
    )


def _ratio(largest: float, lowest: float, shift: float) -> float:
    """(largest + shift) / (lowest + shift), 1 for a shift past all numbers, infinity over 0."""
    if isinf(shift):
        return 1.0
    return (largest + shift) / (lowest + shift) if lowest + shift > 0 else inf
