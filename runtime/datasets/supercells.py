"""Frames of a strained fcc supercell at given temperatures, labelled by effective medium theory (ASE's EMT).

The labels cost milliseconds and are available everywhere, so an experiment can be tried end to end in minutes.
A trajectory is one strain and one Langevin run; it draws from a generator of its own, named by seed, place of the
temperature and number, so that it is the same whichever process makes it and however many others there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.md.langevin import Langevin

from mlipilot import _core
from mlipilot.runtime.datasets.emt import EffectiveMedium
from mlipilot.runtime.datasets.frames import DECIMALS, labelled
from mlipilot.runtime.dynamics.noise import CentredNoise
from mlipilot.runtime.dynamics.start import thermal_momenta
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS


class Exploded(Exception):
    """A trajectory lost its atoms: args are its name and the step."""


@dataclass(frozen=True)
class Supercells:
    """What is to be made; lengths in Å, temperatures in K, times in fs."""

    element: str
    lattice: float
    repeats: tuple[int, int, int]
    strain: tuple[float, float]
    """Smallest and largest linear strain, drawn uniformly, the same in all directions."""
    temperatures: tuple[float, ...]
    trajectories: int
    """At each temperature."""
    frames: int
    split: Mapping[str, int]
    seed: int
    timestep: float
    equilibration: float
    spacing: float
    relaxation: float

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Supercells:
        """Read the plan's parameters; ValueError where the split does not use every trajectory once."""
        repeats, strain = params["repeats"], params["strain"]
        found = cls(
            element=str(params["element"]),
            lattice=float(params["lattice"]),
            repeats=(int(repeats[0]), int(repeats[1]), int(repeats[2])),
            strain=(float(strain[0]), float(strain[1])),
            temperatures=tuple(float(value) for value in params["temperatures"]),
            trajectories=int(params["trajectories"]),
            frames=int(params["frames"]),
            split={name: int(params["split"].get(name, 0)) for name in SPLITS},
            seed=int(params["seed"]),
            timestep=float(params["timestep"]),
            equilibration=float(params["equilibration"]),
            spacing=float(params["spacing"]),
            relaxation=float(params["relaxation"]),
        )
        if sum(found.split.values()) != found.trajectories:
            total = count(found.trajectories, "trajectory", "trajectories")
            raise ValueError(f"the split {dict(found.split)} does not add up to {total}")
        return found

    def tasks(self) -> list[tuple[int, int]]:
        """Every trajectory, as (number of its temperature, number at that temperature)."""
        return [(place, number) for place in range(len(self.temperatures)) for number in range(self.trajectories)]

    def unit_cell(self) -> Atoms:
        """The conventional cubic cell, unstrained."""
        return bulk(self.element, "fcc", a=self.lattice, cubic=True)

    def arrange(self, made: Iterable[tuple[tuple[int, int], Sequence[Atoms]]]) -> dict[str, list[Atoms]]:
        """Sort finished trajectories into splits: at each temperature the first go to `train`, then `valid`, ..."""
        splits: dict[str, list[Atoms]] = {name: [] for name in SPLITS}
        owners = [name for name in SPLITS for _ in range(self.split[name])]
        for (_, number), frames in sorted(made, key=lambda item: item[0]):
            splits[owners[number]].extend(frames)
        return splits


def run_trajectory(plan: Supercells, task: tuple[int, int]) -> list[Atoms]:
    """Make one trajectory's frames; Exploded when a force or label is not finite or the cell too hot to survive."""
    place, number = task
    temperature = plan.temperatures[place]
    name = f"T{temperature:g}-{number:02d}"
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence((plan.seed, place, number))))
    strain = float(generator.uniform(*plan.strain))
    atoms = plan.unit_cell() * plan.repeats
    atoms.set_cell(atoms.cell.array * (1.0 + strain), scale_atoms=True)
    momenta, freedom = thermal_momenta(atoms, temperature, generator, rotation=True)
    atoms.set_momenta(momenta)
    atoms.calc = EffectiveMedium(atoms)
    dynamics = Langevin(
        atoms,
        timestep=plan.timestep * units.fs,
        temperature_K=temperature,
        friction=1.0 / (plan.relaxation * units.fs),
        fixcm=False,
        rng=CentredNoise([atoms.get_masses()], [generator]),
    )
    info = {"trajectory": name, "temperature": temperature, "strain": strain}
    frames = []
    warmup, between = round(plan.equilibration / plan.timestep), max(1, round(plan.spacing / plan.timestep))
    forces = None
    for step in range(1, warmup + between * plan.frames + 1):
        forces = dynamics.step(forces)
        heat = 2.0 * atoms.get_kinetic_energy() / (freedom * units.kB)
        if not (np.isfinite(forces).all() and heat < temperature + _core.HEAT_ABOVE_TARGET):
            raise Exploded(name, step)
        if step > warmup and (step - warmup) % between == 0:
            frames.append(_label(atoms, info, name, step))
    return frames


def _label(atoms: Atoms, info: Mapping[str, Any], name: str, step: int) -> Atoms:
    still = Atoms(
        numbers=atoms.numbers, positions=np.round(atoms.get_positions(wrap=True), DECIMALS), cell=atoms.cell, pbc=True
    )
    still.calc = EMT()
    energy, forces, stress = still.get_potential_energy(), still.get_forces(), still.get_stress()
    if not (np.isfinite(energy) and np.isfinite(forces).all() and np.isfinite(stress).all()):
        raise Exploded(name, step)
    return labelled(still, energy=energy, forces=forces, stress=stress, info=info)
