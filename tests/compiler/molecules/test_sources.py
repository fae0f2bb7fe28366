"""Molecules come from each source as it holds them; what is wrong with a source is said."""

import gzip
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

from mlipilot.compiler.molecules import frames, g2, qm7, smiles
from mlipilot.compiler.molecules.molecule import Molecule, Unusable

GIVEN = os.environ.get("MLIPILOT_TEST_DATA")
QM7 = Path(GIVEN or "none") / "qm7.extxyz.gz"
needs_qm7 = pytest.mark.skipif(not QM7.exists(), reason="qm7.extxyz.gz is not at hand (MLIPILOT_TEST_DATA)")


def everything(numbers: tuple[int, ...]) -> bool:
    return True


def molecules(found: object) -> list[Molecule]:
    assert not isinstance(found, Unusable), found
    return list(found)  # type: ignore[call-overload,no-any-return]


def test_g2_has_the_molecules_of_ase_with_closed_shells() -> None:
    found = molecules(g2.read())
    for one in found:
        atoms: Atoms = molecule(one.name.removeprefix("g2/"))
        assert tuple(atoms.numbers) == one.numbers
        np.testing.assert_array_equal(atoms.positions, one.positions)
        assert not atoms.get_initial_magnetic_moments().any()
    assert len([one for one in found if one.symbols <= g2.USUAL]) == 61
    names = {one.name for one in found}
    assert "g2/O2" not in names and "g2/H2O" in names


def test_g2_is_read_without_importing_ase() -> None:
    import subprocess

    code = "import sys; from mlipilot.compiler.molecules import g2; g2.read(); print('ase' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@needs_qm7
def test_qm7_has_its_molecules_by_number() -> None:
    found = molecules(qm7.read(QM7, "qm7.extxyz.gz", lambda numbers: sum(n != 1 for n in numbers) <= 4))
    assert len(found) == 59
    methane = next(one for one in found if one.numbers == (6, 1, 1, 1, 1))
    assert methane.name == "qm7/0001"
    bonds = np.linalg.norm(np.array(methane.positions)[1:] - methane.positions[0], axis=1)
    assert bonds == pytest.approx(np.full(4, 1.09), abs=0.01)


@needs_qm7
@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_download_that_is_not_qm7_is_named(damage: str, tmp_path: Path) -> None:
    whole = QM7.read_bytes()
    path = tmp_path / "qm7.extxyz.gz"
    altered = gzip.compress(gzip.decompress(whole).replace(b"1.0416", b"1.0417", 1), 1)
    path.write_bytes(whole[: len(whole) // 2] if damage == "truncated" else altered)
    found = qm7.read(path, path.name, everything)
    assert isinstance(found, Unusable)
    assert (found.code, found.field) == ("MLP1071", "file")
    assert ("ends too early" if damage == "truncated" else "not QM7 as it is known") in found.headline


def test_the_original_file_of_qm7_is_in_bohr(tmp_path: Path) -> None:
    from scipy.io import savemat

    numbers = np.zeros((2, 5))
    numbers[0, :2], numbers[1, :3] = 1, (8, 1, 1)
    places = np.zeros((2, 5, 3))
    places[0, 1, 2] = 1.4
    savemat(tmp_path / "qm7.mat", {"R": places, "Z": numbers, "T": np.zeros((1, 2))})
    first, second = molecules(qm7.read(tmp_path / "qm7.mat", "qm7.mat", everything))
    assert (first.name, first.numbers) == ("qm7/0001", (1, 1))
    assert first.positions[1][2] == pytest.approx(0.7408, abs=1e-4)
    assert second.numbers == (8, 1, 1)
    savemat(tmp_path / "other.mat", {"X": places})
    wrong = qm7.read(tmp_path / "other.mat", "other.mat", everything)
    assert isinstance(wrong, Unusable) and wrong.code == "MLP1071" and "quantum-machine.org" in wrong.help


def test_frames_have_their_name_charge_and_multiplicity(tmp_path: Path) -> None:
    path = tmp_path / "some.xyz"
    path.write_text(
        "2\nname=first charge=-1 multiplicity=2\nO 0 0 0\nH 0 0 1\n1\n\nHe 0 0 0\n2\nname=first\nH 0 0 0\nO 0 0 0.97\n"
    )
    found = molecules(frames.read(path, "some.xyz", everything))
    assert [one.name for one in found] == ["some.xyz/first", "some.xyz/1", "some.xyz/first#2"]
    assert [(one.charge, one.multiplicity) for one in found] == [(-1, 2), (0, None), (0, None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('1\nLattice="3 0 0 0 3 0 0 0 3" pbc="T T T"\nCu 0 0 0\n', "is periodic"),
        ("1\ncharge=half\nHe 0 0 0\n", "no whole number"),
        ("1\ncharge=0.5\nHe 0 0 0\n", "no whole number"),
        ("2\n\nHe 0 0 0\n", "frame 0 of `some.xyz`, line"),
        ("0\n\n", "no atoms"),
    ],
    ids=["periodic", "word", "half", "cut", "empty"],
)
def test_a_frame_that_is_no_molecule_is_named(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "some.xyz"
    path.write_text(text)
    found = frames.read(path, "some.xyz", everything)
    assert isinstance(found, Unusable) and found.code == "MLP1070"
    assert words in found.headline


def test_other_formats_give_molecules_too(tmp_path: Path) -> None:
    import ase.io

    ase.io.write(tmp_path / "some.traj", [molecule("H2O"), molecule("CH4")])
    found = molecules(frames.read(tmp_path / "some.traj", "some.traj", everything))
    assert [one.numbers for one in found] == [(8, 1, 1), (6, 1, 1, 1, 1)]


def test_smiles_give_one_conformer_by_seed() -> None:
    pytest.importorskip("rdkit")
    (one,), (same,), (other,) = (smiles.read(["CCO"], seed)[0] for seed in (1, 1, 2))
    assert one == same
    assert one.numbers == other.numbers and one.positions != other.positions
    ammonium, methyl = smiles.read(["[NH4+]", "[CH3]"], 0)[0]
    assert (ammonium.charge, ammonium.multiplicity) == (1, None)
    assert (methyl.charge, methyl.multiplicity) == (0, 2)


def test_smiles_without_rdkit_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rdkit", "rdkit.RDLogger"):
        monkeypatch.setitem(sys.modules, name, None)
    read, (found,) = smiles.read(["O"], 0)
    assert not read
    assert (found.code, found.help) == ("MLP0801", "install `mlipilot[smiles]`")
