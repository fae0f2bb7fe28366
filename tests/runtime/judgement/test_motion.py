"""Drift and survival from the files of a dynamics job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from mlipilot.runtime.judgement.motion import measure_drift, measure_survival

ATOMS, STEPS, TIMESTEP = 8, 400, 2.0


def _description(replicas: int, **changes: Any) -> dict[str, Any]:
    return {
        "target_temperature": 300.0,
        "timestep": TIMESTEP,
        "min_distance": 2.0,
        "replicas": [
            {"replica": r, "atoms": ATOMS, "stopped": None, "steps_done": STEPS, "bonds": {"pairs": [], "lengths": []}}
            for r in range(replicas)
        ],
        **changes,
    }


def _write(folder: Path, description: dict[str, Any], totals: np.ndarray, **arrays: Any) -> dict[str, Path]:
    replicas, points = totals.shape
    pl.DataFrame(
        {
            "replica": np.repeat(np.arange(replicas), points),
            "step": np.tile(np.arange(points), replicas),
            "time_fs": np.tile(np.arange(points) * TIMESTEP, replicas),
            "total": totals.reshape(-1),
        }
    ).write_parquet(folder / "thermo.parquet")
    np.savez(folder / "trajectory.npz", **(arrays or _trajectory(replicas)))
    (folder / "dynamics.json").write_text(json.dumps(description))
    return {name: folder / name for name in ("thermo.parquet", "trajectory.npz", "dynamics.json")}


def _drifting(slope: float, seed: int = 0) -> np.ndarray:
    """Total energies (eV) that drift by `slope` (eV/atom/fs) under bounded noise."""
    rng = np.random.default_rng(seed)
    times = np.arange(STEPS) * TIMESTEP
    return ATOMS * (slope * times + 1e-6 * rng.normal(size=STEPS))


@pytest.mark.parametrize("sign", [1, -1])
def test_drift_is_the_magnitude_per_atom_and_femtosecond(tmp_path: Path, sign: int) -> None:
    folder = _write(tmp_path, _description(1), _drifting(sign * 5e-8)[None])

    measured = measure_drift(folder, 0.95)

    assert measured.estimate == pytest.approx(5e-8, rel=0.05)
    assert measured.lower < measured.estimate < measured.upper


def test_of_several_replicas_the_worst_counts(tmp_path: Path) -> None:
    totals = np.stack([_drifting(1e-9, 1), _drifting(-8e-8, 2), _drifting(2e-8, 3)])

    measured = measure_drift(_write(tmp_path, _description(3), totals), 0.95)

    assert measured.estimate == pytest.approx(8e-8, rel=0.05)
    assert measured.details["replicas"] == 3


def test_a_replica_that_stopped_has_no_drift(tmp_path: Path) -> None:
    description = _description(1)
    description["replicas"][0].update(stopped="non_finite", steps_done=17)

    measured = measure_drift(_write(tmp_path, description, _drifting(0)[None]), 0.95)

    assert measured.estimate is None
    assert measured.missing == "a dead replica conserves nothing: replica 0 at 0.10 ps: non finite"


@pytest.mark.parametrize("cause", ["too close", "bond broken", "too hot"])
def test_a_replica_that_is_dead_by_its_frames_has_no_drift(cause: str, tmp_path: Path) -> None:
    arrays, description = _trajectory(2), _description(2)
    if cause == "too close":
        arrays["positions_1"][2:, 0] = arrays["positions_1"][2:, 1] + [0.5, 0, 0]
    elif cause == "bond broken":
        description["replicas"][1]["bonds"] = {"pairs": [[0, 1]], "lengths": [1.2]}
    else:
        arrays["temperature_1"][2:] = 20_000.0

    measured = measure_drift(_write(tmp_path, description, np.stack([_drifting(0), _drifting(0)]), **arrays), 0.95)

    assert measured.estimate is None
    assert measured.missing.startswith("a dead replica conserves nothing: replica 1 at 0.")
    assert measured.missing.endswith(cause)


def _trajectory(replicas: int, **changes: np.ndarray) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    grid = np.array([[x, y, z] for x in (0, 2.5) for y in (0, 2.5) for z in (0, 2.5)])
    arrays = {}
    for r in range(replicas):
        arrays |= {
            f"positions_{r}": grid + rng.normal(0, 0.02, (6, ATOMS, 3)),
            f"temperature_{r}": np.full(6, 300.0),
            f"steps_{r}": np.arange(6) * 10,
            f"cell_{r}": np.eye(3) * 5,
            f"pbc_{r}": np.ones(3, dtype=bool),
        }
    return arrays | changes


def test_all_alive_is_one_with_a_clopper_pearson_bound(tmp_path: Path) -> None:
    folder = _write(tmp_path, _description(16), np.zeros((16, 10)), **_trajectory(16))

    measured = measure_survival(folder, 0.95)

    assert measured.estimate == 1.0
    assert measured.lower == pytest.approx(0.05 ** (1 / 16))
    assert measured.upper == 1.0


def test_a_death_is_counted_with_its_time_and_cause(tmp_path: Path) -> None:
    hot = _trajectory(4)
    hot["temperature_2"][3:] = 20_000.0
    folder = _write(tmp_path, _description(4), np.zeros((4, 10)), **hot)

    measured = measure_survival(folder, 0.95)

    assert measured.estimate == 0.75
    assert measured.details["deaths"] == "replica 2 at 0.06 ps: too hot"


def test_a_replica_that_stopped_is_dead_whatever_its_frames_show(tmp_path: Path) -> None:
    description = _description(2)
    description["replicas"][1]["stopped"] = "non_finite"

    measured = measure_survival(_write(tmp_path, description, np.zeros((2, 10)), **_trajectory(2)), 0.95)

    assert measured.estimate == 0.5


@pytest.mark.parametrize("what", ["one atom", "never moved"])
def test_a_replica_that_nothing_can_happen_to_is_no_evidence(what: str, tmp_path: Path) -> None:
    arrays, description = _trajectory(3), _description(3)
    if what == "one atom":
        description["replicas"][2]["atoms"] = 1
        arrays["positions_2"] = arrays["positions_2"][:, :1]
    else:
        arrays["positions_2"][:] = arrays["positions_2"][0]

    measured = measure_survival(_write(tmp_path, description, np.zeros((3, 10)), **arrays), 0.95)

    assert (measured.estimate, measured.lower) == (None, None)
    assert "replica 2" in measured.missing
    assert what.split()[1] in measured.missing


def test_without_a_training_distance_survival_is_not_known(tmp_path: Path) -> None:
    description = _description(2, min_distance=None)

    measured = measure_survival(_write(tmp_path, description, np.zeros((2, 10)), **_trajectory(2)), 0.95)

    assert measured.estimate is None
    assert measured.missing
