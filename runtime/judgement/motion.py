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
MOVED = 1e-6
"""Å: a replica whose atoms have moved less has not moved."""


def measure_drift(folder: dict[str, Path], confidence: float) -> Measured:
    """Magnitude of the energy drift per atom (eV/atom/fs); of several replicas the worst. Missing where one died."""
    import polars as pl

    thermo = pl.read_parquet(folder["thermo.parquet"])
    description = json.loads(folder["dynamics.json"].read_bytes())
    died = _deaths(folder, description)
    if died:
        return missing(f"a dead replica conserves nothing: {died[0]}")
    slopes: list[float] = []
    errors: list[float] = []
    for replica in description["replicas"]:
        number = replica["replica"]
        rows = thermo.filter(pl.col("replica") == number).sort("step")
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
    """Share of replicas alive at the end of the run. Missing where a replica could not have died."""
    description = json.loads(folder["dynamics.json"].read_bytes())
    replicas = description["replicas"]
    if description["min_distance"] is None:
        return missing("the training set has no pair of atoms, so no distance is known to be too short")
    count = len(replicas)
    if not count:
        return missing("there is no replica")
    idle = _idle(folder, replicas)
    if idle:
        return missing(f"the survival of {idle} is no evidence")
    deaths = _deaths(folder, description)
    alive = count - len(deaths)
    lower, upper = _core.clopper_pearson(alive, count, confidence)
    return Measured(
        alive / count,
        lower,
        upper,
        f"Clopper-Pearson, {alive} of {count} alive",
        {"alive": alive, "replicas": count, "deaths": "; ".join(deaths)},
    )


def _idle(folder: dict[str, Path], replicas: list[dict[str, Any]]) -> str:
    """The first replica that nothing can happen to, in words; empty where there is none."""
    with np.load(folder["trajectory.npz"]) as data:
        for replica in replicas:
            number = replica["replica"]
            if replica["atoms"] == 1:
                return f"replica {number}, a cell of one atom,"
            positions = data[f"positions_{number}"]
            if len(positions) > 1 and not (np.abs(positions - positions[0]) > MOVED).any():
                return f"replica {number}, which never moved,"
    return ""


def _deaths(folder: dict[str, Path], description: dict[str, Any]) -> list[str]:
    """The deaths in words, each with its time, in the order of the replicas."""
    deaths: list[str] = []
    with np.load(folder["trajectory.npz"]) as data:
        for replica in description["replicas"]:
            number = replica["replica"]
            death = None if description["min_distance"] is None else _death(data, number, replica, description)
            if death is None and not replica.get("stopped"):
                continue
            frame, cause = (-1, str(replica["stopped"])) if death is None else (death.frame, str(death.cause))
            time = float(data[f"steps_{number}"][frame]) * description["timestep"] / _PS
            deaths.append(f"replica {number} at {time:.2f} ps: {cause.replace('_', ' ')}")
    return deaths


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
