"""Specs of files as their users have them: what a check finds in each format, and units that the data contradict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ase.io
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from format_writers import WRITERS, copper_run, free_atom

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
        "`d`: 18 train, 6 valid, 6 test frames; found energy `energy` and forces `forces`; 10 left out by `exclude`"
    ]
    (line,) = data_in_words(compiled.plan)
    assert "converted to eV and Å: energy from kcal/mol, forces from kcal/mol/Å" in line
    assert "shared out by `by_frame(valid = 20 %, test = 20 %)`, seed 0; without config_type `bad`" in line


def test_the_force_consistent_energy_of_vasp_is_found_among_other_files(tmp_path: Path) -> None:
    WRITERS["outcar"][1](tmp_path / "OUTCAR", copper_run(10))
    WRITERS["traj"][1](tmp_path / "run.traj", copper_run(10, seed=1))
    compiled, found = compile_file(spec(tmp_path, f'files = ["OUTCAR", "run.traj"], {SPLIT}'))
    assert compiled is not None, found
    assert compiled.plan.job("dataset/d").params["energy"] == "free_energy"


def test_units_of_a_format_that_has_its_own_are_refused(tmp_path: Path) -> None:
    WRITERS["outcar"][1](tmp_path / "OUTCAR", copper_run(10))
    assert codes(spec(tmp_path, f'files = ["OUTCAR"], {SPLIT}, units = dft(energy = Hartree)', "")) == ["MLP1067"]
