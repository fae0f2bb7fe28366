"""Files as their users have them train to the last digit as copies that were edited by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import ase.io
import numpy as np
import polars as pl
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from format_writers import WRITERS, copper_run, free_atom

from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import dataset
from mlipilot.runtime.training.job import run
from mlipilot.spec.units import Unit, unit

MODEL = """
model small : mace {{ r_max = {r_max} Å, channels = 4, max_L = 0, correlation = 1, interactions = 1, {rest} }}
training fit {{ model = small, data = d, batch = 5, stage one {{ epochs = 1 }} }}
"""
TRAJECTORY = re.compile(r'trajectory=("[^"]*"|\S+)')
"""Name of the file and number of the frame: what differs from one file to another of the same frames."""


class Trained(NamedTuple):
    """What a spec's data became, and what was trained on them."""

    stored: dict[str, list[str]]
    """Lines of each split's file, without the names of trajectories."""
    e0: Any
    history: list[dict[str, Any]]
    folder: Path


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Trained]:
    """Compile a data set's text in a folder, make it and train on it."""

    def trained(name: str, data: str, r_max: str = "4", rest: str = "e0 = isolated") -> Trained:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        stored = made(folder, data, MODEL.format(r_max=r_max, rest=rest))
        compiled, _ = compile_file(folder / "s.mlp")
        assert compiled is not None
        job = context(folder / "train", compiled.plan.job("train/fit/seed-1").params)
        inputs = {split: folder / "data" / "out" / f"{split}.xyz" for split in ("train", "valid")}
        run(JobContext(job.params, inputs, job.out, job.scratch))
        told = json.loads((job.out / "training.json").read_text())
        history = pl.read_parquet(job.out / "history.parquet").drop("seconds", strict=False).to_dicts()
        return Trained(stored, told["e0"], history, folder)

    return trained


def context(folder: Path, params: Any) -> JobContext:
    for name in ("out", "scratch"):
        (folder / name).mkdir(parents=True)
    return JobContext(params, {}, folder / "out", folder / "scratch")


def made(folder: Path, data: str, rest: str = "") -> dict[str, list[str]]:
    """The stored splits of a data set's text."""
    (folder / "s.mlp").write_text(f'edition "2026"\n{data}{rest}')
    compiled, found = compile_file(folder / "s.mlp")
    assert compiled is not None, [diagnostic.headline for diagnostic in found]
    params = dict(compiled.plan.job("dataset/d").params)
    for source in ("files", "train", "valid", "test", "sealed"):
        params[source] = [{**entry, "path": str(folder / compiled.files[entry["sha256"]])} for entry in params[source]]
    job = context(folder / "data", params)
    dataset.run(job)
    return {
        split: TRAJECTORY.sub("", (job.out / f"{split}.xyz").read_text()).splitlines()
        for split in ("train", "valid", "test", "sealed")
    }


def assert_alike(one: Trained, other: Trained) -> None:
    assert one.stored == other.stored
    assert one.e0 == other.e0
    assert one.history == other.history


def blocks(path: Path) -> list[str]:
    """The text of each frame of a file."""
    lines = path.read_text().splitlines(keepends=True)
    found: list[str] = []
    at = 0
    while at < len(lines):
        size = int(lines[at]) + 2
        found.append("".join(lines[at : at + size]))
        at += size
    return found


def numbers(folder: Path, split: str) -> list[int]:
    """The numbers in their file of the frames of a stored split, by the names of their trajectories."""
    frames = ase.io.read(folder / "data" / "out" / f"{split}.xyz", ":")
    return [int(str(frame.info["trajectory"]).rsplit("-", 1)[1]) for frame in frames]


def by_hand(text: str) -> str:
    return text.replace("energy_xtb", "REF_energy").replace("forces_xtb", "REF_forces")


