"""The scan of real frames against ASE and NumPy."""

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase.neighborlist import neighbor_list

from mlipilot import _core


def test_the_scan_of_real_frames_agrees_with_ase(data: Path) -> None:
    file = data / "solvent" / "train_53_outliers.xyz"
    images = ase.io.read(file, index=":", format="extxyz")
    found = _core.scan_extxyz(file, energy="energy_xtb", forces="forces_xtb", stress=None, r_max=4.5)
    assert found.faults == []
    assert found.frames == len(images)
    assert np.array_equal(found.energy, [atoms.info["energy_xtb"] for atoms in images])
    assert found.force_max == pytest.approx([np.linalg.norm(a.arrays["forces_xtb"], axis=1).max() for a in images])
    assert found.isolated.tolist() == [atoms.info.get("config_type") == "IsolatedAtom" for atoms in images]
    several = [(row, atoms) for row, atoms in enumerate(images) if len(atoms) > 1]
    assert len(several) > 40
    for row, atoms in several:
        first, distance = neighbor_list("id", atoms, 4.5)
        assert found.shortest[row] == pytest.approx(distance.min(), abs=1e-9)
        assert found.neighbours[row] == pytest.approx(len(first) / len(atoms))
    assert len(set(found.fingerprint.tolist())) == len(images)


def test_real_dynamics_has_sane_forces(data: Path) -> None:
    found = _core.scan_extxyz(data / "solvent" / "md_stable.xyz", energy="energy", forces="forces", stress=None)
    steps, correlation = _core.work_consistency(found)
    assert steps > 50
    assert correlation > 0.8
