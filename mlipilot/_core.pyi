"""Kernels of mlipilot: error metrics, bounds, drift, neighbours, survival and the scorecard's rule.

Written in Rust (`rust/core`) and bound in `rust/python`, because a verdict must not depend on a BLAS, a thread count or
the order of a reduction. Arrays must be C-contiguous and of the stated dtype; nothing is copied or cast. A wrong dtype
or dimension raises TypeError, anything else a kernel refuses ValueError; both name the argument. All bounds are
one-sided, each at `confidence`, and None where unknown.
"""

from collections.abc import Sequence
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BootstrapBounds",
    "Death",
    "Drift",
    "DriftBounds",
    "ErrorSummary",
    "Judgement",
    "MedianBounds",
    "__version__",
    "bootstrap",
    "clopper_pearson",
    "combine",
    "death",
    "drift",
    "drift_bounds",
    "energy_errors",
    "force_errors",
    "force_errors_by_element",
    "judge",
    "median_bounds",
    "minimum_distance",
    "neighbour_counts",
    "pairs",
    "replicas_needed",
    "worst_drift",
]

__version__: str

@final
class ErrorSummary:
    """The distribution of the magnitudes of n errors, in the unit of the errors."""

    @property
    def n(self) -> int: ...
    @property
    def mae(self) -> float: ...
    @property
    def rmse(self) -> float: ...
    @property
    def p50(self) -> float: ...
    @property
    def p90(self) -> float: ...
    @property
    def p95(self) -> float: ...
    @property
    def p99(self) -> float: ...
    @property
    def max(self) -> float: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class BootstrapBounds:
    """A statistic of grouped errors with one-sided bounds, None where unknown."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def standard_error(self) -> float | None: ...
    @property
    def n_groups(self) -> int: ...
    @property
    def method(self) -> Literal["bca", "percentile"] | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class MedianBounds:
    """A median with distribution-free one-sided bounds, None where the values are too few."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def n(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Drift:
    """The slope of the total energy per atom against time, and its standard error, both in eV/atom/ps."""

    @property
    def slope(self) -> float: ...
    @property
    def standard_error(self) -> float: ...
    @property
    def n(self) -> int: ...
    @property
    def lag(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class DriftBounds:
    """The magnitude of a drift with one-sided bounds, in the unit of the slopes."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Death:
    """The end of a replica; value is K, a ratio of temperatures, Å or Å, in the order of the causes after the first."""

    @property
    def frame(self) -> int: ...
    @property
    def cause(self) -> Literal["non_finite", "too_hot", "heat_jump", "too_close", "bond_broken"]: ...
    @property
    def value(self) -> float | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Judgement:
    """The outcome of one constraint; margin is the relative distance of the deciding bound, positive inside."""

    @property
    def outcome(self) -> Literal["pass", "fail", "undecided"]: ...
    @property
    def reason(self) -> Literal["bound", "straddles", "unknown_bound", "missing_estimate"]: ...
    @property
    def margin(self) -> float | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

def energy_errors(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    atoms: NDArray[np.int64],
    shifted: bool = False,
) -> ErrorSummary:
    """Errors of the energy per atom, from total energies (eV) and atom counts, shape (F,); shifted removes the mean."""

def force_errors(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    kind: Literal["component", "norm"] = "component",
) -> ErrorSummary:
    """Errors of forces (eV/Å), shape (N, 3), over components or over norms; the norm RMSE is √3 times the other."""

def force_errors_by_element(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    numbers: NDArray[np.int64],
    kind: Literal["component", "norm"] = "component",
) -> dict[int, ErrorSummary]:
    """force_errors for each element apart, by atomic number in ascending order; numbers has shape (N,)."""

def bootstrap(
    values: NDArray[np.float64],
    groups: NDArray[np.int64],
    statistic: Literal["rmse", "mae", "percentile", "shifted_rmse"] = "rmse",
    q: float | None = None,
    confidence: float = 0.95,
    resamples: int = 10000,
    seed: int = 0,
    expanded: bool = False,
) -> BootstrapBounds:
    """BCa bounds (Efron 1987) of a statistic of signed errors, shape (n,), resampling whole groups; q is 0 to 100.

    With few groups these are too narrow (an upper 95 % bound of an RMSE over 9 groups holds in 82 to 89 % of cases);
    expanded widens them as Student's t widens the interval of a mean (Hesterberg 2015).
    """

def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Lower and upper bound of a proportion after k of n (Clopper and Pearson 1934)."""

def replicas_needed(threshold: float, confidence: float = 0.95) -> int | None:
    """The smallest n for which n of n prove at least threshold; None where no number does."""

def median_bounds(values: NDArray[np.float64], confidence: float = 0.95) -> MedianBounds:
    """Order-statistic bounds of the median of independent draws, shape (n,); None below five values at 95 %."""

def drift(times_fs: NDArray[np.float64], energies_per_atom: NDArray[np.float64]) -> Drift:
    """Least-squares drift (eV/atom/ps) of energies (eV/atom) at increasing times (fs), Newey-West error; n >= 10."""

def drift_bounds(slope: float, standard_error: float, confidence: float = 0.95) -> DriftBounds:
    """Bounds of |slope|; the lower one uses 1 - α/2, since a magnitude hides the sign."""

def worst_drift(
    slopes: NDArray[np.float64], standard_errors: NDArray[np.float64], confidence: float = 0.95
) -> DriftBounds:
    """Bounds of the largest |slope| among replicas, shape (m,)."""

def minimum_distance(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> float | None:
    """The shortest distance (Å) among pairs closer than cutoff, self images included; shapes (N, 3), (3, 3), (3,)."""

def neighbour_counts(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> NDArray[np.uint32]:
    """The number of neighbours of each atom closer than cutoff (Å), every image counted."""

def pairs(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """First, second, shift (P, 3) and distance (Å) of all pairs closer than cutoff (Å), each once from either end."""

def death(
    positions: NDArray[np.float64],
    cells: NDArray[np.float64],
    pbc: NDArray[np.bool_],
    temperatures: NDArray[np.float64],
    *,
    target_temperature: float,
    training_minimum: float,
    bonds: NDArray[np.int64] | None = None,
    bond_lengths: NDArray[np.float64] | None = None,
) -> Death | None:
    """The first death of a replica, None while it lives.

    In Å and K; shapes (F, N, 3), (3, 3) or (F, 3, 3), (3,) and (F,); bonds (B, 2) and bond_lengths (B,) go together.
    """

def judge(
    comparator: Literal["<=", ">="],
    threshold: float,
    estimate: float | None,
    lower: float | None,
    upper: float | None,
) -> Judgement:
    """Judges one constraint by its bounds; a missing estimate fails, unknown bounds leave it undecided."""

def combine(outcomes: Sequence[str]) -> Literal["accepted", "rejected", "undecided"]:
    """The verdict over the outcomes of all requires under all seeds; an empty scorecard is undecided."""
