"""The labels of a user's frames, under names of the user's, as the labels of a stored frame."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.stress import full_3x3_to_voigt_6_stress
from numpy.typing import NDArray

from mlipilot.compiler.data.units import Units, converted
from mlipilot.compiler.unpacking import packed_name
from mlipilot.runtime.datasets.frames import labelled
from mlipilot.runtime.datasets.labels import checked_label, require_volume, require_weights
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import CONFIG_TYPE, ISOLATED_ATOM, WEIGHTS

KEPT = ("trajectory", "temperature", CONFIG_TYPE, *WEIGHTS)
"""Headers that a frame keeps besides its labels."""


@dataclass(frozen=True)
class LabelKeys:
    """The names of the labels in the user's files; None for a label that is not used."""

    energy: str
    forces: str
    stress: str | None
    virial: bool = False
    """Whether what has the key of the stress is a virial, eV: the stress is -virial/volume."""

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> LabelKeys:
        """The names that a plan's parameters give."""
        return cls(str(params["energy"]), str(params["forces"]), params["stress"], params["virial"])


def map_labels(
    frame: Atoms, keys: LabelKeys, units: Units, path: Path, number: int, *, isolated: bool, group: str | None
) -> Atoms:
    """A frame, the `number`-th of the file at `path`, with its labels under the stored names, in eV and Å.

    `isolated` says whether it holds the energy of a free atom, `group` what it is resampled with. Raises `JobFailure`
    MLP0811 for a label that is missing, has another shape or is not finite.
    """
    where = f"{path}, frame {number}"
    energy = converted(_label(frame, keys.energy, (1,), where), units.energy)
    # the force on a free atom is zero by symmetry, and files leave it out
    forces = (
        np.zeros((1, 3))
        if isolated and _find(frame, keys.forces) is None
        else converted(_label(frame, keys.forces, (len(frame), 3), where), units.forces)
    )
    placed = Atoms(
        numbers=frame.numbers,
        positions=converted(frame.positions, units.length),
        cell=converted(frame.cell.array, units.length),
        pbc=frame.pbc,
    )
    stress = None
    if keys.stress is not None and not isolated:
        require_volume(where, placed)
        stress = converted(_voigt(_label(frame, keys.stress, None, where), keys.stress, where), units.stress)
        if keys.virial:
            stress = -stress / placed.cell.volume
    require_weights(where, frame)
    kept = {**frame.info, "trajectory": group if group is not None else f"{Path(packed_name(path)).stem}-{number}"}
    if isolated:
        kept[CONFIG_TYPE] = ISOLATED_ATOM
    elif len(frame) == 1 and kept.get(CONFIG_TYPE) == ISOLATED_ATOM:
        del kept[CONFIG_TYPE]  # the user marks them in another way, and MACE knows this one alone
    info = {key: kept[key] for key in KEPT if key in kept}
    return labelled(placed, energy=float(energy.reshape(())), forces=forces, stress=stress, info=info)


def _label(frame: Atoms, key: str, shape: tuple[int, ...] | None, where: str) -> NDArray[np.float64]:
    value = _find(frame, key)
    if value is None:
        present = sorted(_present(frame))
        nearest = difflib.get_close_matches(key, present, n=1, cutoff=0.0)
        raise JobFailure(
            "MLP0811",
            f"{where}: there is no `{key}`; the frame has {', '.join(f'`{name}`' for name in present) or 'no labels'}",
            f"did you mean `{nearest[0]}`?" if nearest else "label the frame or leave it out",
        )
    array = checked_label(value, f"`{key}`", None, where, "leave the frame out")
    if shape is not None and array.size != int(np.prod(shape)):
        raise JobFailure("MLP0811", f"{where}: `{key}` has the shape {array.shape}, expected {shape}")
    return array if shape is None else array.reshape(shape)


def _find(frame: Atoms, key: str) -> Any:
    """A label's value, from wherever ASE's reader put it; None where the frame has none."""
    if key in frame.info:
        return frame.info[key]
    if key in frame.arrays:
        return frame.arrays[key]
    return frame.calc.results.get(key) if frame.calc is not None else None


def _present(frame: Atoms) -> set[str]:
    results = set(frame.calc.results) if frame.calc is not None else set()
    return (set(frame.info) | set(frame.arrays) | results) - {"numbers", "positions", *KEPT}


def _voigt(stress: NDArray[np.float64], key: str, where: str) -> NDArray[np.float64]:
    if stress.size == 6:
        return stress.reshape(6)
    if stress.size == 9:
        return np.asarray(full_3x3_to_voigt_6_stress(stress.reshape(3, 3)), dtype=np.float64)
    raise JobFailure("MLP0811", f"{where}: `{key}` has {stress.size} components, expected 6 or 9")
