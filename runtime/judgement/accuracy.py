"""Errors on a split, with bounds from resampling its trajectories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from mlipilot._core import bootstrap
from mlipilot.runtime.judgement.measured import Measured, missing
from mlipilot.spec.numerals import count

RESAMPLES = 10_000
_Statistic = Literal["rmse", "mae", "percentile", "shifted_rmse"]


class Errors(NamedTuple):
    """Errors of one quantity, and where each comes from."""

    values: NDArray[Any]
    """(n,), signed or not, in base units."""
    groups: NDArray[Any]
    """(n,), the trajectory of each."""
    empty: str = "the split has nothing to compare"
    """Why there is none, where there is none."""
    remark: str = ""
    """What the method has to say of them."""
    counts: Mapping[str, int] = {}


def measure_errors(errors: Errors, statistic: str, confidence: float) -> Measured:
    """A statistic of errors with its bounds: `rmse`, `mae`, `shifted_rmse`, or a percentile such as `p95`."""
    values = np.ascontiguousarray(errors.values, dtype=np.float64)
    groups = np.ascontiguousarray(errors.groups, dtype=np.int64)
    if not len(values):
        return missing(errors.empty)
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        return missing(f"{bad} of {count(len(values), 'error')} {'is' if bad == 1 else 'are'} not finite")
    q = float(statistic[1:]) if statistic.startswith("p") else None
    name = cast("_Statistic", "percentile" if q is not None else statistic)
    # `expanded` widens the level for few trajectories, where a plain BCa bound is too tight (Hesterberg 2015).
    found = bootstrap(
        values, groups, statistic=name, q=q, confidence=confidence, resamples=RESAMPLES, seed=0, expanded=True
    )
    method = {"bca": "BCa bootstrap", "percentile": "percentile bootstrap", None: "no bound"}[found.method]
    over = f"{method} over {found.n_groups} trajectories" if found.n_groups > 1 else "no bound: one trajectory"
    return Measured(
        found.estimate,
        found.lower,
        found.upper,
        f"{over}; {errors.remark}" if errors.remark else over,
        {
            "values": len(values),
            "trajectories": found.n_groups,
            "standard_error": found.standard_error,
            **errors.counts,
        },
    )