def test_a_public_set_without_a_validation_file_trains_as_it_is(train: Callable[..., Trained], data: Path) -> None:
    folder = data / "solvent"
    before = [(folder / name).read_bytes() for name in ("train_50.xyz", "test.xyz")]
    text = f'''dataset d : files {{
        files = ["{folder}/train_50.xyz"], test = ["{folder}/test.xyz"]
        split = by_frame(valid = 10 %), seed = 3
    }}'''
    untouched = train("untouched", text)
    assert [(folder / name).read_bytes() for name in ("train_50.xyz", "test.xyz")] == before
    frames, copy = blocks(folder / "train_50.xyz"), untouched.folder.parent / "copy"
    copy.mkdir()
    for split in ("train", "valid"):
        chosen = numbers(untouched.folder, split)
        (copy / f"{split}.xyz").write_text("".join(by_hand(frames[number]) for number in chosen))
    (copy / "test.xyz").write_text(by_hand((folder / "test.xyz").read_text()))
    edited = train("copy", 'dataset d : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"] }')
    assert_alike(untouched, edited)
    assert len(untouched.stored["test"]) == len((folder / "test.xyz").read_text().splitlines())


SPLIT = "split = by_frame(valid = 20 %, test = 20 %)"


def test_isolated_atoms_may_be_marked_in_another_way(train: Callable[..., Trained], tmp_path: Path) -> None:
    for name, header in (
        ("own", {"config_type": "isolated_atom"}),
        ("edited", {"config_type": "IsolatedAtom"}),
        ("bare", {}),
    ):
        atom = free_atom()
        atom.info.update(header)
        (tmp_path / name).mkdir()
        ase.io.write(tmp_path / name / "run.xyz", [atom, *copper_run(10)], format="extxyz")
    text = f'dataset d : files {{ files = ["run.xyz"], {SPLIT}, energy = "energy"'
    own = train("own", f'{text}, isolated = "isolated_atom" }}', "6")
    assert own.e0 == {"Cu": -0.5}
    assert_alike(own, train("edited", f"{text} }}", "6"))
    assert_alike(own, train("bare", f"{text}, isolated = alone }}", "6"))


