"""Errors of a split: the estimate is the plain formula, the bounds resample trajectories."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase.stress import voigt_6_to_full_3x3_stress

from mlipilot.runtime.operations import measure
from mlipilot.spec.schema import METRICS

GROUPS, FRAMES, ATOMS = 8, 5, 4


@pytest.fixture
def arrays() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    frames = GROUPS * FRAMES
    atoms = frames * ATOMS
    energy = rng.normal(size=frames)
    forces = rng.normal(size=(atoms, 3))
    stress = rng.normal(0, 0.01, (frames, 6))
    return {
        "energy_ref": energy,
        "energy_pred": energy + rng.normal(0.2, 0.1, frames),
        "atoms": np.full(frames, ATOMS, dtype=np.int64),
        "forces_ref": forces,
        "forces_pred": forces + rng.normal(0, 0.03, (atoms, 3)),
        "numbers": np.tile(np.array([1, 1, 8, 6], dtype=np.int64), frames),
        "frame": np.repeat(np.arange(frames, dtype=np.int64), ATOMS),
        "group": np.repeat(np.arange(GROUPS, dtype=np.int64), FRAMES),
        "stress_ref": stress,
        "stress_pred": stress + rng.normal(0, 1e-3, (frames, 6)),
    }


def _measure(tmp_path: Path, arrays: dict[str, Any], metric: str, **arguments: str) -> Any:
    path = tmp_path / "predictions-fit.npz"
    np.savez(path, **arrays)
    return measure(METRICS[metric], {path.name: path}, arguments, "fit", 0.95)


def test_each_metric_is_its_plain_formula(tmp_path: Path, arrays: dict[str, Any]) -> None:
    error = arrays["forces_pred"] - arrays["forces_ref"]
    norm = np.linalg.norm(error, axis=1)
    energy = (arrays["energy_pred"] - arrays["energy_ref"]) / ATOMS
    stress = voigt_6_to_full_3x3_stress(arrays["stress_pred"] - arrays["stress_ref"])
    assert stress.shape == (GROUPS * FRAMES, 3, 3)
    expected = {
        "force_rmse": np.sqrt(np.mean(error**2)),
        "force_mae": np.mean(np.abs(error)),
        "force_rmse_norm": np.sqrt(np.mean(norm**2)),
        "force_p95": np.percentile(norm, 95),
        "force_p99": np.percentile(norm, 99),
        "energy_rmse": np.sqrt(np.mean(energy**2)),
        "energy_mae": np.mean(np.abs(energy)),
        "energy_rmse_shifted": np.std(energy),
        "stress_rmse": np.sqrt(np.mean(stress**2)),
        "stress_mae": np.mean(np.abs(stress)),
    }

    for metric, value in expected.items():
        measured = _measure(tmp_path, arrays, metric)
        assert measured.estimate == pytest.approx(value, rel=1e-9), metric
        assert measured.lower <= measured.estimate <= measured.upper, metric
        assert measured.details["trajectories"] == GROUPS


def test_relative_energies_are_compared_between_frames_of_a_trajectory_and_composition(
    tmp_path: Path, arrays: dict[str, Any]
) -> None:
    """By the pairs themselves: all trajectories have as many frames, so that each pair weighs the same."""
    error = arrays["energy_pred"] - arrays["energy_ref"]
    pairs = [
        (error[i] - error[j]) ** 2
        for i, j in combinations(range(len(error)), 2)
        if arrays["group"][i] == arrays["group"][j]
    ]
    found = _measure(tmp_path, arrays, "relative_energy_rmse")
    assert found.estimate == pytest.approx(np.sqrt(np.mean(pairs)), rel=1e-9)
    shifted = arrays | {"energy_pred": arrays["energy_pred"] + 7.0 * arrays["group"]}
    assert _measure(tmp_path, shifted, "relative_energy_rmse").estimate == pytest.approx(found.estimate)

    other = arrays | {"numbers": arrays["numbers"].copy()}
    other["numbers"][:ATOMS] = 9  # the first frame is now of another composition than the rest of its trajectory
    left = _measure(tmp_path, other, "relative_energy_rmse")
    assert "1 of 20 frames left out".replace("20", str(len(error))) in left.method
    assert left.details["values"] == len(error) - 1


def test_frames_without_another_of_their_trajectory_have_no_relative_energy(
    tmp_path: Path, arrays: dict[str, Any]
) -> None:
    alone = arrays | {"group": np.arange(len(arrays["group"]))}
    measured = _measure(tmp_path, alone, "relative_energy_rmse")
    assert measured.estimate is None
    assert "no trajectory has two frames" in measured.missing


def test_errors_of_forces_are_a_share_of_the_forces_of_the_split(tmp_path: Path, arrays: dict[str, Any]) -> None:
    share = _measure(tmp_path, arrays, "relative_force_rmse")
    scale = np.sqrt(np.mean(np.square(arrays["forces_ref"])))
    error = _measure(tmp_path, arrays, "force_rmse")
    assert share.estimate == pytest.approx(error.estimate / scale, rel=1e-9)
    assert share.upper == pytest.approx(error.upper / scale, rel=1e-9)
    none = arrays | {"forces_pred": np.zeros_like(arrays["forces_ref"])}
    assert _measure(tmp_path, none, "relative_force_rmse").estimate == pytest.approx(1.0)

    still = arrays | {"forces_ref": np.zeros_like(arrays["forces_ref"])}
    measured = _measure(tmp_path, still, "relative_force_rmse")
    assert measured.estimate is None
    assert "zero" in measured.missing


def test_an_element_restricts_the_forces(tmp_path: Path, arrays: dict[str, Any]) -> None:
    oxygen = arrays["numbers"] == 8
    error = (arrays["forces_pred"] - arrays["forces_ref"])[oxygen]

    assert _measure(tmp_path, arrays, "force_rmse", element="O").estimate == pytest.approx(np.sqrt(np.mean(error**2)))


def test_an_absent_element_is_missing_not_zero(tmp_path: Path, arrays: dict[str, Any]) -> None:
    measured = _measure(tmp_path, arrays, "force_rmse", element="Cu")

    assert (measured.estimate, measured.lower, measured.upper) == (None, None, None)
    assert "Cu" in measured.missing


def test_a_non_finite_error_is_missing_not_averaged(tmp_path: Path, arrays: dict[str, Any]) -> None:
    arrays["forces_pred"][3, 1] = np.nan

    measured = _measure(tmp_path, arrays, "force_rmse")

    assert measured.estimate is None
    assert "not finite" in measured.missing


def test_one_trajectory_has_no_bound(tmp_path: Path, arrays: dict[str, Any]) -> None:
    arrays["group"][:] = 0

    measured = _measure(tmp_path, arrays, "force_rmse")

    assert measured.estimate is not None
    assert (measured.lower, measured.upper) == (None, None)


def test_bounds_are_wider_over_fewer_trajectories(tmp_path: Path, arrays: dict[str, Any]) -> None:
    scale = np.repeat(np.linspace(0.5, 2.0, GROUPS), FRAMES * ATOMS)[:, None]
    arrays["forces_pred"] = arrays["forces_ref"] + (arrays["forces_pred"] - arrays["forces_ref"]) * scale
    grouped = _measure(tmp_path, arrays, "force_rmse")
    arrays["group"] = np.arange(GROUPS * FRAMES, dtype=np.int64)
    alone = _measure(tmp_path, arrays, "force_rmse")

    assert grouped.upper - grouped.lower > alone.upper - alone.lower


def test_a_stress_error_is_of_the_frames_with_a_stress_and_says_how_many(
    tmp_path: Path, arrays: dict[str, Any]
) -> None:
    arrays["stress_ref"][::4] = np.nan
    has = np.isfinite(arrays["stress_ref"]).all(axis=1)
    error = voigt_6_to_full_3x3_stress((arrays["stress_pred"] - arrays["stress_ref"])[has])

    measured = _measure(tmp_path, arrays, "stress_rmse")

    assert measured.estimate == pytest.approx(np.sqrt(np.mean(error**2)))
    assert measured.method == "BCa bootstrap over 8 trajectories; over 30 frames with a stress of 40"
    assert (measured.details["frames_with_stress"], measured.details["frames"]) == (30, 40)
    assert measured.details["values"] == 30 * 9


def test_predictions_without_a_stress_have_no_stress_error(tmp_path: Path, arrays: dict[str, Any]) -> None:
    del arrays["stress_ref"], arrays["stress_pred"]

    measured = _measure(tmp_path, arrays, "stress_mae")

    assert measured.estimate is None
    assert measured.missing == "no frame of the predictions has a stress"


def test_a_stress_that_is_predicted_as_infinite_is_missing_not_averaged(tmp_path: Path, arrays: dict[str, Any]) -> None:
    arrays["stress_pred"][3, 1] = np.inf

    assert "not finite" in _measure(tmp_path, arrays, "stress_rmse").missing
