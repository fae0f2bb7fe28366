"""Labelled frames of one split, checked before anything is trained on them.

Stock MACE gives a missing label the value zero and a weight of zero, and a NaN label ends in a NaN model with
exit code 0. Here both end before the first step, with the split, the frame and the label named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from mace.data import Configuration, config_from_atoms
from mace.data.utils import KeySpecification

from mlipilot.runtime.datasets.labels import is_isolated_atom, label_of, require_labels, require_weights
from mlipilot.runtime.dynamics.edges import find_edges
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import ENERGY, LABELS, SAME_ENERGY

KEYS = KeySpecification(
    info_keys={label.name: label.key for label in LABELS.values() if not label.per_atom},
    arrays_keys={label.name: label.key for label in LABELS.values() if label.per_atom},
)


@dataclass(frozen=True)
class Split:
    """Frames of one split, in file order."""

    name: str
    configurations: list[Configuration]
    """Trainable frames: energies in eV, forces in eV/Å, stresses in eV/Å^3 (ASE's sign)."""
    indices: list[int]
    """Position of each configuration in the file, counted from 0."""
    isolated: dict[int, float]
    """Energy of the isolated atom of an element (atomic number -> eV), where the file has one."""

    @property
    def elements(self) -> list[int]:
        """Atomic numbers that occur, ascending."""
        return sorted({int(z) for c in self.configurations for z in c.atomic_numbers})


def read_split(name: str, path: Path, *, needs_stress: bool, r_max: float) -> Split:
    """Read an extxyz file and check its labels; `r_max` in Å.

    One-atom frames with `config_type=IsolatedAtom` are set apart, as MACE does, and never trained on.
    Raises `JobFailure`: MLP0814 where the file cannot be read or has no frame, MLP0811 where an energy or a force
    (or, with `needs_stress`, a stress) is missing, not finite or impossible, where an isolated atom has another energy
    than before or sees its own image.
    """
    frames = _read(name, path)
    configurations: list[Configuration] = []
    indices: list[int] = []
    isolated: dict[int, float] = {}
    for index, atoms in enumerate(frames):
        require_labels(f"{name}: frame {index}", atoms, stress=needs_stress)
        require_weights(f"{name}: frame {index}", atoms)
        if is_isolated_atom(atoms):
            _check_alone(f"{name}: frame {index}", atoms, r_max)
            energy = float(label_of(atoms, ENERGY))
            before = isolated.setdefault(int(atoms.numbers[0]), energy)
            if abs(energy - before) > SAME_ENERGY:
                raise JobFailure(
                    "MLP0811",
                    f"{name}: frame {index}: the isolated atom of {atoms.symbols[0]} has {energy:g} eV, and {before:g} "
                    "eV in an earlier frame",
                    "keep the one that belongs to the other labels",
                )
        else:
            configurations.append(config_from_atoms(atoms, key_specification=KEYS))
            indices.append(index)
    if not configurations:
        raise JobFailure("MLP0814", f"{name}: {path.name} holds no frame to train or validate on")
    return Split(name, configurations, indices, isolated)


def _check_alone(where: str, atoms: Atoms, r_max: float) -> None:
    edges = find_edges(atoms.positions, atoms.cell.array, atoms.pbc, r_max)
    if edges.index.shape[1]:
        nearest = float(np.linalg.norm(edges.shifts, axis=1).min())
        raise JobFailure(
            "MLP0811",
            f"{where}: an isolated atom has its own image at {nearest:.2f} Å, within r_max = {r_max:g} Å",
            "put the atom into a wider cell, or leave the frame out",
        )


def check_elements(train: Split, other: Split) -> None:
    """Raise `JobFailure` MLP0813 where `other` has an element that the training set lacks."""
    known = set(train.elements)
    for index, configuration in zip(other.indices, other.configurations, strict=True):
        unknown = sorted({int(z) for z in configuration.atomic_numbers} - known)
        if unknown:
            raise JobFailure(
                "MLP0813",
                f"{other.name}: frame {index} holds {_symbols(unknown)}; "
                f"the training set has only {_symbols(sorted(known))}",
                "put every element into the training split, or take these frames out",
            )


def _read(name: str, path: Path) -> list[Atoms]:
    try:
        frames = ase.io.read(path, index=":", format="extxyz")
    except Exception as error:
        raise JobFailure("MLP0814", f"{name}: {path.name} cannot be read as extxyz: {error}") from error
    return list(frames) if isinstance(frames, Sequence) else [frames]


def _symbols(numbers: Iterable[int]) -> str:
    return ", ".join(chemical_symbols[z] for z in numbers)
