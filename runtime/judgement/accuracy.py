"""Errors of energies and forces on a split, with bounds from resampling its trajectories."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from mlipilot._core import bootstrap
from mlipilot.runtime.judgement.measured import Measured, missing
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.schema.metrics import METRICS

RESAMPLES = 10_000
_Statistic = Literal["rmse", "mae", "percentile", "shifted_rmse"]


def measure_errors(predictions: Path, metric: str, arguments: dict[str, str], confidence: float) -> Measured:
    """An error metric of the catalogue over the predictions of one model."""
    kind, statistic = METRICS[metric].kernel
    with np.load(predictions) as data:
        arrays = {name: data[name] for name in data.files}
    values, groups = _energies(arrays) if kind == "energy" else _forces(arrays, kind, arguments.get("element"))
    if not len(values):
        return missing(f"the split has no atom of {arguments.get('element')}")
    if not np.isfinite(values).all():
        return missing(f"{int((~np.isfinite(values)).sum())} of {len(values)} errors are not finite")
    q = float(statistic[1:]) if statistic.startswith("p") else None
    name = cast("_Statistic", "percentile" if q is not None else statistic)
    # `expanded` widens the level for few trajectories, where a plain BCa bound is too tight (Hesterberg 2015).
    found = bootstrap(
        values, groups, statistic=name, q=q, confidence=confidence, resamples=RESAMPLES, seed=0, expanded=True
    )
    method = {"bca": "BCa bootstrap", "percentile": "percentile bootstrap", None: "no bound"}[found.method]
    return Measured(
        found.estimate,
        found.lower,
        found.upper,
        f"{method} over {found.n_groups} trajectories" if found.n_groups > 1 else "no bound: one trajectory",
        {"values": len(values), "trajectories": found.n_groups, "standard_error": found.standard_error},
    )


def _energies(arrays: dict[str, NDArray[Any]]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Signed errors of the energy per atom, and the trajectory of each."""
    errors = (arrays["energy_pred"] - arrays["energy_ref"]) / arrays["atoms"]
    return np.ascontiguousarray(errors, dtype=np.float64), np.ascontiguousarray(arrays["group"], dtype=np.int64)


def _forces(
    arrays: dict[str, NDArray[Any]], kind: str, element: str | None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Signed force components, or lengths of force errors, and the trajectory of each."""
    errors = arrays["forces_pred"] - arrays["forces_ref"]
    groups = arrays["group"][arrays["frame"]]
    if element is not None:
        chosen = arrays["numbers"] == ELEMENTS.index(element) + 1
        errors, groups = errors[chosen], groups[chosen]
    if kind == "norm":
        values = np.linalg.norm(errors, axis=1)
    else:
        values, groups = errors.reshape(-1), np.repeat(groups, 3)
    return np.ascontiguousarray(values, dtype=np.float64), np.ascontiguousarray(groups, dtype=np.int64)
