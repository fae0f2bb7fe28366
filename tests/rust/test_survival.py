"""Each cause of death by a trajectory made for it, against a plain reading of the criteria, and what is refused."""

import numpy as np
import pytest
from ase import Atoms
from ase.geometry import find_mic
from ase.neighborlist import neighbor_list
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.report.replicas import CAUSES
from mlipilot.spec.schema.metrics import METRICS

steady = settings(deadline=None, max_examples=60)  # a busy machine is no failure

CELL = 10.0 * np.eye(3)
EVERYWHERE = np.ones(3, dtype=bool)
NOWHERE = np.zeros(3, dtype=bool)


def dimer(distances: list[float]) -> NDArray[np.float64]:
    positions = np.zeros((len(distances), 2, 3))
    positions[:, :, 0] = 9.0
    positions[:, 1, 0] += distances
    return positions


def fate(
    distances: list[float], temperatures: list[float] | None = None, bonded: bool = False
) -> tuple[int, str, float | None] | None:
    """Of a dimer at a target of 300 K, a training minimum of 2 Å and, if bonded, a reference length of 2 Å."""
    found = _core.death(
        dimer(distances),
        CELL,
        EVERYWHERE,
        np.array(temperatures or [300.0] * len(distances)),
        target_temperature=300.0,
        training_minimum=2.0,
        bonds=np.array([[0, 1]]) if bonded else None,
        bond_lengths=np.array([2.0]) if bonded else None,
    )
    return found and (found.frame, found.cause, found.value)


def test_the_criteria_are_the_ones_that_the_catalogue_and_the_report_name() -> None:
    heat = f"{_core.HEAT_ABOVE_TARGET:,.0f} K".replace(",", " ")
    stretch, share = f"{_core.BOND_TOLERANCE:g} Å", f"{_core.CLOSEST_SHARE:g} of the"
    words = METRICS["survival"].doc
    assert _core.CLOSE_FRAMES == 3
    for said in (heat, f"{_core.HEAT_JUMP:g} times", share, "three frames", stretch):
        assert said in words
    assert heat in CAUSES["too_hot"]
    assert f"{_core.HEAT_JUMP:g}-fold" in CAUSES["heat_jump"]
    assert share in CAUSES["too_close"] and "three frames" in CAUSES["too_close"]
    assert stretch in CAUSES["bond_broken"]


def test_a_quiet_replica_lives() -> None:
    assert fate([2.0] * 10, bonded=True) is None


def test_ten_thousand_kelvin_above_the_target_is_survived_and_more_is_not() -> None:
    assert fate([2.0, 2.0], [300.0, 10_300.0]) is None
    assert fate([2.0, 2.0], [300.0, 10_300.1]) == (1, "too_hot", 10_300.1)


def test_a_hundredfold_temperature_is_survived_and_more_is_not() -> None:
    assert fate([2.0, 2.0], [1.0, 100.0]) is None
    assert fate([2.0, 2.0, 2.0], [1.0, 1.0, 100.5]) == (2, "heat_jump", 100.5)
    assert fate([2.0, 2.0], [0.0, 100.5]) is None


def test_too_close_means_three_frames_in_a_row() -> None:
    assert fate([1.3, 1.3, 1.5, 1.3, 1.3]) is None
    assert fate([2.0, 1.3, 1.3, 1.2, 1.0]) == (3, "too_close", pytest.approx(1.2))
    assert fate([8.7, 8.7, 8.7]) == (2, "too_close", pytest.approx(1.3))


def test_a_bond_may_change_by_half_an_angstrom_either_way_and_no_more() -> None:
    assert fate([2.49, 1.51], bonded=True) is None
    assert fate([2.0, 2.51], bonded=True) == (1, "bond_broken", pytest.approx(0.51))
    assert fate([2.0, 1.49], bonded=True) == (1, "bond_broken", pytest.approx(0.51))
    assert fate([2.0, 2.51]) is None


def test_a_bond_across_the_boundary_is_whole() -> None:
    assert fate([2.0, -8.0, 12.0], bonded=True) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e200])
def test_numbers_that_blow_up_are_a_death_not_an_error(bad: float) -> None:
    assert fate([2.0, 2.0, bad], bonded=True) == (2, "non_finite", None)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_temperature_that_is_not_finite_is_a_death(bad: float) -> None:
    assert fate([2.0, 2.0], [300.0, bad]) == (1, "non_finite", None)


def test_a_cell_that_is_not_finite_is_a_death_at_its_frame() -> None:
    cells = np.stack([CELL, CELL, np.where(CELL > 0, np.nan, 0.0)])
    found = _core.death(
        dimer([2.0] * 3), cells, EVERYWHERE, np.full(3, 300.0), target_temperature=300.0, training_minimum=2.0
    )
    assert found is not None
    assert (found.frame, found.cause) == (2, "non_finite")


def test_each_frame_is_measured_in_its_own_cell() -> None:
    cells = np.stack([scale * np.eye(3) for scale in (10.0, 3.2, 3.2, 3.2)])
    found = _core.death(
        dimer([2.0] * 4), cells, EVERYWHERE, np.full(4, 300.0), target_temperature=300.0, training_minimum=2.0
    )
    assert found is not None
    assert (found.frame, found.cause, found.value) == (3, "too_close", pytest.approx(1.2))


