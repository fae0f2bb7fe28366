"""Formats of files: the same frames say the same, whichever program wrote them, and what is wrong is named."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from ase.calculators.singlepoint import SinglePointCalculator
from format_writers import WRITERS, copper_run, database, dump, extxyz, free_atom, outcar, trajectory, vasprun

from mlipilot.compiler.data.scanning import Looking, Scanned, scan_file
from mlipilot.compiler.data_paths import look_at_frames
from mlipilot.compiler.formats import FORMATS, format_of

COLUMNS = ("atoms", "energy", "force_rms", "force_max", "net_force", "shortest", "loneliest", "volume", "cells")


def scanned(path: Path, energy: str = "free_energy", **changes: object) -> Scanned:
    return scan_file(path, Looking(energy=energy, forces="forces", r_max=4.0)._replace(**changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_frames_give_the_same_scan(tmp_path: Path, kind: str) -> None:
    name, write, energy = WRITERS[kind]
    frames = copper_run(5)
    extxyz(tmp_path / "plain.xyz", frames)
    write(tmp_path / name, frames)
    plain, other = scanned(tmp_path / "plain.xyz"), scanned(tmp_path / name, energy)
    assert other.scan.faults == []
    for column in COLUMNS:
        np.testing.assert_allclose(getattr(other.scan, column), getattr(plain.scan, column), rtol=1e-12, atol=1e-12)
    assert other.scan.fingerprint.tolist() == plain.scan.fingerprint.tolist()
    assert other.scan.numbers.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_format_is_known_by_its_first_bytes(tmp_path: Path, kind: str) -> None:
    name, write, _ = WRITERS[kind]
    write(tmp_path / name, copper_run(2))
    (tmp_path / name).rename(tmp_path / "data.bin")
    found = format_of(tmp_path / "data.bin")
    assert found is not None
    assert found in FORMATS
    (tmp_path / "data.bin").rename(tmp_path / name)
    assert format_of(tmp_path / name) is found
    assert look_at_frames(tmp_path, name) == ("", "")


@pytest.mark.parametrize("kind", ["extxyz", "outcar", "vasprun", "dump"])
def test_lines_are_given_where_a_file_has_lines(tmp_path: Path, kind: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(3))
    lines = (tmp_path / name).read_text().splitlines()
    begins = {"extxyz": "4", "outcar": "Iteration", "vasprun": "<calculation>", "dump": "ITEM: TIMESTEP"}[kind]
    marks = [number for number, line in enumerate(lines, 1) if begins in line and (kind != "extxyz" or line == "4")]
    found = scanned(tmp_path / name, energy).scan.lines.tolist()
    assert found[1:] == ([mark - 1 for mark in marks[1:]] if kind == "outcar" else marks[1:])


@pytest.mark.parametrize("kind", ["traj", "db"])
def test_a_format_without_lines_has_none(tmp_path: Path, kind: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(2))
    assert scanned(tmp_path / name, energy).scan.lines.tolist() == [0, 0]


@pytest.mark.parametrize("end", ["gz", "bz2", "xz"])
@pytest.mark.parametrize("kind", ["extxyz", "outcar", "vasprun", "dump"])
def test_text_may_be_compressed(tmp_path: Path, kind: str, end: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(3))
    pack = {"gz": gzip, "bz2": bz2, "xz": lzma}[end].compress
    (tmp_path / f"{name}.{end}").write_bytes(pack((tmp_path / name).read_bytes()))
    plain, packed = scanned(tmp_path / name, energy).scan, scanned(tmp_path / f"{name}.{end}", energy).scan
    assert packed.fingerprint.tolist() == plain.fingerprint.tolist()
    assert packed.lines.tolist() == plain.lines.tolist()


def test_vasp_has_two_energies_and_the_stress_in_ases_sign(tmp_path: Path) -> None:
    (frame,) = copper_run(1)
    forces, stress = frame.get_forces(), np.array([0.01, 0.02, 0.03, 0.001, 0.002, 0.003])
    frame.calc = SinglePointCalculator(frame, energy=-13.9, free_energy=-14.0, forces=forces, stress=stress)
    outcar(tmp_path / "OUTCAR", [frame])
    free = scanned(tmp_path / "OUTCAR", stress="stress").scan
    assert (free.energy.tolist(), scanned(tmp_path / "OUTCAR", "energy").scan.energy.tolist()) == ([-14.0], [-13.9])
    np.testing.assert_allclose(free.stress[0], stress, atol=1e-6)


@pytest.mark.parametrize(("write", "name"), [(outcar, "OUTCAR"), (vasprun, "vasprun.xml")])
def test_a_vasp_run_that_was_cut_off_loses_its_last_step_and_says_so(tmp_path: Path, write: object, name: str) -> None:
    path = tmp_path / name
    write(path, copper_run(3), ended=False)  # type: ignore[operator]
    text = path.read_text()
    path.write_text(text[: text.rindex("POSITION" if name == "OUTCAR" else "<energy>")])
    found = scanned(path)
    assert (found.scan.frames, found.scan.faults) == (2, [])
    assert "did not come to its end" in found.written.remark
    write(path, copper_run(3))  # type: ignore[operator]
    assert scanned(path).written.remark == ""


def test_a_dump_has_no_energy_but_the_sum_of_a_column(tmp_path: Path) -> None:
    dump(tmp_path / "dump", copper_run(2))
    assert scanned(tmp_path / "dump", "energy").scan.energy_state.tolist() == [0, 0]
    assert scanned(tmp_path / "dump", "c_pe").scan.energy_state.tolist() == [1, 1]


def test_a_dump_without_elements_is_read_with_types(tmp_path: Path) -> None:
    dump(tmp_path / "dump", copper_run(2), element=False)
    (fault,) = scanned(tmp_path / "dump", "c_pe").scan.faults
    assert "types = [" in fault.message
    found = scanned(tmp_path / "dump", "c_pe", types=("Cu",)).scan
    assert (found.elements, found.frames) == (["Cu"], 2)


@pytest.mark.parametrize("kind", ["traj", "dump"])
def test_a_file_that_was_cut_is_named_with_the_frame(tmp_path: Path, kind: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(4))
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * 0.9)])
    found = scanned(tmp_path / name, energy).scan
    assert found.fault_count == 1
    assert "cut off" in found.faults[0].message


@pytest.mark.parametrize("end", ["gz", "bz2", "xz"])
@pytest.mark.parametrize("kind", ["extxyz", "outcar", "vasprun", "dump"])
def test_a_packed_text_that_was_cut_or_damaged_is_named(tmp_path: Path, kind: str, end: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(4))
    packed = {"gz": gzip, "bz2": bz2, "xz": lzma}[end].compress((tmp_path / name).read_bytes())
    path = tmp_path / f"{name}.{end}"
    for content in (packed[:-20], packed[:40] + b"damage" + packed[46:]):
        path.write_bytes(content)
        faults = scanned(path, energy).scan.faults
        assert any(word in faults[-1].message for word in ("cut off", "damaged", "cannot be read", "expected a number"))


@pytest.mark.parametrize("kind", ["extxyz", "outcar", "vasprun", "dump", "traj", "db"])
def test_bytes_that_are_nothing_leave_no_traceback(tmp_path: Path, kind: str) -> None:
    name, write, energy = WRITERS[kind]
    write(tmp_path / name, copper_run(4))
    content = (tmp_path / name).read_bytes()
    for at in range(0, len(content), len(content) // 12):
        (tmp_path / name).write_bytes(content[:at] + bytes(range(250, 256)) * 4 + content[at + 24 :])
        scanned(tmp_path / name, energy)


@pytest.mark.parametrize(("version", "said"), [(12, "install a newer ASE"), (3, "too old")])
def test_a_database_of_another_version_is_named(tmp_path: Path, version: int, said: str) -> None:
    path = tmp_path / "run.db"
    database(path, copper_run(2))
    with sqlite3.connect(path) as tables:
        tables.execute("UPDATE information SET value = ? WHERE name = 'version'", (str(version),))
    (fault,) = scanned(path).scan.faults
    assert f"version {version}" in fault.message
    assert said in fault.message


def test_an_sqlite_file_of_something_else_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "notes.db") as tables:
        tables.execute("CREATE TABLE notes (text TEXT)")
    (fault,) = scanned(tmp_path / "notes.db").scan.faults
    assert "without ASE's table" in fault.message


def test_reading_a_database_leaves_its_bytes_and_folder_alone(tmp_path: Path) -> None:
    database(tmp_path / "run.db", copper_run(2))
    before = (tmp_path / "run.db").read_bytes(), sorted(path.name for path in tmp_path.iterdir())
    assert scanned(tmp_path / "run.db").scan.frames == 2
    assert ((tmp_path / "run.db").read_bytes(), sorted(path.name for path in tmp_path.iterdir())) == before


def test_keys_of_a_database_are_its_key_value_pairs(tmp_path: Path) -> None:
    frames = [*copper_run(2), free_atom()]
    frames[0].info["config_type"], frames[2].info["config_type"] = "bulk", "isolated_atom"
    database(tmp_path / "run.db", frames)
    found = scanned(tmp_path / "run.db", isolated="isolated_atom").scan
    assert list(found.config_types) == ["bulk", None, "isolated_atom"]
    assert found.isolated.tolist() == [False, False, True]


def test_a_frame_of_one_atom_alone_is_found_without_a_mark(tmp_path: Path) -> None:
    trajectory(tmp_path / "run.traj", [free_atom(), free_atom(cell=5.0), *copper_run(1)])
    assert scanned(tmp_path / "run.traj", isolated=None).scan.isolated.tolist() == [True, False, False]
