"""The physics of a simulation, with potentials that are smooth and cheap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import bulk, molecule
from ase.md.verlet import VelocityVerlet

from mlipilot.runtime.datasets.emt import EffectiveMedium
from mlipilot.runtime.dynamics.replicas import Evaluate, Prepare
from mlipilot.runtime.dynamics.simulation import Protocol, Recording, simulate
from mlipilot.runtime.dynamics.start import thermal_momenta

NVE = Protocol(temperature=300.0, timestep=4.0, steps=50, every=10, relaxation=None, seed=11)
NVT = replace(NVE, relaxation=50.0)


def emt(frames: Sequence[Atoms]) -> Evaluate:
    models = [EffectiveMedium(frame) for frame in frames]
    cuts = np.cumsum([len(frame) for frame in frames])[:-1]

    def evaluate(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = [model.evaluate(part) for model, part in zip(models, np.split(positions, cuts), strict=True)]
        return np.array([energy for energy, _ in found]), np.concatenate([forces for _, forces in found])

    return evaluate


def springs(frames: Sequence[Atoms], stiffness: float = 2.0) -> Evaluate:
    """Every atom on a spring (eV/Å^2) to its place in a lattice that moves with the centre of geometry."""
    places = [frame.positions - frame.positions.mean(axis=0) for frame in frames]
    cuts = np.cumsum([len(frame) for frame in frames])[:-1]

    def evaluate(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts = [
            part - part.mean(axis=0) - place for part, place in zip(np.split(positions, cuts), places, strict=True)
        ]
        energies = np.array([0.5 * stiffness * np.square(part).sum() for part in parts])
        return energies, np.concatenate([-stiffness * part for part in parts])

    return evaluate


def run(
    starts: Sequence[Atoms], protocol: Protocol, prepare: Prepare = emt, training_minimum: float | None = None
) -> Recording:
    return simulate(starts, protocol, prepare, lambda step, alive: None, training_minimum)


def column(recording: Recording, name: str, replica: int = 0) -> np.ndarray:
    return recording.thermo[name][recording.thermo["replica"] == replica]


def cell(seed: int = 0) -> Atoms:
    atoms = bulk("Cu", "fcc", a=3.59, cubic=True) * (2, 2, 1)
    atoms.rattle(0.05, seed=seed)
    return atoms


def test_nve_conserves_energy() -> None:
    total = column(run([cell()], replace(NVE, steps=500)), "total") / 16
    assert np.ptp(total) < 3e-4
    assert abs(np.polyfit(np.arange(501) * 4e-3, total, 1)[0]) < 2e-5  # eV/atom/ps


def test_the_energy_error_of_nve_is_of_second_order_in_the_timestep() -> None:
    spread = [
        np.std(column(run([cell()], replace(NVE, timestep=step, steps=round(800 / step))), "total"))
        for step in (2.0, 4.0)
    ]
    assert spread[1] / spread[0] == pytest.approx(4.0, rel=0.1)


def test_a_single_replica_is_what_ase_alone_would_do() -> None:
    start = cell()
    momenta, _ = thermal_momenta(
        start, 300.0, np.random.Generator(np.random.PCG64(np.random.SeedSequence(11, spawn_key=(0, 0)))), rotation=True
    )
    recording = run([start], NVE)
    start.set_momenta(momenta)
    start.calc = EffectiveMedium(start)
    VelocityVerlet(start, timestep=4.0 * units.fs).run(50)
    np.testing.assert_allclose(recording.traces[0].positions[-1], start.positions, atol=1e-10)


def test_replicas_together_are_the_replicas_alone() -> None:
    starts = [cell(1), bulk("Cu", "fcc", a=3.7, cubic=True), cell(2)]
    for protocol in (NVE, NVT):
        together = run(starts, protocol)
        alone = run(starts[:1], protocol)
        np.testing.assert_allclose(together.traces[0].positions[-1], alone.traces[0].positions[-1], atol=1e-9)
        np.testing.assert_allclose(column(together, "total"), column(alone, "total"), atol=1e-10)


def test_a_run_repeats_to_the_last_bit_and_another_seed_differs() -> None:
    first, again, other = (run([cell()], replace(NVT, seed=seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.traces[0].positions[-1], again.traces[0].positions[-1])
    assert not np.allclose(first.traces[0].positions[-1], other.traces[0].positions[-1])


def test_replicas_from_the_same_frame_go_different_ways() -> None:
    recording = run([cell(), cell()], NVT)
    assert not np.allclose(recording.traces[0].positions[-1], recording.traces[1].positions[-1])


def test_langevin_samples_the_canonical_ensemble_of_the_internal_coordinates() -> None:
    # few atoms: scaling the noise as ASE's fixcm does would show as 33 % too much heat
    starts = [Atoms("Cu2HC", positions=np.eye(4, 3) * 3.0) for _ in range(100)]
    recording = run(starts, replace(NVT, timestep=1.0, steps=1000, relaxation=20.0), springs)
    late = recording.thermo["step"] > 200
    freedom = 3 * 4 - 3
    assert recording.traces[0].freedom == freedom
    kinetic = recording.thermo["kinetic"][late].mean() * 2 / (freedom * units.kB)
    potential = recording.thermo["potential"][late].mean() * 2 / (freedom * units.kB)
    assert kinetic == pytest.approx(300.0, rel=0.02)
    assert potential == pytest.approx(300.0, rel=0.03)
    spread = recording.thermo["temperature"][late].std() / 300.0
    assert spread == pytest.approx(np.sqrt(2 / freedom), rel=0.05)


def test_langevin_heats_copper_to_the_target() -> None:
    recording = run([cell(seed) for seed in range(4)], replace(NVT, temperature=900.0, steps=400))
    late = recording.thermo["step"] > 100
    assert recording.thermo["temperature"][late].mean() == pytest.approx(900.0, rel=0.05)


def test_the_centre_of_mass_stays_where_it_was() -> None:
    start = cell()
    for protocol in (NVE, NVT):
        end = run([start], protocol).traces[0].positions[-1]
        np.testing.assert_allclose(end.mean(axis=0), start.positions.mean(axis=0), atol=1e-9)


def test_frames_are_stored_every_so_many_steps_with_first_and_last() -> None:
    trace = run([cell()], replace(NVE, steps=25, every=10)).traces[0]
    assert trace.steps == [0, 10, 20, 25]
    assert (trace.steps_done, trace.stopped) == (25, None)
    assert len(trace.positions) == len(trace.temperatures) == 4
    assert trace.temperatures[0] == pytest.approx(300.0)


def test_thermo_has_a_row_a_replica_and_step() -> None:
    recording = run([cell(1), cell(2)], replace(NVE, steps=5))
    assert recording.thermo["replica"].tolist() == [0] * 6 + [1] * 6
    assert column(recording, "time_fs", 1).tolist() == [0.0, 4.0, 8.0, 12.0, 16.0, 20.0]
    np.testing.assert_allclose(
        recording.thermo["total"], recording.thermo["potential"] + recording.thermo["kinetic"], rtol=1e-15
    )


def spoiled(which: str, at_call: int) -> Prepare:
    """EMT that fails in its configuration 0, while there are two, from a given call on."""

    def prepare(frames: Sequence[Atoms]) -> Evaluate:
        inner, calls = emt(frames), 0

        def evaluate(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            nonlocal calls
            energies, forces = inner(positions)
            calls += 1
            if len(frames) == 2 and calls > at_call:
                if which == "energy":
                    energies[0] = np.nan
                elif which == "forces":
                    forces[: len(frames[0])] = np.nan
                else:
                    forces[: len(frames[0])] *= 1e4
            return energies, forces

        return evaluate

    return prepare


@pytest.mark.parametrize(("which", "reason"), [("energy", "non_finite"), ("forces", "non_finite"), ("kick", "too_hot")])
@pytest.mark.parametrize("protocol", [NVE, NVT])
def test_a_lost_replica_stops_and_the_other_goes_on(which: str, reason: str, protocol: Protocol) -> None:
    starts = [cell(1), cell(2)]
    recording = run(starts, protocol, spoiled(which, at_call=13))
    lost, other = recording.traces
    assert (lost.stopped, other.stopped) == (reason, None)
    assert lost.steps_done in (13, 14)
    assert lost.steps[-1] == lost.steps_done
    assert len(lost.positions) == len(lost.steps) == 3
    assert column(recording, "step")[-1] == lost.steps_done
    assert other.steps_done == 50
    undisturbed = run(starts, protocol)
    np.testing.assert_allclose(other.positions[-1], undisturbed.traces[1].positions[-1], atol=1e-9)


def test_a_simulation_ends_when_no_replica_is_left() -> None:
    close = cell()
    close.positions[1] = close.positions[0] + [0.0, 0.0, 0.05]
    called = []
    recording = simulate([close], NVE, emt, lambda step, alive: called.append((step, alive)))
    assert recording.traces[0].stopped == "too_hot"
    assert called[-1] == (recording.traces[0].steps_done, 0)
    assert recording.traces[0].temperatures[-1] > 10_300.0


def test_a_molecule_keeps_its_angular_momentum_of_zero_without_a_thermostat() -> None:
    start = molecule("CH3CH2OH")
    trace = run([start], replace(NVE, timestep=0.5), springs).traces[0]
    assert trace.freedom == 21
    assert run([start], replace(NVT, timestep=0.5), springs).traces[0].freedom == 24


def test_the_caller_may_stop_after_any_step() -> None:
    class Enough(Exception):
        pass

    def after_step(step: int, alive: int) -> None:
        if step == 3:
            raise Enough

    with pytest.raises(Enough):
        simulate([cell()], NVE, emt, after_step)


def squeezed(seed: int = 1) -> Atoms:
    """A cell in which two atoms lie so close that only a training set of closer ones would have them."""
    atoms = cell(seed)
    atoms.positions[0] = atoms.positions[1] + [1.9, 0.0, 0.0]
    return atoms


def test_a_replica_whose_atoms_are_too_close_in_three_stored_frames_is_stopped() -> None:
    asked: list[int] = []

    def frozen(frames: Sequence[Atoms]) -> Evaluate:
        asked.append(len(frames))
        return lambda positions: (np.zeros(len(frames)), np.zeros_like(positions))

    cold = replace(NVE, temperature=1e-3)
    recording = run([squeezed(), cell(), squeezed(3)], cold, frozen, training_minimum=3.0 * 1.9 / 2)
    # 0.7 of the training set's shortest distance is 1.995 Å; the third stored frame is at step 20
    assert [trace.stopped for trace in recording.traces] == ["too_close", None, "too_close"]
    assert [trace.steps_done for trace in recording.traces] == [20, 50, 20]
    assert [len(trace.positions) for trace in recording.traces] == [3, 6, 3]
    assert asked == [3, 1]


def test_a_broken_bond_stops_a_molecule_at_the_stored_frame_that_shows_it() -> None:
    def apart(frames: Sequence[Atoms]) -> Evaluate:
        """Pushes the first atom of each molecule away from the second."""

        def evaluate(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            forces = np.zeros_like(positions)
            for first in np.cumsum([0, *(len(frame) for frame in frames)])[:-1]:
                forces[first, 0], forces[first + 1, 0] = 0.3, -0.3
            return np.zeros(len(frames)), forces

        return evaluate

    dimer = Atoms("N2", [[0.55, 0, 0], [-0.55, 0, 0]])
    recording = run([dimer], replace(NVE, timestep=2.0), apart, training_minimum=1.0)
    (trace,) = recording.traces
    assert trace.stopped == "bond_broken"
    assert trace.steps[-1] == trace.steps_done < 50
    assert trace.steps_done % NVE.every == 0
    assert np.linalg.norm(trace.positions[-1][0] - trace.positions[-1][1]) > 1.6
    assert np.linalg.norm(trace.positions[-2][0] - trace.positions[-2][1]) <= 1.6


@pytest.mark.parametrize("protocol", [NVE, NVT], ids=["nve", "nvt"])
def test_the_frames_of_those_who_live_do_not_depend_on_who_dies(protocol: Protocol) -> None:
    starts = [cell(), squeezed(), cell(2), squeezed(3)]
    blind, seeing = run(starts, protocol), run(starts, protocol, training_minimum=2.85)
    living = [number for number, trace in enumerate(seeing.traces) if trace.stopped is None]
    assert 0 < len(living) < len(starts)
    for number in living:
        np.testing.assert_array_equal(seeing.traces[number].positions, blind.traces[number].positions)
        np.testing.assert_array_equal(column(seeing, "total", number), column(blind, "total", number))


@pytest.mark.parametrize("training_minimum", [None, 1.0])
def test_nobody_dies_of_a_distance_that_the_training_set_has(training_minimum: float | None) -> None:
    recording = run([cell(), cell(1)], NVE, training_minimum=training_minimum)
    assert [trace.stopped for trace in recording.traces] == [None, None]
