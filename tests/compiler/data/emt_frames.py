"""Sound frames labelled by effective medium theory, and faults to plant in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from ase.build import bulk, fcc111
from ase.calculators.emt import EMT

from mlipilot import _core
from mlipilot.compiler.backends.mace.losses import LOSSES
from mlipilot.compiler.data import Finding, Question, Split, ask
from mlipilot.compiler.data.question import UsedLoss, more_keys

ENERGY, FORCES, STRESS = "REF_energy", "REF_forces", "REF_stress"
Frames = list[Atoms]


def labelled(atoms: Atoms, fixed: np.ndarray | None = None) -> Atoms:
    """A bare copy with its energy and forces; those of fixed atoms are 0."""
    atoms.calc = EMT()
    forces = atoms.get_forces()
    if fixed is not None:
        forces[fixed] = 0.0
    frame = Atoms(atoms.symbols, atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    frame.info[ENERGY] = float(atoms.get_potential_energy())
    frame.new_array(FORCES, forces)
    return frame


def stressed(frames: Frames) -> Frames:
    """Copies with their stress besides."""
    found = [atoms.copy() for atoms in frames]
    for atoms in found:
        bare = atoms.copy()
        bare.calc = EMT()
        atoms.info[STRESS] = bare.get_stress()
    return found


def rattled(count: int, size: float, strain: float, seed: int, gold: bool = False) -> Frames:
    """Crystals of copper, each displaced and strained at random; with `gold` alloys of random composition."""
    draw, found = np.random.default_rng(seed), []
    for _ in range(count):
        atoms = bulk("Cu", "fcc", a=3.8 if gold else 3.59, cubic=True) * (2, 2, 1)
        if gold:
            atoms.symbols[: draw.integers(1, 15)] = "Au"
        atoms.set_cell(atoms.cell * (1.0 + draw.uniform(-strain, strain)), scale_atoms=True)
        atoms.positions += size * draw.standard_normal(atoms.positions.shape)
        found.append(labelled(atoms))
    return found


def slabs(count: int, seed: int) -> Frames:
    """Slabs whose lower layers are fixed."""
    draw, found = np.random.default_rng(seed), []
    for _ in range(count):
        atoms = fcc111("Cu", (2, 2, 4), vacuum=8.0)
        fixed = atoms.get_tags() > 2
        atoms.positions[~fixed] += 0.1 * draw.standard_normal((int((~fixed).sum()), 3))
        found.append(labelled(atoms, fixed))
    return found


def dimers(shortest: float, longest: float, count: int) -> Frames:
    return [labelled(Atoms("Cu2", [[0, 0, 0], [d, 0, 0]])) for d in np.linspace(shortest, longest, count)]


def one_atom_cells(count: int) -> Frames:
    return [labelled(bulk("Cu", "fcc", a=a)) for a in np.linspace(3.3, 3.9, count)]


def strained(count: int) -> Frames:
    """Perfect crystals, on which symmetry lets no force act."""
    found = []
    for strain in np.linspace(-0.15, 0.15, count):
        atoms = bulk("Cu", "fcc", cubic=True)
        atoms.set_cell(atoms.cell * (1.0 + strain), scale_atoms=True)
        found.append(labelled(atoms))
    return found


@cache
def sound() -> Mapping[str, Frames]:
    """Sets without a fault, by what they are."""
    return {
        "300 K": rattled(150, 0.08, 0.03, 1),
        "3000 K": rattled(150, 0.25, 0.03, 2),
        "strained by 15 %": rattled(60, 0.05, 0.15, 3),
        "perfect, strained by 15 %": strained(40),
        "alloys": rattled(150, 0.1, 0.02, 4, gold=True),
        "slabs with fixed atoms": slabs(60, 5),
        "a dimer scan": dimers(1.6, 4.8, 60),
        "one-atom cells": one_atom_cells(40),
        "a mixture": [*rattled(30, 0.12, 0.03, 6), *slabs(8, 7), *dimers(1.7, 4.8, 8), *one_atom_cells(8)],
    }


def findings(
    folder: Path, frames: Mapping[str, Frames], *, stock: bool = False, stress: str | None = None
) -> list[Finding]:
    """What is found of the frames of each split."""
    splits = []
    for name, images in frames.items():
        path = folder / f"{name}.xyz"
        ase.io.write(path, images, format="extxyz")
        scan = _core.scan_extxyz(path, energy=ENERGY, forces=FORCES, stress=stress, r_max=5.0, others=more_keys({}))
        splits.append(Split.of_scans(name, (scan,)))
    loss = UsedLoss("weighted", LOSSES["weighted"], {"energy": 1.0, "forces": 1.0})
    question = Question(tuple(splits), ENERGY, FORCES, stress, e0="average", r_max=5.0, losses=(loss,), stock=stock)
    return ask(question)


def _sentinel(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES][:] = draw.choice([-100.0, 9999.0, 1.0, -1.0])


def _nothing(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES][:] = 0.0


def _overlap(atoms: Atoms, draw: np.random.Generator) -> None:
    one, other = draw.choice(len(atoms), 2, replace=False)
    direction = draw.standard_normal(3)
    atoms.positions[one] = atoms.positions[other] + draw.uniform(0.2, 1.0) * direction / np.linalg.norm(direction)


def _net(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES] += draw.uniform(1.0, 3.0) * atoms.arrays[FORCES].std() * draw.choice([-1, 1], 3)


def _one_force(atoms: Atoms, draw: np.random.Generator) -> None:
    pull = draw.choice([-1, 1]) * draw.uniform(5.0, 20.0) * max(atoms.arrays[FORCES].std(), 0.2)
    atoms.arrays[FORCES][draw.integers(len(atoms))] += pull


def _energy(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.info[ENERGY] += draw.choice([-1, 1]) * draw.uniform(5.0, 50.0) * len(atoms)


def _lost_energy(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.info[ENERGY] = float(draw.choice([-9999.0, 1e6]))


def _kilocalories(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES] *= 23.06


def _fractional(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.positions = atoms.get_scaled_positions(wrap=True)


def _bohr(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.set_cell(atoms.cell * 1.8897, scale_atoms=True)


def _not_finite(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES][0, 1] = np.nan


def _spike(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.arrays[FORCES][0, 0] = 500.0


def _dummy(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.symbols[0] = "X"


def _weight(atoms: Atoms, draw: np.random.Generator) -> None:
    atoms.info["config_weight"] = -1.0


def _unlabelled(atoms: Atoms, draw: np.random.Generator) -> None:
    del atoms.info[ENERGY]


FAULTS: Mapping[str, Callable[[Atoms, np.random.Generator], None]] = {
    "one force on all atoms": _sentinel,
    "no force": _nothing,
    "two atoms that overlap": _overlap,
    "forces that do not add up": _net,
    "one wrong force": _one_force,
    "an energy of another zero": _energy,
    "an energy of a failed calculation": _lost_energy,
    "forces in kcal/mol/Å": _kilocalories,
    "fractional coordinates": _fractional,
    "coordinates in Bohr": _bohr,
    "a force that is not finite": _not_finite,
    "a force of 500 eV/Å": _spike,
    "an atom of no element": _dummy,
    "a negative weight": _weight,
    "no energy": _unlabelled,
}
