"""Specs of files as their users have them: what a check finds in each format, and units that the data contradict."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import ase.io
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from format_writers import WRITERS, copper_run, dump, free_atom

from mlipilot.compiler.compile import check_file, compile_file
from mlipilot.compiler.review.data import data_in_words, found_in_files

SPLIT = "split = by_frame(valid = 20 %, test = 20 %)"
MODEL = """
model m : mace { r_max = 4 Å, channels = 8, max_L = 0, e0 = values(Cu = -3.4 eV) }
training fit { model = m, data = d, batch = 4, stage main { epochs = 3 } }
"""


def spec(folder: Path, fields: str, rest: str = MODEL) -> Path:
    path = folder / "s.mlp"
    path.write_text(f'edition "2026"\ndataset d : files {{ {fields} }}{rest}')
    return path


def codes(path: Path) -> list[str]:
    return [diagnostic.code for diagnostic in check_file(path).diagnostics]


def changed(frame: Atoms, **labels: object) -> Atoms:
    frame.calc = SinglePointCalculator(frame, **{**frame.calc.results, **labels})
    return frame


def with_faults() -> list[Atoms]:
    """Frames of which some are copies, one has a force far too large, and one an energy far from all others."""
    frames = copper_run(24)
    for number in range(4):
        frames[20 + number] = frames[number].copy()
        frames[20 + number].calc = frames[number].calc
    forces = frames[7].get_forces()
    forces[0] = [450.0, 0.0, 0.0]
    changed(frames[7], forces=forces)
    energy = frames[11].calc.results["energy"] + 300.0
    changed(frames[11], energy=energy, free_energy=energy)
    return frames


@pytest.mark.parametrize("kind", WRITERS)
def test_each_format_is_found_to_have_what_extended_xyz_is(tmp_path: Path, kind: str) -> None:
    said = {}
    for format_ in dict.fromkeys(("extxyz", kind)):
        name, write, energy = WRITERS[format_]
        (tmp_path / format_).mkdir()
        write(tmp_path / format_ / name, with_faults())
        path = spec(tmp_path / format_, f'files = ["{name}"], {SPLIT}, energy = "{energy}"')
        said[format_] = [(d.code, d.headline) for d in check_file(path).diagnostics]
    assert {"MLP1012", "MLP1031", "MLP1032"} <= {code for code, _ in said["extxyz"]}
    assert [code for code, _ in said[kind]] == [code for code, _ in said["extxyz"]]


def in_kilocalories(frames: Sequence[Atoms], energy: bool, forces: bool) -> list[Atoms]:
    """Frames some of whose labels are in kcal/mol."""
    factor = 23.0605478
    found = []
    for frame in frames:
        results = frame.calc.results
        labels = {
            "energy": results["energy"] * (factor if energy else 1),
            "forces": results["forces"] * (factor if forces else 1),
        }
        frame.calc = SinglePointCalculator(frame, **labels)
        found.append(frame)
    return found


def run_of_springs(number: int = 30) -> list[Atoms]:
    """Steps so short that energies change by the work of the forces."""
    frames = []
    for step in range(number):
        (frame,) = copper_run(1, seed=1)
        at_rest = frame.positions.round(0)
        frame.positions[0] += 0.01 * step
        moved = frame.positions - at_rest
        forces = -3.0 * moved
        frame.calc = SinglePointCalculator(frame, energy=float(1.5 * (moved**2).sum()) - 14.0, forces=forces)
        frames.append(frame)
    return frames


@pytest.mark.parametrize(
    ("energy", "forces", "units", "named"),
    [
        (False, False, "", False),
        (False, True, "", True),
        (True, False, "", True),
        (True, True, "", False),
        (False, False, ", units = dft(energy = kcal/mol, forces = eV/Å)", True),
        (True, False, ", units = dft(energy = kcal/mol, forces = eV/Å)", False),
        (False, True, ", units = dft(forces = kcal/mol/Å)", False),
    ],
)
def test_units_that_a_run_contradicts_are_named(
    tmp_path: Path, energy: bool, forces: bool, units: str, named: bool
) -> None:
    WRITERS["traj"][1](tmp_path / "run.traj", in_kilocalories(run_of_springs(), energy, forces))
    path = spec(tmp_path, f'files = ["run.traj"], split = blocks(5, valid = 20 %, test = 20 %){units}', "")
    assert ("MLP1038" in codes(path)) is named


def test_a_key_that_names_the_declared_unit_is_no_doubt(tmp_path: Path) -> None:
    frames = copper_run(20)
    for frame in frames:
        frame.info["energy_kcal"] = frame.calc.results["energy"] * 23.0605478
        frame.arrays["forces_kcal"] = frame.calc.results["forces"] * 23.0605478
        frame.calc = None
    ase.io.write(tmp_path / "run.xyz", frames, format="extxyz")
    fields = f'files = ["run.xyz"], {SPLIT}, energy = "energy_kcal", forces = "forces_kcal"'
    assert codes(spec(tmp_path, fields, "")) == ["MLP1033", "MLP1033"]
    assert codes(spec(tmp_path, f"{fields}, units = dft(energy = kcal/mol)", "")) == []


def test_isolated_atoms_of_another_mark_are_offered_and_then_sound(tmp_path: Path) -> None:
    atom = free_atom()
    atom.info["config_type"] = "isolated_atom"
    ase.io.write(tmp_path / "run.xyz", [atom, *copper_run(20)], format="extxyz")
    fields = f'files = ["run.xyz"], {SPLIT}, energy = "energy"'
    model = MODEL.replace("e0 = values(Cu = -3.4 eV)", "e0 = isolated")
    found = check_file(spec(tmp_path, fields, model)).diagnostics
    (offered,) = (d for d in found if d.code == "MLP1025")
    assert offered.fix is not None
    assert offered.fix.edits[0].text == ' isolated = "isolated_atom",'
    assert codes(spec(tmp_path, f'{fields}, isolated = "isolated_atom"', model)) == []
    assert codes(spec(tmp_path, f"{fields}, isolated = alone", model)) == []


def test_what_was_found_and_what_is_made_of_the_files_is_said(tmp_path: Path) -> None:
    frames = copper_run(40)
    for number, frame in enumerate(frames):
        frame.info["config_type"] = "bad" if number % 4 == 0 else "good"
    ase.io.write(tmp_path / "run.xyz", frames, format="extxyz")
    path = spec(tmp_path, f'files = ["run.xyz"], {SPLIT}, exclude = ["bad"], units = dft(energy = kcal/mol)')
    compiled, _ = compile_file(path)
    assert compiled is not None
    checked = check_file(path).spec
    assert checked is not None
    assert found_in_files(checked) == [
        "`d`:\n  18 train, 6 valid, 6 test frames\n  converted to eV and Å: energy from kcal/mol, "
        "forces from kcal/mol/Å\n  found energy `energy` and forces `forces`\n  10 left out by `exclude`"
    ]
    (text,) = data_in_words(compiled.plan)
    assert "converted to eV and Å: energy from kcal/mol, forces from kcal/mol/Å" in text
    assert "shared out by `by_frame(valid = 20 %, test = 20 %)`, seed 0\n  without config_type `bad`" in text


def test_the_force_consistent_energy_of_vasp_is_found_among_other_files(tmp_path: Path) -> None:
    WRITERS["outcar"][1](tmp_path / "OUTCAR", copper_run(10))
    WRITERS["traj"][1](tmp_path / "run.traj", copper_run(10, seed=1))
    compiled, found = compile_file(spec(tmp_path, f'files = ["OUTCAR", "run.traj"], {SPLIT}'))
    assert compiled is not None, found
    assert compiled.plan.job("dataset/d").params["energy"] == "free_energy"


def test_units_of_a_format_that_has_its_own_are_refused(tmp_path: Path) -> None:
    WRITERS["outcar"][1](tmp_path / "OUTCAR", copper_run(10))
    assert codes(spec(tmp_path, f'files = ["OUTCAR"], {SPLIT}, units = dft(energy = Hartree)', "")) == ["MLP1067"]


def test_a_file_that_cannot_be_read_is_named_among_files_that_are_shared_out(tmp_path: Path) -> None:
    WRITERS["traj"][1](tmp_path / "good.traj", copper_run(20))
    content = (tmp_path / "good.traj").read_bytes()
    (tmp_path / "cut.traj").write_bytes(content[:2000])
    for files in ('"good.traj", "cut.traj"', '"cut.traj"'):
        found = check_file(spec(tmp_path, f"files = [{files}], {SPLIT}", "")).diagnostics
        assert ["`cut.traj` cannot be read" in d.headline for d in found if d.code == "MLP1001"] == [True]
        assert "MLP1065" not in [d.code for d in found]


@pytest.mark.parametrize("units", ["lj", "si"])
def test_units_of_lammps_that_are_no_energies_of_atoms_are_refused(tmp_path: Path, units: str) -> None:
    dump(tmp_path / "run.dump", copper_run(20), units=units)
    assert codes(spec(tmp_path, f'files = ["run.dump"], {SPLIT}', "")) == ["MLP1067"]


def test_a_column_of_energies_of_a_dump_is_found(tmp_path: Path) -> None:
    dump(tmp_path / "run.dump", copper_run(20))
    compiled, found = compile_file(spec(tmp_path, f'files = ["run.dump"], {SPLIT}'))
    assert compiled is not None, found
    assert compiled.plan.job("dataset/d").params["energy"] == "c_pe"


def test_energies_of_a_mole_of_frames_are_refused_with_a_fix(tmp_path: Path) -> None:
    WRITERS["traj"][1](tmp_path / "run.traj", copper_run(20))
    path = spec(tmp_path, f'files = ["run.traj"], {SPLIT}, units = dft(energy = kcal)', "")
    (found,) = (d for d in check_file(path).diagnostics if d.code == "MLP0205")
    assert found.fix is not None
    assert [edit.text for edit in found.fix.edits] == ["kcal/mol"]


def test_types_without_a_dump_do_nothing(tmp_path: Path) -> None:
    WRITERS["traj"][1](tmp_path / "run.traj", copper_run(20))
    assert codes(spec(tmp_path, f'files = ["run.traj"], {SPLIT}, types = [Cu]', "")) == ["MLP0433"]


def test_a_label_is_no_group(tmp_path: Path) -> None:
    WRITERS["extxyz"][1](tmp_path / "run.xyz", copper_run(20))
    fields = 'files = ["run.xyz"], split = by_group("energy", valid = 20 %, test = 20 %)'
    assert "MLP1064" in codes(spec(tmp_path, fields, ""))


@pytest.mark.parametrize(
    ("factor", "units", "named"),
    [(1, "", False), (23.06, "", True), (1 / 27.2114, "", True), (1, ", units = dft(energy = Hartree)", True)],
)
def test_isolated_atoms_tell_the_unit_of_the_energies(tmp_path: Path, factor: float, units: str, named: bool) -> None:
    frames = [free_atom(), *copper_run(20)]
    for frame in frames:
        frame.calc = SinglePointCalculator(
            frame, energy=frame.calc.results["energy"] * factor, forces=frame.calc.results["forces"] * factor
        )
    WRITERS["traj"][1](tmp_path / "run.traj", frames)
    path = spec(tmp_path, f'files = ["run.traj"], {SPLIT}, isolated = alone{units}', "")
    said = [d.headline for d in check_file(path).diagnostics if d.code == "MLP1033"]
    assert any("below its isolated atoms" in headline for headline in said) is named


def test_a_share_that_groups_cannot_meet_is_said(tmp_path: Path) -> None:
    for number in range(3):
        WRITERS["traj"][1](tmp_path / f"{number}.traj", copper_run(10, seed=number))
    fields = 'files = ["0.traj", "1.traj", "2.traj"], split = by_file(valid = 10 %, test = 10 %)'
    checked = check_file(spec(tmp_path, fields)).spec
    assert checked is not None
    (line,) = found_in_files(checked)
    assert "10 valid (33% where 10% was asked), 10 test (33% where 10% was asked) frames" in line


def test_a_file_and_its_compressed_copy_are_named(tmp_path: Path) -> None:
    WRITERS["extxyz"][1](tmp_path / "run.xyz", copper_run(20))
    (tmp_path / "run.xyz.gz").write_bytes(gzip.compress((tmp_path / "run.xyz").read_bytes()))
    fields = f'files = ["run.xyz", "run.xyz.gz"], {SPLIT}, energy = "energy"'
    found = [d for d in check_file(spec(tmp_path, fields, "")).diagnostics if d.code == "MLP1011"]
    assert [d.headline for d in found] == ["`run.xyz.gz` has the frames of `run.xyz` again"]


def test_files_whose_labels_have_different_names_are_told_apart(tmp_path: Path) -> None:
    WRITERS["extxyz"][1](tmp_path / "run.xyz", copper_run(20))
    text = (tmp_path / "run.xyz").read_text()
    (tmp_path / "other.xyz").write_text(
        text.replace(" energy=", " REF_energy=").replace("free_REF_energy", "free_energy")
    )
    found = check_file(spec(tmp_path, f'files = ["run.xyz", "other.xyz"], {SPLIT}', "")).diagnostics
    (ambiguous,) = (d for d in found if d.code == "MLP1069")
    assert ambiguous.headline == "`REF_energy` and `energy` may be the energy"


def test_near_copies_in_blocks_are_answered_with_a_gap(tmp_path: Path) -> None:
    WRITERS["traj"][1](tmp_path / "run.traj", run_of_springs(40))
    path = spec(tmp_path, 'files = ["run.traj"], split = blocks(8, valid = 20 %, test = 20 %)', "")
    near = [d for d in check_file(path).diagnostics if d.code in ("MLP1013", "MLP1016")]
    assert near
    assert all("`gap`" in diagnostic.help for diagnostic in near)
