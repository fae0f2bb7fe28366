"""Constants fixed before training: reference energies, output scale, average number of neighbours.

Stock MACE takes the scale from a shuffled loader that drops the last batch, so it depends on the seed; here it
is taken over all training frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase.data import atomic_numbers, chemical_symbols

from mlipilot.runtime.backends.mace.frames import Split
from mlipilot.runtime.backends.mace.graphs import Batch, average_neighbours
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM


@dataclass(frozen=True)
class Normalisation:
    """What a model's output is measured against."""

    elements: tuple[int, ...]
    """Atomic numbers, ascending."""
    e0: tuple[float, ...]
    """Reference energy of each element, eV."""
    scale: float
    """Factor on the interaction energy: eV/Å (rms_forces), eV/atom (std_energy) or 1."""
    average_neighbours: float


def normalise(split: Split, graphs: Sequence[Batch], e0: Mapping[str, Any], scaling: str) -> Normalisation:
    """Fix the constants from the training split.

    `e0` is `{"kind": "average" | "isolated"}` or `{"kind": "values", "values": {symbol: eV}}`; `scaling` is
    "rms_forces", "std_energy" or "none". Raises `JobFailure` MLP0811 where a reference energy is missing or not
    finite, MLP0810 where the scale is not a finite number.
    """
    elements = split.elements
    energies = _reference_energies(split, elements, e0)
    for z, energy in zip(elements, energies, strict=True):
        if not np.isfinite(energy):
            raise JobFailure("MLP0811", f"the reference energy of {chemical_symbols[z]} is not finite: {energy}")
    scale = _scale(split, elements, energies, scaling)
    if not np.isfinite(scale):
        raise JobFailure("MLP0810", f"the output scale ({scaling}) of the training set is not finite: {scale}")
    return Normalisation(tuple(elements), tuple(float(e) for e in energies), scale, average_neighbours(graphs))


def _reference_energies(split: Split, elements: list[int], e0: Mapping[str, Any]) -> np.ndarray:
    if e0["kind"] == "average":
        counts, energies = _composition(split, elements)
        fitted: np.ndarray = np.linalg.lstsq(counts, energies, rcond=None)[0]
        return fitted
    if e0["kind"] == "isolated":
        known, source = split.isolated, f"a one-atom frame with {CONFIG_TYPE}={ISOLATED_ATOM} in the training file"
    else:
        known = {atomic_numbers[symbol]: float(value) for symbol, value in e0["values"].items()}
        source = "a value in e0"
    missing = [chemical_symbols[z] for z in elements if z not in known]
    if missing:
        raise JobFailure("MLP0811", f"no reference energy for {', '.join(missing)}", f"each element needs {source}")
    return np.array([known[z] for z in elements])


def _scale(split: Split, elements: list[int], e0: np.ndarray, scaling: str) -> float:
    if scaling == "none":
        return 1.0
    if scaling == "rms_forces":
        forces = np.concatenate([c.properties["forces"] for c in split.configurations])
        scale = float(np.sqrt(np.mean(np.square(forces))))
    else:
        counts, energies = _composition(split, elements)
        per_atom = (energies - counts @ e0) / counts.sum(axis=1)
        scale = float(np.std(per_atom, ddof=1)) if len(per_atom) > 1 else 0.0
    return scale if scale != 0.0 else 1.0


def _composition(split: Split, elements: list[int]) -> tuple[np.ndarray, np.ndarray]:
    counts = np.array([[np.count_nonzero(c.atomic_numbers == z) for z in elements] for c in split.configurations])
    energies = np.array([float(c.properties["energy"]) for c in split.configurations])
    return counts.astype(np.float64), energies