def test_the_first_death_counts_and_within_a_frame_the_listed_order() -> None:
    assert fate([2.0, 3.0, 2.0], [300.0, 300.0, 1e6], bonded=True) == (1, "bond_broken", pytest.approx(1.0))
    assert fate([2.0, 3.0], [1.0, 1e6], bonded=True) == (1, "too_hot", 1e6)


def plain_reading(
    positions: NDArray[np.float64], cell: NDArray[np.float64], temperatures: NDArray[np.float64]
) -> tuple[int, str] | None:
    close = 0
    for frame, (coordinates, temperature) in enumerate(zip(positions, temperatures, strict=True)):
        if not (np.isfinite(coordinates).all() and np.isfinite(temperature)):
            return frame, "non_finite"
        if temperature > 10_600:
            return frame, "too_hot"
        if frame and temperatures[frame - 1] > 0 and temperature > 100 * temperatures[frame - 1]:
            return frame, "heat_jump"
        atoms = Atoms(f"H{len(coordinates)}", positions=coordinates, cell=cell, pbc=True)
        close = close + 1 if neighbor_list("d", atoms, 0.7 * 1.5).size else 0
        if close == 3:
            return frame, "too_close"
        lengths = find_mic(coordinates[[1, 2]] - coordinates[[0, 1]], cell)[1]
        if np.abs(lengths - 2.0).max() > 0.5:
            return frame, "bond_broken"
    return None


@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.12, 0.4]), st.floats(0, 1))
@settings(steady, max_examples=80)
def test_random_trajectories_die_as_a_plain_reading_of_the_criteria_says(
    seed: int, unrest: float, spoilt: float
) -> None:
    rng = np.random.default_rng(seed)
    cell = np.array([[6.0, 0, 0], [2.0, 5.5, 0], [-1.0, 1.5, 6.0]])
    start = np.array([[0.0, 0, 0], [2.0, 0, 0], [2.0, 2.0, 0], [0.0, 2.0, 2.0]])
    positions = start + np.cumsum(unrest * rng.normal(size=(12, 4, 3)), axis=0) + rng.uniform(-20, 20, size=3)
    temperatures = 600 * np.exp(rng.normal(size=12) * rng.choice([0.1, 2.0]))
    if spoilt > 0.7:
        positions[rng.integers(12), 1, 2] = np.nan
    found = _core.death(
        positions,
        cell,
        EVERYWHERE,
        temperatures,
        target_temperature=600.0,
        training_minimum=1.5,
        bonds=np.array([[0, 1], [1, 2]]),
        bond_lengths=np.array([2.0, 2.0]),
    )
    expected = plain_reading(positions, cell, temperatures)
    assert (found and (found.frame, found.cause)) == expected


def test_bad_input_is_refused_by_name() -> None:
    two = np.full(2, 300.0)
    criteria = {"target_temperature": 300.0, "training_minimum": 2.0}
    positions = dimer([2.0, 2.0])
    bond, length = np.array([[0, 1]]), np.array([2.0])
    with pytest.raises(ValueError, match="temperatures: expected 2 values, one a frame, found 1"):
        _core.death(positions, CELL, NOWHERE, two[:1].copy(), **criteria)
    with pytest.raises(ValueError, match="cells: expected 2 values, found 3"):
        _core.death(positions, np.stack([CELL] * 3), NOWHERE, two, **criteria)
    with pytest.raises(ValueError, match="cells: expected shape"):
        _core.death(positions, np.zeros(9), NOWHERE, two, **criteria)
    with pytest.raises(ValueError, match="temperatures: at least 1"):
        _core.death(positions[:0].copy(), CELL, NOWHERE, two[:0].copy(), **criteria)
    with pytest.raises(ValueError, match="positions: at least 1"):
        _core.death(positions[:, :0].copy(), CELL, NOWHERE, two, **criteria)
    with pytest.raises(ValueError, match="bonds: must be given together with bond_lengths"):
        _core.death(positions, CELL, NOWHERE, two, **criteria, bonds=bond)
    with pytest.raises(ValueError, match="bonds: bond 0 joins"):
        _core.death(positions, CELL, NOWHERE, two, **criteria, bonds=bond + 1, bond_lengths=length)
    with pytest.raises(ValueError, match="bond_lengths: expected 1 values, found 2"):
        _core.death(positions, CELL, NOWHERE, two, **criteria, bonds=bond, bond_lengths=two)
    with pytest.raises(ValueError, match="bonds: expected shape"):
        _core.death(positions, CELL, NOWHERE, two, **criteria, bonds=np.array([[0, 1, 1]]), bond_lengths=length)
    with pytest.raises(ValueError, match="training_minimum: must be finite and positive"):
        _core.death(positions, CELL, NOWHERE, two, target_temperature=300.0, training_minimum=0.0)
    with pytest.raises(ValueError, match="target_temperature: must be finite"):
        _core.death(positions, CELL, NOWHERE, two, target_temperature=np.nan, training_minimum=1.0)
    with pytest.raises(ValueError, match="linearly independent"):
        _core.death(positions, np.zeros((3, 3)), EVERYWHERE, two, **criteria)
