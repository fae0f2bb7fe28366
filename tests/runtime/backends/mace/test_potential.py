"""The potential against stock MACE, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk, molecule
from mace.calculators import MACECalculator

from mlipilot.runtime.backends.mace import potential as potential_model
from mlipilot.runtime.backends.mace.potential import MacePotential as Potential
from mlipilot.runtime.foundation.failures import JobFailure


def stock(path: Path, frame: Atoms) -> Atoms:
    copy = frame.copy()
    copy.calc = MACECalculator(model_paths=str(path), device="cpu", default_dtype="float64")
    return copy


def organic_frames() -> list[Atoms]:
    frames = [molecule("CH3CH2OH"), molecule("CH4"), molecule("H2O")]
    crystal = Atoms(
        "CO2H", positions=[[0, 0, 0], [1.2, 0, 0], [0, 1.3, 0.2], [2.2, 2.0, 2.1]], cell=[3.5, 4, 5], pbc=True
    )
    crystal.set_cell(crystal.cell.array + np.array([[0, 0.4, 0], [0, 0, 0.3], [0.2, 0, 0]]), scale_atoms=True)
    return [*frames, crystal]


def test_energies_forces_and_stress_are_those_of_the_stock_calculator(copper_model: Path, copper: Atoms) -> None:
    frames = [copper, bulk("Cu", "fcc", a=3.7, cubic=True) * (1, 2, 3), bulk("Cu", "fcc", a=3.5)]
    frames[1].rattle(0.1, seed=1)
    for frame, prediction in zip(frames, Potential.load(copper_model).evaluate(frames, stress=True), strict=True):
        expected = stock(copper_model, frame)
        assert prediction.stress is not None
        assert prediction.energy == pytest.approx(expected.get_potential_energy(), abs=1e-10)
        np.testing.assert_allclose(prediction.forces, expected.get_forces(), atol=1e-10)
        np.testing.assert_allclose(prediction.stress, expected.get_stress(), atol=1e-10)


def test_molecules_and_crystals_of_several_elements_can_share_a_call(organic_model: Path) -> None:
    frames = organic_frames()
    for frame, prediction in zip(frames, Potential.load(organic_model).evaluate(frames), strict=True):
        expected = stock(organic_model, frame)
        assert prediction.energy == pytest.approx(expected.get_potential_energy(), abs=1e-10)
        np.testing.assert_allclose(prediction.forces, expected.get_forces(), atol=1e-10)
        assert prediction.stress is None


def test_a_molecule_among_crystals_has_no_stress(organic_model: Path) -> None:
    frames = organic_frames()
    predictions = list(Potential.load(organic_model).evaluate(frames, stress=True))
    assert [prediction.stress is None for prediction in predictions] == [True, True, True, False]
    np.testing.assert_allclose(predictions[3].stress, stock(organic_model, frames[3]).get_stress(), atol=1e-10)


@pytest.mark.parametrize("limit", [1, 40, 10_000])
def test_the_grouping_into_calls_does_not_show(
    copper_model: Path, copper: Atoms, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(potential_model.ATOMS_PER_CALL, "cpu", limit)
    frames = []
    for seed in range(3):
        frames.append(copper.copy())
        frames[-1].rattle(0.05, seed=seed)
    potential = Potential.load(copper_model)
    alone = [next(potential.evaluate([frame])) for frame in frames]
    together = list(potential.evaluate(frames))
    energies, forces = potential.prepare(frames, 0.5)(np.concatenate([frame.positions for frame in frames]))
    for number, (one, other) in enumerate(zip(alone, together, strict=True)):
        assert one.energy == pytest.approx(other.energy, abs=1e-10)
        assert one.energy == pytest.approx(energies[number], abs=1e-10)
        np.testing.assert_allclose(one.forces, other.forces, atol=1e-12)
        np.testing.assert_allclose(one.forces, forces[32 * number : 32 * number + 32], atol=1e-12)


def test_a_prepared_batch_follows_moving_atoms(copper_model: Path, copper: Atoms) -> None:
    potential = Potential.load(copper_model)
    evaluate = potential.prepare([copper, copper], 0.6)
    rng = np.random.default_rng(2)
    moving = [copper.copy(), copper.copy()]
    for _ in range(12):
        for frame in moving:
            frame.positions += rng.normal(scale=0.05, size=(32, 3))
        _, forces = evaluate(np.concatenate([frame.positions for frame in moving]))
        expected = np.concatenate([prediction.forces for prediction in potential.evaluate(moving)])
        np.testing.assert_allclose(forces, expected, atol=1e-12)


def test_forces_are_minus_the_gradient_of_the_energy(copper_model: Path, copper: Atoms) -> None:
    potential = Potential.load(copper_model)
    evaluate = potential.prepare([copper], 0.0)
    _, forces = evaluate(copper.positions)
    for atom, axis in [(0, 0), (7, 1), (31, 2)]:
        energies = []
        for move in (-1e-4, 1e-4):
            positions = copper.positions.copy()
            positions[atom, axis] += move
            energies.append(evaluate(positions)[0][0])
        assert forces[atom, axis] == pytest.approx((energies[0] - energies[1]) / 2e-4, abs=1e-8)


def test_single_precision_models_answer_in_double(copper_model: Path, copper: Atoms, tmp_path: Path) -> None:
    path = tmp_path / "single.model"
    torch.save(torch.load(copper_model, weights_only=False).float(), path)
    single, double = Potential.load(path), Potential.load(copper_model)
    assert single.dtype == torch.float32
    one, other = (next(potential.evaluate([copper])) for potential in (single, double))
    assert one.forces.dtype == np.float64
    assert one.energy == pytest.approx(other.energy, abs=1e-4)
    np.testing.assert_allclose(one.forces, other.forces, atol=1e-5)


def test_an_element_the_model_does_not_know_is_named(copper_model: Path) -> None:
    with pytest.raises(JobFailure, match="does not know Au") as failure:
        list(Potential.load(copper_model).evaluate([bulk("Au")]))
    assert failure.value.code == "MLP0813"


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "no.model"
    if content is None:
        torch.save({"weights": torch.zeros(3)}, path)
    else:
        path.write_bytes(content)
    with pytest.raises(JobFailure, match=r"no\.model") as failure:
        Potential.load(path)
    assert failure.value.code == "MLP0816"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_device_is_named(copper_model: Path) -> None:
    with pytest.raises(JobFailure, match="cuda") as failure:
        Potential.load(copper_model, "cuda")
    assert failure.value.code == "MLP0817"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gives_the_numbers_of_the_cpu(copper_model: Path, copper: Atoms) -> None:
    there, here = (next(Potential.load(copper_model, device).evaluate([copper])) for device in ("cuda", "cpu"))
    assert there.energy == pytest.approx(here.energy, abs=1e-9)
    np.testing.assert_allclose(there.forces, here.forces, atol=1e-9)


@pytest.mark.parametrize("pbc", [(True, True, False), (True, False, True), (False, True, False)])
def test_the_stress_of_a_partly_periodic_frame_is_what_straining_its_cell_does(
    pbc: tuple[bool, bool, bool], copper_model: Path
) -> None:
    slab = bulk("Cu", "fcc", a=3.6, cubic=True)
    slab.rattle(0.1, seed=4)
    slab.cell[pbc.index(False)] *= 2.5
    slab.pbc = pbc
    axis, step = pbc.index(True), 1e-4
    strained = []
    for size in (-step, step):
        frame = slab.copy()
        deformation = np.identity(3)
        deformation[axis, axis] += size
        frame.set_cell(slab.cell.array @ deformation, scale_atoms=False)
        frame.positions = slab.positions @ deformation
        strained.append(frame)
    potential = Potential.load(copper_model)
    (prediction,) = potential.evaluate([slab], stress=True)
    low, high = (found.energy for found in potential.evaluate(strained))
    assert prediction.stress is not None
    assert prediction.stress[axis] == pytest.approx((high - low) / (2 * step * slab.get_volume()), rel=1e-5)
