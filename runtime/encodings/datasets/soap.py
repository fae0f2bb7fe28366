"""Frames of a data set as smooth overlaps of atomic positions (Bartók, Kondor and Csányi, PRB 87, 184115, 2013)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.compiler.encodings.data.soap import L_MAX, N_MAX, SPLITS, UNIT
from mlipilot.runtime.datasets.frames import read_frames, trajectory_of
from mlipilot.runtime.datasets.labels import has_label, is_isolated_atom, label_of
from mlipilot.runtime.encodings.datasets.tabular import TabularData
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import ENERGY


class _Kept(NamedTuple):
    """A frame that is described, and the group that it belongs to."""

    frame: Atoms
    trajectory: str


def soap(arguments: Mapping[str, Any], inputs: Mapping[str, Path]) -> TabularData:
    """Mean power spectra of the atoms of each frame (n, d), and energies per atom in eV.

    `arguments["r_cut"]` is in Å; `inputs` has the files of the splits that a dataset job wrote, by the names of the
    splits. Isolated atoms are left out. Frames of one trajectory are one group, and a frame without one is a group of
    its own; where no frame has one there are no groups.

    Raises `JobFailure`: MLP0814 where there is no frame, MLP0811 for a frame without an energy.
    """
    kept = [found for split in SPLITS if split in inputs for found in _frames(split, inputs[split])]
    if not kept:
        raise JobFailure("MLP0814", f"`{arguments['data']}` has no frame besides isolated atoms")
    frames = [found.frame for found in kept]
    X = power_spectra(frames, float(arguments["r_cut"]))
    y = np.array([float(label_of(frame, ENERGY)) / len(frame) for frame in frames])
    return TabularData(
        name="soap",
        X=X,
        y=y,
        task="numbers",
        feature_names=tuple(f"soap_{place}" for place in range(X.shape[1])),
        source=f"frames of `{arguments['data']}`, described by dscribe {version('dscribe')}",
        licence="that of its data set",
        groups=_groups([found.trajectory for found in kept]),
        unit=UNIT,
    )


def power_spectra(frames: Sequence[Atoms], r_cut: float) -> NDArray[np.float64]:
    """Of each frame the mean over its atoms (n, d); all frames have the columns of all elements."""
    from dscribe.descriptors import SOAP

    species = sorted({symbol for frame in frames for symbol in frame.get_chemical_symbols()})

    def describe(frame: Atoms) -> NDArray[np.float64]:
        axes = frame.pbc & frame.cell.any(1)  # an axis without a vector repeats nothing
        bare = Atoms(frame.numbers, frame.positions, cell=frame.cell.complete(), pbc=axes)
        found: NDArray[np.float64] = describing[bool(axes.any())].create(bare)
        return found

    describing = {
        periodic: SOAP(species=species, r_cut=r_cut, n_max=N_MAX, l_max=L_MAX, periodic=periodic, average="outer")
        for periodic in (False, True)
    }
    return np.array([describe(frame) for frame in frames], dtype=np.float64)


def _frames(split: str, path: Path) -> list[_Kept]:
    found = []
    for number, frame in enumerate(read_frames(path)):
        if is_isolated_atom(frame):
            continue
        if not has_label(frame, ENERGY):
            raise JobFailure("MLP0811", f"frame {number} of the {split} split has no energy")
        found.append(_Kept(frame, trajectory_of(frame)))
    return found


def _groups(trajectories: Sequence[str]) -> NDArray[np.int64] | None:
    if not any(trajectories):
        return None
    names = [("trajectory", name) if name else ("frame", str(number)) for number, name in enumerate(trajectories)]
    seen: dict[tuple[str, str], int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.int64)


__all__ = ["power_spectra", "soap"]
