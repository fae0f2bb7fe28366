"""What molecular dynamics shows: energy drift, survival."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.judgement.measured import Measured, missing

_PS = 1000.0
"""Femtoseconds."""


def measure_drift(folder: dict[str, Path], confidence: float) -> Measured:
    """Magnitude of the energy drift per atom (eV/atom/fs); of several replicas the worst."""
    import polars as pl

    thermo = pl.read_parquet(folder["thermo.parquet"])
    description = json.loads(folder["dynamics.json"].read_bytes())
    slopes: list[float] = []
    errors: list[float] = []
    for replica in description["replicas"]:
        number = replica["replica"]
        rows = thermo.filter(pl.col("replica") == number).sort("step")
        if replica.get("stopped"):
            return missing(f"replica {number} stopped at step {replica['steps_done']}: {replica['stopped']}")
        times = rows["time_fs"].to_numpy().astype(np.float64)
        energies = rows["total"].to_numpy().astype(np.float64) / replica["atoms"]
        try:
            found = _core.drift(np.ascontiguousarray(times), np.ascontiguousarray(energies))
        except ValueError as error:
            return missing(f"replica {number}: {error}")
        slopes.append(found.slope)
        errors.append(found.standard_error)
    if not slopes:
        return missing("there is no replica")
    worst = _core.worst_drift(np.array(slopes), np.array(errors), confidence)
    return Measured(
        worst.estimate / _PS,
        worst.lower / _PS,
        worst.upper / _PS,
        f"least-squares slope, Newey-West error; worst of {len(slopes)}",
        {"replicas": len(slopes)},
    )


def measure_survival(folder: dict[str, Path], confidence: float) -> Measured:
    """Share of replicas alive at the end of the run."""
    description = json.loads(folder["dynamics.json"].read_bytes())
    deaths: list[str] = []
    replicas = description["replicas"]
    if description["min_distance"] is None:
        return missing("the training set has no pair of atoms, so no distance is known to be too short")
    with np.load(folder["trajectory.npz"]) as data:
        for replica in replicas:
            number = replica["replica"]
            death = _death(data, number, replica, description)
            if death is None and replica.get("stopped"):
                deaths.append(f"replica {number}: {replica['stopped']}")
            elif death is not None:
                time = float(data[f"steps_{number}"][death.frame]) * description["timestep"] / _PS
                deaths.append(f"replica {number} at {time:.2f} ps: {death.cause.replace('_', ' ')}")
    count = len(replicas)
    if not count:
        return missing("there is no replica")
    alive = count - len(deaths)
    lower, upper = _core.clopper_pearson(alive, count, confidence)
    return Measured(
        alive / count,
        lower,
        upper,
        f"Clopper-Pearson, {alive} of {count} alive",
        {"alive": alive, "replicas": count, "deaths": "; ".join(deaths)},
    )


def _death(data: Any, number: int, replica: dict[str, Any], description: dict[str, Any]) -> _core.Death | None:
    bonds = replica.get("bonds") or {"pairs": [], "lengths": []}
    pairs = np.array(bonds["pairs"], dtype=np.int64).reshape(-1, 2)
    lengths = np.array(bonds["lengths"], dtype=np.float64)

    def array(name: str) -> NDArray[np.float64]:
        return np.ascontiguousarray(data[f"{name}_{number}"], dtype=np.float64)

    return _core.death(
        array("positions"),
        array("cell"),
        np.ascontiguousarray(data[f"pbc_{number}"], dtype=np.bool_),
        array("temperature"),
        target_temperature=float(description["target_temperature"]),
        training_minimum=float(description["min_distance"]),
        bonds=pairs if len(pairs) else None,
        bond_lengths=lengths if len(pairs) else None,
    )
