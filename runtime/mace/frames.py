"""Labelled frames of one split, checked before anything is trained on them.

Stock MACE gives a missing label the value zero and a weight of zero, and a NaN label ends in a NaN model with
exit code 0. Here both end before the first step, with the split, the frame and the label named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from mace.data import Configuration, config_from_atoms
from mace.data.utils import KeySpecification

from mlipilot.runtime.operations.context import JobFailure

ENERGY, FORCES, STRESS = "REF_energy", "REF_forces", "REF_stress"
UNITS = {
    ENERGY: f"{ENERGY} (total energy, eV)",
    FORCES: f"{FORCES} (eV/Å)",
    STRESS: f"{STRESS} (eV/Å^3, ASE's sign)",
}
KEYS = KeySpecification(info_keys={"energy": ENERGY, "stress": STRESS}, arrays_keys={"forces": FORCES})
ISOLATED = "IsolatedAtom"
"""`config_type` of a one-atom frame that holds an element's reference energy."""


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


def read_split(name: str, path: Path, *, needs_stress: bool) -> Split:
    """Read an extxyz file and check its labels.

    One-atom frames with `config_type=IsolatedAtom` are set apart, as MACE does, and never trained on.
    Raises `JobFailure`: MLP0814 where the file cannot be read or has no frame, MLP0811 where an energy or a force
    (or, with `needs_stress`, a stress) is missing or not finite.
    """
    frames = _read(name, path)
    configurations: list[Configuration] = []
    indices: list[int] = []
    isolated: dict[int, float] = {}
    for index, atoms in enumerate(frames):
        reference = len(atoms) == 1 and atoms.info.get("config_type") == ISOLATED
        _check_labels(name, index, atoms, forces=not reference, stress=needs_stress and not reference)
        if reference:
            isolated[int(atoms.numbers[0])] = float(atoms.info[ENERGY])
        else:
            configurations.append(config_from_atoms(atoms, key_specification=KEYS))
            indices.append(index)
    if not configurations:
        raise JobFailure("MLP0814", f"{name}: {path.name} holds no frame to train or validate on")
    return Split(name, configurations, indices, isolated)


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


def _check_labels(split: str, index: int, atoms: Atoms, *, forces: bool, stress: bool) -> None:
    required: list[tuple[str, Any, list[tuple[int, ...]]]] = [(ENERGY, atoms.info.get(ENERGY), [()])]
    if forces:
        required.append((FORCES, atoms.arrays.get(FORCES), [(len(atoms), 3)]))
    if stress or STRESS in atoms.info:
        required.append((STRESS, atoms.info.get(STRESS), [(6,), (9,), (3, 3)]))
    for label, value, shapes in required:
        _check_label(f"{split}: frame {index}", label, value, shapes)


def _check_label(where: str, label: str, value: Any, shapes: Sequence[tuple[int, ...]]) -> None:
    if value is None:
        raise JobFailure("MLP0811", f"{where} has no {label}", f"every frame needs {UNITS[label]}")
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise JobFailure("MLP0811", f"{where}: {label} is not a number: {value!r}") from None
    if array.shape not in shapes:
        raise JobFailure("MLP0811", f"{where}: {label} has the shape {array.shape}, not {shapes[0]}")
    finite = np.isfinite(array)
    if not finite.all():
        atom = "" if array.ndim != 2 else f" at atom {int(np.argwhere(~finite)[0][0])}"
        raise JobFailure("MLP0811", f"{where}: {label} is not finite{atom}", "label the frame again, or remove it")


def _symbols(numbers: Iterable[int]) -> str:
    return ", ".join(chemical_symbols[z] for z in numbers)
