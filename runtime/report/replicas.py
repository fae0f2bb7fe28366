"""What the replicas of a simulation did: energies, temperatures, drifts and deaths, from its files.

Drift and death are those of the kernels that the verdict uses, so the report cannot tell another story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.judgement.motion import MOVED
from mlipilot.runtime.report.evidence import Arrays, read_arrays, read_json, read_table
from mlipilot.runtime.report.quantity import NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.spec.numerals import count

Floats = NDArray[np.float64]
CAUSES = {
    "non_finite": "a value is no longer finite",
    "too_hot": "hotter than the target by more than 10 000 K",
    "heat_jump": "temperature grew 100-fold between two stored frames",
    "too_close": "two atoms nearer than 0.7 of the training set's shortest distance, three frames in a row",
    "bond_broken": "a bond stretched by more than 0.5 Å",
}
COLUMNS = ("replica", "step", "time_fs", "total", "temperature")


@dataclass(frozen=True)
class Trace:
    """One replica's course, (steps,) each."""

    number: int
    times: Floats
    """ps"""
    energies: Floats | None
    """Total energy per atom minus its start, meV/atom; None where the number of atoms is not known."""
    temperatures: Floats
    """K"""
    slope: float | None
    """Of `energies`, meV/atom/ps; None where it has no fit."""
    error: float | None
    why: str
    """Why there is no fit."""
    start: str
    freedom: int | None

    @property
    def drift(self) -> Quantity:
        """The slope as a quantity."""
        return quantity(self.slope, "meV/atom/ps", reason=self.why)

    @property
    def drift_error(self) -> Quantity:
        """The slope's standard error."""
        return quantity(self.error, "meV/atom/ps", reason=self.why)

    @property
    def mean_temperature(self) -> Quantity:
        """Over the second half."""
        half = self.temperatures[len(self.temperatures) // 2 :]
        return quantity(float(np.mean(half)) if len(half) else None, "K")


@dataclass(frozen=True)
class Death:
    """How a replica ended."""

    replica: int
    cause: str
    time: Quantity


@dataclass(frozen=True)
class Survival:
    """How many replicas are alive at the end."""

    alive: int
    replicas: int
    lower: Quantity
    """One-sided Clopper-Pearson bound, %."""
    deaths: tuple[Death, ...]
    known: ClassVar[bool] = True


@dataclass(frozen=True)
class Simulation:
    """One dynamics job's course."""

    traces: tuple[Trace, ...]
    target: Quantity
    """K"""
    horizon: Quantity
    """ps"""
    survival: Survival | Unknown
    known: ClassVar[bool] = True


def read_simulation(folder: Path, confidence: float) -> Simulation:
    """The simulation in `folder`; raises `NotKnown` where its thermo.parquet or dynamics.json cannot be had."""
    about = read_json(folder / "dynamics.json", "replicas")
    thermo = read_table(folder / "thermo.parquet", *COLUMNS)
    described = {int(entry["replica"]): entry for entry in _entries(about) if "replica" in entry}
    parts = thermo.sort("replica", "step").partition_by("replica", as_dict=True, maintain_order=True)
    survival = attempt(lambda: _survival(folder, about, confidence))
    died = {death.replica: death.cause for death in survival.deaths} if isinstance(survival, Survival) else {}
    traces = tuple(
        _trace(int(key[0]), table, described.get(int(key[0]), {}), died.get(int(key[0]), ""))
        for key, table in parts.items()
    )
    steps, timestep = about.get("steps"), about.get("timestep")
    length = 0.001 * steps * timestep if isinstance(steps, int) and isinstance(timestep, int | float) else None
    return Simulation(
        traces=traces,
        target=quantity(about.get("target_temperature"), "K", digits=None),
        horizon=quantity(length, "ps"),
        survival=survival,
    )


def _entries(about: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = about["replicas"]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NotKnown("dynamics.json lists no replicas")
    return entries


def _trace(number: int, table: pl.DataFrame, about: Mapping[str, Any], died: str) -> Trace:
    columns = {name: np.ascontiguousarray(table[name].to_numpy(), dtype=np.float64) for name in COLUMNS}
    atoms, freedom = about.get("atoms"), about.get("degrees_of_freedom")
    stopped = about.get("stopped")
    energies = slope = error = None
    why = "the number of atoms is not known"
    if isinstance(atoms, int) and atoms > 0:
        per_atom = columns["total"] / atoms
        energies = 1000.0 * (per_atom - per_atom[0])
        try:
            fit = _core.drift(columns["time_fs"], per_atom)
            slope, error, why = 1000.0 * fit.slope, 1000.0 * fit.standard_error, ""
        except ValueError as fault:
            why = str(fault)
    cause = died or (CAUSES.get(str(stopped), str(stopped)) if stopped else "")
    if cause:
        slope, error, why = None, None, f"it died: {cause}"
    return Trace(
        number=number,
        times=0.001 * columns["time_fs"],
        energies=energies,
        temperatures=columns["temperature"],
        slope=slope,
        error=error,
        why=why,
        start=str(about.get("start_trajectory") or ""),
        freedom=freedom if isinstance(freedom, int) and freedom > 0 else None,
    )


def _survival(folder: Path, about: Mapping[str, Any], confidence: float) -> Survival:
    trajectory = read_arrays(folder / "trajectory.npz", "replicas")
    for name in ("target_temperature", "min_distance", "timestep"):
        if not isinstance(about.get(name), int | float):
            raise NotKnown(f"dynamics.json has no {name}")
    entries = _entries(about)
    total = int(trajectory["replicas"])
    if total < 1 or total != len(entries):
        raise NotKnown(f"trajectory.npz has {count(total, 'replica')} and dynamics.json describes {len(entries)}")
    idle = next((number for number, entry in enumerate(entries) if _is_idle(number, entry, trajectory)), None)
    if idle is not None:
        raise NotKnown(f"replica {idle} is one atom alone, or never moved: its survival is no evidence")
    deaths = tuple(
        death for number, entry in enumerate(entries) if (death := _death(number, entry, trajectory, about)) is not None
    )
    alive = total - len(deaths)
    lower, _ = _core.clopper_pearson(alive, total, confidence)
    return Survival(alive, total, quantity(100 * lower, "%"), deaths)


def _is_idle(number: int, entry: Mapping[str, Any], trajectory: Arrays) -> bool:
    """Whether nothing can happen to a replica."""
    positions = trajectory.get(f"positions_{number}")
    still = positions is not None and len(positions) > 1 and not (np.abs(positions - positions[0]) > MOVED).any()
    return entry.get("atoms") == 1 or still


def _death(number: int, entry: Mapping[str, Any], trajectory: Arrays, about: Mapping[str, Any]) -> Death | None:
    names = {part: f"{part}_{number}" for part in ("positions", "cell", "pbc", "temperature", "steps")}
    missing = [name for name in names.values() if name not in trajectory]
    if missing:
        raise NotKnown(f"trajectory.npz has no {', '.join(missing)}")
    bonds = entry.get("bonds") or {}
    pairs = np.array(bonds.get("pairs", []), dtype=np.int64).reshape(-1, 2)
    lengths = np.array(bonds.get("lengths", []), dtype=np.float64)
    try:
        death = _core.death(
            np.ascontiguousarray(trajectory[names["positions"]], dtype=np.float64),
            np.ascontiguousarray(trajectory[names["cell"]], dtype=np.float64),
            np.ascontiguousarray(trajectory[names["pbc"]], dtype=np.bool_),
            np.ascontiguousarray(trajectory[names["temperature"]], dtype=np.float64),
            target_temperature=float(about["target_temperature"]),
            training_minimum=float(about["min_distance"]),
            bonds=pairs if len(pairs) else None,
            bond_lengths=lengths if len(pairs) else None,
        )
    except (ValueError, TypeError) as fault:
        raise NotKnown(f"replica {number}: {fault}") from fault
    if death is None and entry.get("stopped"):
        step, cause = int(trajectory[names["steps"]][-1]), str(entry["stopped"])
        return Death(number, CAUSES.get(cause, cause), quantity(0.001 * step * float(about["timestep"]), "ps"))
    if death is None:
        return None
    step = int(trajectory[names["steps"]][death.frame])
    return Death(number, CAUSES[death.cause], quantity(0.001 * step * float(about["timestep"]), "ps"))
