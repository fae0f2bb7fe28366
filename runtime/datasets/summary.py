"""What a dataset is, in a page of JSON: elements, sizes, labels, the shortest distance seen in training.

Later jobs read it instead of the frames: the shortest distance decides when a simulation has collapsed,
the size of the forces puts an error into proportion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

from mlipilot import _core
from mlipilot.runtime.datasets.frames import trajectory_of
from mlipilot.runtime.datasets.labels import has_label, is_isolated_atom, label_of
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import ENERGY, FORCES, STRESS

FIRST_REACH = 3.0
LAST_REACH = 24.0


def summarize(splits: Mapping[str, Sequence[Atoms]], provenance: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The summary of frames by split, ready for JSON; `provenance` of frames that were read.

    `min_distance` is in Å and `rms_force` (over Cartesian components) in eV/Å, both over the training frames, the
    latter without isolated atoms; `min_distance` is None where no training frame has a pair of atoms within 24 Å.
    """
    train = splits["train"]
    forces = np.concatenate([label_of(frame, FORCES) for frame in train if not is_isolated_atom(frame)])
    numbers = {int(number) for frames in splits.values() for frame in frames for number in frame.numbers}
    return {
        "elements": [chemical_symbols[number] for number in sorted(numbers)],
        "frames": {name: len(frames) for name, frames in splits.items()},
        "trajectories": {name: len({trajectory_of(frame) for frame in frames}) for name, frames in splits.items()},
        "groups": {
            name: len({trajectory_of(frame) for frame in frames if not is_isolated_atom(frame)})
            for name, frames in splits.items()
        },
        "atoms": {name: _sizes(frames) for name, frames in splits.items()},
        "labels": {name: _labels(frames) for name, frames in splits.items()},
        "temperatures": sorted(
            {float(frame.info["temperature"]) for frames in splits.values() for frame in frames if _has(frame)}
        ),
        "isolated_atoms": sum(is_isolated_atom(frame) for frame in train),
        "min_distance": shortest_distance(train),
        "rms_force": float(np.sqrt(np.mean(np.square(forces)))),
        "ranges": {name: _ranges(frames) for name, frames in splits.items() if name != "sealed"},
        "atom_energies": {
            str(frame.symbols): float(label_of(frame, ENERGY)) for frame in train if is_isolated_atom(frame)
        },
        "provenance": dict(provenance or {}),
    }


def _ranges(frames: Sequence[Atoms]) -> dict[str, float]:
    """Energies an atom, eV, and forces, eV/Å, of the frames that are not isolated atoms."""
    whole = [frame for frame in frames if not is_isolated_atom(frame)]
    if not whole:
        return {}
    energies = [float(label_of(frame, ENERGY)) / len(frame) for frame in whole]
    forces = np.concatenate([label_of(frame, FORCES) for frame in whole])
    return {
        "least_energy": min(energies),
        "largest_energy": max(energies),
        "rms_force": float(np.sqrt(np.mean(np.square(forces)))),
        "largest_force": float(np.linalg.norm(forces, axis=1).max()),
        **_largest_stress(whole),
    }


def _largest_stress(frames: Sequence[Atoms]) -> dict[str, float]:
    """The largest component of a stress, eV/Å^3, where frames have one."""
    stresses = [label_of(frame, STRESS) for frame in frames if has_label(frame, STRESS)]
    return {"largest_stress": float(np.abs(np.concatenate(stresses)).max())} if stresses else {}


def shortest_distance(frames: Sequence[Atoms]) -> float | None:
    """The shortest distance (Å) between two atoms, periodic images included, over all frames; None without a pair.

    Raises `JobFailure` MLP0811 where two atoms lie on one place.
    """
    shortest: float | None = None
    for number, frame in enumerate(frames):
        reach = FIRST_REACH if shortest is None else shortest
        while True:
            distance = _core.minimum_distance(
                np.ascontiguousarray(frame.positions), np.ascontiguousarray(frame.cell.array), frame.pbc, reach
            )
            if distance is not None or shortest is not None or reach >= LAST_REACH:
                break
            reach *= 2.0
        if distance == 0.0:
            raise JobFailure(
                "MLP0811",
                f"two atoms of training frame {number} ({trajectory_of(frame)}) lie on one place",
                "remove the frame, or one of the two atoms",
            )
        if distance is not None:
            shortest = distance if shortest is None else min(shortest, distance)
    return shortest


def _has(frame: Atoms) -> bool:
    return "temperature" in frame.info


def _sizes(frames: Sequence[Atoms]) -> dict[str, int]:
    """Atoms of a frame; `least_whole` of one that is not an isolated atom."""
    sizes = [len(frame) for frame in frames]
    whole = [len(frame) for frame in frames if not is_isolated_atom(frame)]
    return {
        "least": min(sizes, default=0),
        "least_whole": min(whole, default=0),
        "most": max(sizes, default=0),
        "total": sum(sizes),
    }


def _labels(frames: Sequence[Atoms]) -> list[str]:
    """The labels that every frame of a split carries."""
    if not frames:
        return []
    present = {
        "energy": all(has_label(frame, ENERGY) for frame in frames),
        "forces": all(has_label(frame, FORCES) for frame in frames),
        "stress": all(has_label(frame, STRESS) for frame in frames if not is_isolated_atom(frame)),
    }
    return [name for name, complete in present.items() if complete]
