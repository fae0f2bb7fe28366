"""What a constant for each element scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlipilot.runtime.judgement.constant import constant_for_each_element


def _table(molecules: list[list[int]], energies: list[float]) -> dict[str, Any]:
    sizes = [len(numbers) for numbers in molecules]
    draw = np.random.default_rng(3)
    return {
        "energy_ref": np.array(energies),
        "energy_pred": np.zeros(len(energies)),
        "atoms": np.array(sizes),
        "numbers": np.concatenate([np.array(numbers) for numbers in molecules]),
        "frame": np.repeat(np.arange(len(sizes)), sizes),
        "forces_ref": draw.normal(size=(sum(sizes), 3)),
        "forces_pred": draw.normal(size=(sum(sizes), 3)),
    }


def test_energies_that_are_sums_over_atoms_are_given_exactly_and_forces_are_none() -> None:
    molecules = [[8, 1, 1], [6, 1, 1, 1, 1], [6, 8, 1, 1]]
    constants = {1: -13.6, 6: -1029.0, 8: -2041.0}
    table = _table(molecules, [sum(constants[n] for n in numbers) for numbers in molecules])
    found = constant_for_each_element(table)
    assert found["energy_pred"] == pytest.approx(table["energy_ref"], rel=1e-12)
    assert not found["forces_pred"].any()
    assert "stress_pred" not in found


def test_no_other_constants_have_a_smaller_error_per_atom() -> None:
    draw = np.random.default_rng(1)
    molecules = [[8, 1, 1], [6, 1, 1, 1, 1], [6, 8, 1, 1], [6, 6, 1, 1], [8, 8, 1, 1], [6, 8, 8]]
    table = _table(molecules, draw.normal(size=len(molecules)).tolist())
    best = constant_for_each_element(table)["energy_pred"]
    counts = np.array([[numbers.count(element) for element in (1, 6, 8)] for numbers in molecules])

    def error(energies: np.ndarray) -> float:
        return float(np.mean(np.square((energies - table["energy_ref"]) / table["atoms"])))

    for _ in range(20):
        assert error(best) <= error(best + counts @ draw.normal(scale=0.1, size=3))


def test_frames_of_one_composition_have_one_energy() -> None:
    table = _table([[8, 1, 1], [8, 1, 1], [8, 8, 1, 1]], [-1.0, -3.0, 5.0])
    found = constant_for_each_element(table | {"stress_ref": np.ones((3, 6))})
    assert found["energy_pred"] == pytest.approx([-2.0, -2.0, 5.0])
    assert not found["stress_pred"].any()
