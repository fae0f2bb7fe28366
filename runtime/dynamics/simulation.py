"""Molecular dynamics of replicas, in the microcanonical or the canonical ensemble, recorded as it goes.

A replica that is dead by the scorecard's criteria is stopped where that shows and its last frame kept, so that whoever
judges survival sees it; the others continue. Heat is looked at in each step, distances and bonds in each stored frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.md.langevin import Langevin
from ase.md.verlet import VelocityVerlet
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.dynamics.bonds import Bonds, find_bonds
from mlipilot.runtime.dynamics.death import Watch
from mlipilot.runtime.dynamics.noise import CentredNoise
from mlipilot.runtime.dynamics.replicas import Prepare, Replica, Replicas
from mlipilot.runtime.dynamics.start import thermal_momenta


@dataclass(frozen=True)
class Protocol:
    """How to simulate: temperature in K, times in fs."""

    temperature: float
    timestep: float
    steps: int
    every: int
    """Steps between stored frames."""
    relaxation: float | None
    """Of the Langevin thermostat; None keeps the energy (NVE)."""
    seed: int


@dataclass
class Trace:
    """What one replica left behind."""

    freedom: int
    steps: list[int] = field(default_factory=list)
    positions: list[NDArray[np.float64]] = field(default_factory=list)
    """Stored frames, (n, 3) Å each."""
    temperatures: list[float] = field(default_factory=list)
    """K, of the stored frames."""
    steps_done: int = 0
    stopped: str | None = None
    """The cause of its death in the kernel's words, such as `too_hot`; None where it reached the end."""


@dataclass(frozen=True)
class Recording:
    """A finished simulation: a trace a replica, and a thermodynamic table with a row a replica and step."""

    traces: list[Trace]
    thermo: dict[str, NDArray[Any]]
    """Columns replica, step, time_fs, potential, kinetic, total (eV), temperature (K)."""


def simulate(
    starts: Sequence[Atoms],
    protocol: Protocol,
    prepare: Prepare,
    after_step: Callable[[int, int], None],
    training_minimum: float | None = None,
    bonds: Sequence[Bonds] | None = None,
) -> Recording:
    """Run one replica from each of `starts`; `after_step(step, alive)` is called after each step and may raise.

    `training_minimum` (Å) is the shortest distance of the training set; without it only heat is looked at.
    `bonds` are those of each replica; without them what is bonded at the start is.
    Replica r draws velocities and noise from generators of its own, so it is the same however many others there are.
    The temperature counts the degrees of freedom that move: all but the centre of mass, and without a thermostat
    all but the rotation of a molecule in vacuum too.
    """
    replicas, noise = [], []
    for number, start in enumerate(starts):
        velocities, thermostat = (_generator(protocol.seed, number, part) for part in range(2))
        rotation = protocol.relaxation is not None or bool(start.pbc.any())
        momenta, freedom = thermal_momenta(start, protocol.temperature, velocities, rotation=rotation)
        replicas.append(Replica(start, momenta, freedom))
        noise.append(thermostat)
    state = Replicas(replicas, prepare)
    timestep = protocol.timestep * units.fs
    integrator: Any
    if protocol.relaxation is None:
        integrator = VelocityVerlet(state.system, timestep=timestep)
    else:
        integrator = Langevin(
            state.system,
            timestep=timestep,
            temperature_K=protocol.temperature,
            friction=1.0 / (protocol.relaxation * units.fs),
            fixcm=False,
            rng=CentredNoise([start.get_masses() for start in starts], noise),
        )
    found = bonds if bonds is not None else [find_bonds(start) for start in starts]
    recorder = _Recorder(state, protocol, training_minimum, found)
    forces = state.get_forces(state.system)
    recorder.take(0)
    for step in range(1, protocol.steps + 1):
        if not state.alive.any():
            break
        forces = integrator.step(forces)
        recorder.take(step)
        forces[np.repeat(~state.alive, state.sizes)] = 0.0
        after_step(step, int(state.alive.sum()))
    return recorder.finish()


def _generator(seed: int, replica: int, part: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=(replica, part))))


class _Recorder:
    """Takes down each step of the living replicas and stops those that are lost."""

    def __init__(
        self, state: Replicas, protocol: Protocol, training_minimum: float | None, bonds: Sequence[Bonds]
    ) -> None:
        self._state, self._protocol = state, protocol
        self._watches = [
            Watch(replica.atoms, protocol.temperature, training_minimum, of_replica)
            for replica, of_replica in zip(state.replicas, bonds, strict=True)
        ]
        self._traces = [Trace(replica.freedom) for replica in state.replicas]
        freedom = np.array([max(replica.freedom, 1) for replica in state.replicas])
        self._to_kelvin = 2.0 / (freedom * units.kB)
        self._rows: list[NDArray[np.float64]] = []

    def take(self, step: int) -> None:
        state, protocol = self._state, self._protocol
        kinetic = state.kinetic()
        temperatures = kinetic * self._to_kelvin
        finite = state.finite() & np.isfinite(state.energies)
        hot = temperatures > protocol.temperature + _core.HEAT_ABOVE_TARGET
        living = np.flatnonzero(state.alive)
        self._rows.append(
            np.column_stack(
                [living, np.full(len(living), step), state.energies[living], kinetic[living], temperatures[living]]
            )
        )
        for number in living.tolist():
            trace = self._traces[number]
            trace.steps_done = step
            # heat first: a replica too hot to be evaluated has no energy either
            trace.stopped = "too_hot" if hot[number] else None if finite[number] else "non_finite"
            if trace.stopped or step % protocol.every == 0 or step == protocol.steps:
                trace.steps.append(step)
                trace.positions.append(state.positions(number))
                trace.temperatures.append(float(temperatures[number]))
                cause = self._watches[number].take(trace.positions[-1], trace.temperatures[-1])
                trace.stopped = trace.stopped or cause
            if trace.stopped:
                state.stop(number)

    def finish(self) -> Recording:
        rows = np.concatenate(self._rows)
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
        thermo: dict[str, NDArray[Any]] = {
            "replica": rows[:, 0].astype(np.int32),
            "step": rows[:, 1].astype(np.int64),
            "time_fs": rows[:, 1] * self._protocol.timestep,
            "potential": rows[:, 2],
            "kinetic": rows[:, 3],
            "total": rows[:, 2] + rows[:, 3],
            "temperature": rows[:, 4],
        }
        return Recording(self._traces, thermo)
