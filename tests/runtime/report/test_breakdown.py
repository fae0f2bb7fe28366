"""Errors in parts: by element, by size, by molecule; and molecules as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, molecule

from mlipilot.runtime.report.breakdown import COLUMNS, MOST_TRAJECTORIES, Part, Row, break_down
from mlipilot.runtime.report.gallery import MOST_MOLECULES, read_gallery, read_molecules
from mlipilot.runtime.report.molecule import draw_molecule
from mlipilot.runtime.report.quantity import Known, Unknown

NAMES = ("H2O", "CH4", "CH3OH")


def _table(names: tuple[str, ...] = NAMES, frames: int = 2) -> dict[str, Any]:
    """Errors of forces grow with the molecule's place: 0.1, 0.2, 0.3 eV/Å in each component."""
    molecules = [molecule(name) for name in names for _ in range(frames)]
    sizes = np.array([len(atoms) for atoms in molecules])
    place = np.repeat(np.arange(len(names)), frames)
    frame = np.repeat(np.arange(len(molecules)), sizes)
    draw = np.random.default_rng(5)
    forces = draw.normal(size=(sizes.sum(), 3))
    return {
        "energy_ref": draw.normal(size=len(molecules)),
        "energy_pred": draw.normal(size=len(molecules)),
        "atoms": sizes,
        "group": place,
        "groups": np.array([f"{name}-{number}" for number, name in enumerate(names)]),
        "numbers": np.concatenate([atoms.numbers for atoms in molecules]),
        "frame": frame,
        "forces_ref": forces,
        "forces_pred": forces + 0.1 * (1 + place[frame])[:, None],
    }


def _error(row: Row, name: str) -> float:
    found = row.errors[[column.name for column in COLUMNS].index(name)]
    assert isinstance(found, Known)
    return found.value


def _part(parts: tuple[Part, ...], word: str) -> Part:
    return next(part for part in parts if word in part.title)


def test_what_a_model_has_learned_nothing_of_is_said() -> None:
    table = _table()
    good = table | {"energy_pred": table["energy_ref"] + 1e-6}
    forces = "The forces of this model are no better than none."
    energies = "The energies of this model are no better than constants that were fitted to these very frames."
    for energy, scale, said in ((good, 0.5, ""), (good, -1.0, forces), (table, 0.5, energies), (table, 0.0, None)):
        remark = break_down(energy | {"forces_pred": scale * table["forces_ref"]})[0].remark
        assert remark == (f"{forces} {energies}" if said is None else said)


def test_the_whole_is_beside_a_constant_for_each_element() -> None:
    table = _table()
    model, least = break_down(table)[0].rows
    components = table["forces_pred"] - table["forces_ref"]
    assert _error(model, "force_rmse") == pytest.approx(1000 * np.sqrt(np.mean(components**2)))
    assert _error(least, "force_rmse") == pytest.approx(1000 * np.sqrt(np.mean(table["forces_ref"] ** 2)))
    assert _error(least, "relative_force_rmse") == pytest.approx(100)
    assert model.frames == least.frames == 6


def test_elements_have_errors_of_forces_and_none_of_energies() -> None:
    rows = {row.name: row for row in _part(break_down(_table()), "element").rows}
    assert list(rows) == ["H", "C", "O"]
    assert rows["C"].frames == 4
    assert _error(rows["O"], "force_rmse") == pytest.approx(1000 * np.sqrt((0.1**2 + 0.3**2) / 2))
    assert isinstance(rows["O"].errors[0], Unknown)


def test_sizes_are_counted_without_hydrogen_and_molecules_are_in_the_order_of_their_errors() -> None:
    parts = break_down(_table())
    sizes = {row.name: row for row in _part(parts, "hydrogen").rows}
    assert {name: row.frames for name, row in sizes.items()} == {"1": 4, "2": 2}
    assert _error(sizes["2"], "force_rmse") == pytest.approx(300)
    rows = _part(parts, "trajectory").rows
    assert [(row.name, row.formula) for row in rows] == [("CH3OH-2", "CH4O"), ("CH4-1", "CH4"), ("H2O-0", "H2O")]
    assert [_error(row, "force_rmse") for row in rows] == pytest.approx([300, 200, 100])


def test_relative_energies_of_a_part_are_those_of_its_own_molecules() -> None:
    table = _table()
    error = table["energy_pred"] - table["energy_ref"]
    rows = {row.name: row for row in _part(break_down(table), "trajectory").rows}
    assert _error(rows["CH4-1"], "relative_energy_rmse") == pytest.approx(1000 * abs(error[2] - error[3]))


def test_what_has_one_row_is_no_part_and_long_lists_say_how_many_are_left_out() -> None:
    assert [part.title for part in break_down(_table(("N2",)))] == ["All"]
    many = _part(break_down(_table(("H2O",) * (MOST_TRAJECTORIES + 3))), "trajectory")
    assert (len(many.rows), many.left_out) == (MOST_TRAJECTORIES, 3)


def _write(folder: Path, part: str, frames: list[Atoms]) -> None:
    ase.io.write(folder / f"{part}.xyz", frames, format="extxyz")


def _frame(name: str, trajectory: str, geometry: str = "displaced") -> Atoms:
    atoms = molecule(name)
    atoms.info.update(trajectory=trajectory, geometry=geometry)
    return atoms


def test_molecules_are_drawn_once_from_what_nothing_displaced_and_sealed_ones_are_not(tmp_path: Path) -> None:
    bent = _frame("H2O", "water")
    bent.positions[1] += 0.2
    free = Atoms("H", info={"config_type": "IsolatedAtom"})
    _write(tmp_path, "train", [free, bent, _frame("H2O", "water", "given"), _frame("CH4", "methane")])
    _write(tmp_path, "sealed", [_frame("NH3", "ammonia")])
    (wall,) = read_gallery(tmp_path)
    assert [(picture.name, picture.formula) for picture in wall.pictures] == [("water", "H2O"), ("methane", "CH4")]
    assert wall.pictures[0].drawing == draw_molecule(molecule("H2O"))
    assert not wall.more
    assert set(read_molecules(tmp_path / "train.xyz")) == {"water", "methane"}


def test_a_picture_has_each_atom_and_bond_and_is_flat(tmp_path: Path) -> None:
    drawing = draw_molecule(molecule("CH3OH"))
    assert drawing.count("<circle") == 6
    assert drawing.count("<line") == 5
    assert 'aria-label="CH4O"' in drawing
    assert draw_molecule(Atoms("H2", [(0, 0, 0), (0, 0, 0.74)])).count("<circle") == 2


def test_crystals_and_files_that_cannot_be_read_have_no_pictures_and_long_walls_end(tmp_path: Path) -> None:
    _write(tmp_path, "train", [bulk("Cu")])
    (tmp_path / "valid.xyz").write_text("broken")
    _write(tmp_path, "test", [_frame("H2O", f"water-{number}") for number in range(MOST_MOLECULES + 1)])
    (wall,) = read_gallery(tmp_path)
    assert (wall.part, len(wall.pictures), wall.more) == ("test", MOST_MOLECULES, True)