def test_a_vasp_run_trains_as_its_frames_in_extended_xyz_do(train: Callable[..., Trained], tmp_path: Path) -> None:
    frames = copper_run(10)
    for name in ("outcar", "extxyz"):
        (tmp_path / name).mkdir()
        WRITERS[name][1](tmp_path / name / WRITERS[name][0], frames)
    rest = "e0 = values(Cu = -3.4 eV)"
    text = 'dataset d : files {{ files = ["{name}"], {split}{more} }}'
    of_vasp = train("outcar", text.format(name="OUTCAR", split=SPLIT, more=""), rest=rest)
    of_xyz = train("extxyz", text.format(name="run.xyz", split=SPLIT, more=', energy = "free_energy"'), rest=rest)
    assert_alike(of_vasp, of_xyz)


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "extxyz"])
def test_each_format_gives_the_frames_of_extended_xyz(tmp_path: Path, kind: str) -> None:
    stored = {}
    for format_ in ("extxyz", kind):
        name, write, energy = WRITERS[format_]
        folder = tmp_path / format_
        folder.mkdir(exist_ok=True)
        write(folder / name, copper_run(10))
        stored[format_] = made(folder, f'dataset d : files {{ files = ["{name}"], {SPLIT}, energy = "{energy}" }}')
    assert stored[kind] == stored["extxyz"]
    assert [len(lines) // 6 for lines in stored[kind].values()] == [6, 2, 2, 0]


def in_units(frames: Sequence[Atoms], energy: str, length: str, forces: str, stress: str) -> list[Atoms]:
    """The frames as a program of other units would write them, by exact factors."""

    def told(values: Any, word: str) -> Any:
        found = unit(word)
        assert isinstance(found, Unit)
        flat = [float(Fraction(float(value)) / found.factor) for value in np.asarray(values).reshape(-1)]
        return np.array(flat).reshape(np.shape(values))

    found = []
    for frame in frames:
        other = Atoms(frame.symbols, told(frame.positions, length), cell=told(frame.cell.array, length), pbc=frame.pbc)
        results = frame.calc.results
        labels = {"energy": float(told(results["energy"], energy)), "forces": told(results["forces"], forces)}
        if "stress" in results:
            labels["stress"] = told(results["stress"], stress)
        other.calc = SinglePointCalculator(other, **labels)
        found.append(other)
    return found


UNITS = [
    ("kcal/mol", "Å", "kcal/mol/Å", "GPa"),
    ("Hartree", "Bohr", "Hartree/Bohr", "Hartree/Bohr^3"),
    ("kJ/mol", "nm", "kJ/mol/nm", "kbar"),
    ("eV", "Å", "eV/Å", "GPa"),
]


def stressed(number: int) -> list[Atoms]:
    frames = copper_run(number)
    for place, frame in enumerate(frames):
        results = {name: frame.calc.results[name] for name in ("energy", "forces")}
        frame.calc = SinglePointCalculator(frame, **results, stress=np.round(np.arange(6.0) * 1e-4 + place * 1e-5, 8))
    return frames


@pytest.mark.parametrize(("energy", "length", "forces", "stress"), UNITS)
def test_files_in_other_units_give_the_frames_of_files_in_ours(
    tmp_path: Path, energy: str, length: str, forces: str, stress: str
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    names = 'energy = "energy", forces = "forces", stress = "stress"'
    text = f'dataset d : files {{ files = ["run.traj"], {SPLIT}, {names}'
    for folder, frames in ((ours, stressed(10)), (theirs, in_units(stressed(10), energy, length, forces, stress))):
        folder.mkdir()
        WRITERS["traj"][1](folder / "run.traj", frames)  # keeps every digit
    of_ours = made(ours, f"{text} }}")
    units = f"dft(energy = {energy}, length = {length}, stress = {stress})"
    of_theirs = made(theirs, f"{text}, units = {units} }}")
    for split in ("train", "valid", "test"):
        one, other = (ase.io.read(folder / "data" / "out" / f"{split}.xyz", ":") for folder in (ours, theirs))
        for mine, yours in zip(one, other, strict=True):
            assert (mine.positions == yours.positions).all()
            assert (mine.arrays["REF_forces"] == yours.arrays["REF_forces"]).all()
            assert f"{mine.info['REF_energy']:.15g}" == f"{yours.info['REF_energy']:.15g}"
            np.testing.assert_allclose(mine.info["REF_stress"], yours.info["REF_stress"], rtol=4e-16, atol=0)
    assert len(of_ours["train"]) == len(of_theirs["train"])


@pytest.mark.parametrize(("positive", "sign"), [("", -1.0), (", positive = tension", 1.0)])
def test_a_virial_becomes_the_stress_of_its_sign(tmp_path: Path, positive: str, sign: float) -> None:
    frames = copper_run(10)
    for frame in frames:
        frame.info["virials"] = np.diag([1.0, 2.0, 3.0]).reshape(-1)
    ase.io.write(tmp_path / "run.xyz", frames, format="extxyz")
    made(
        tmp_path,
        f'dataset d : files {{ files = ["run.xyz"], {SPLIT}, energy = "energy", virial = "virials"{positive} }}',
    )
    stored = ase.io.read(tmp_path / "data" / "out" / "train.xyz", 0)
    np.testing.assert_allclose(stored.info["REF_stress"], sign * np.array([1, 2, 3, 0, 0, 0]) / 9.0**3, atol=1e-15)


def test_a_stress_whose_positive_values_are_pressures_is_turned(tmp_path: Path) -> None:
    for name, more in (("ours", ""), ("turned", ", positive = compression")):
        (tmp_path / name).mkdir()
        WRITERS["traj"][1](tmp_path / name / "run.traj", stressed(10))
        text = f'dataset d : files {{ files = ["run.traj"], {SPLIT}, energy = "energy", stress = "stress"{more} }}'
        made(tmp_path / name, text)
    one, other = (ase.io.read(tmp_path / name / "data" / "out" / "train.xyz", 0) for name in ("ours", "turned"))
    np.testing.assert_array_equal(one.info["REF_stress"], -other.info["REF_stress"])


def test_groups_are_what_bounds_resample(tmp_path: Path) -> None:
    frames = copper_run(20)
    for number, frame in enumerate(frames):
        frame.info.update(molecule=f"m{number // 2}", trajectory="one run")
    ase.io.write(tmp_path / "run.xyz", frames, format="extxyz")
    split = 'split = by_group("molecule", valid = 10 %, test = 20 %)'
    made(tmp_path, f'dataset d : files {{ files = ["run.xyz"], {split}, energy = "energy" }}')
    stored = ase.io.read(tmp_path / "data" / "out" / "test.xyz", ":")
    names = [frame.info["trajectory"] for frame in stored]
    assert (len(names), len(set(names))) == (4, 2)
    assert all(name.startswith("m") for name in names)
