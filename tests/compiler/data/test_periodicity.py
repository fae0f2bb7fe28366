"""Cells that are periodic along some axes only, cells of nothing, frames far away, and atoms that are alone or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from asking_frames import Ask, codes, used
from clusters import atom, frame, write_splits

from mlipilot.compiler.compile import check_file

CELL = 'Lattice="9 0 0 0 9 0 0 0 {height}" pbc="{pbc}" REF_stress="0.001 0 0 0 0.002 0 0 0 0.003"'
STOCK = {"stock": True, "stress": "REF_stress", "losses": (used("stress", stress=1.0),)}


def slabs(pbc: str, seeds: Sequence[int] = range(12), height: float = 20.0) -> list[str]:
    return [frame(seed, header=CELL.format(pbc=pbc, height=height)) for seed in seeds]


def splits(pbc: str, height: float = 20.0) -> dict[str, list[str]]:
    places = {"train": range(12), "valid": range(900, 904), "test": range(910, 914)}
    return {name: slabs(pbc, seeds, height) for name, seeds in places.items()}


@pytest.mark.parametrize("pbc", ["T T F", "F T T", "T F F"])
def test_stock_mace_divides_the_stress_of_a_partly_periodic_frame_by_another_volume(asking: Ask, pbc: str) -> None:
    found = asking(**splits(pbc), **STOCK)
    assert codes(found) == ["MLP1048"] * 3
    assert "Å³ instead of 1,620 in frame 0" in found[0].notes[0]


@pytest.mark.parametrize("pbc", ["T T F", "F T T", "T F F", "T T T"])
def test_a_spec_takes_the_cell_of_the_file(asking: Ask, pbc: str) -> None:
    assert asking(**splits(pbc), stress="REF_stress", losses=(used("stress", stress=1.0),)) == []


def test_a_stress_that_is_not_trained_is_nothing_to_stock_mace(asking: Ask) -> None:
    assert asking(**splits("T T F"), **STOCK | {"losses": (used("stress"),)}) == []
    assert asking(**splits("T T T"), **STOCK) == []


@pytest.mark.parametrize("stock", [False, True])
def test_a_cell_of_no_volume_has_no_stress(asking: Ask, stock: bool) -> None:
    found = asking(**splits("T T F", height=0.0), **STOCK | {"stock": stock})
    assert codes(found) == ["MLP1044"] * 3
    assert "in a cell without a volume, and cannot have a stress" in found[0].headline


@pytest.mark.parametrize(
    ("cell", "vector"),
    [("0 0 0 0 0 0 0 0 0", "first"), ("9 0 0 0 9 0 0 0 0", "third"), ("9 0 0 0 0 0 0 0 9", "second")],
)
def test_a_periodic_cell_vector_of_nothing_is_named_and_nothing_else_is(asking: Ask, cell: str, vector: str) -> None:
    given = {
        name: [frame(seed, header=f'Lattice="{cell}"') for seed in seeds]
        for name, seeds in (("train", range(12)), ("valid", range(900, 904)), ("test", range(910, 914)))
    }
    found = asking(**given)
    assert codes(found) == ["MLP1001"] * 3
    assert f"at line 2: the {vector} vector of `Lattice` is 0" in found[0].headline
    assert 'pbc="F F F"' in found[0].headline
    molecules = {name: [f.replace(cell, f'{cell}" pbc="F F F') for f in frames] for name, frames in given.items()}
    assert asking(**molecules) == []


def moved(text: str, far: float) -> str:
    """A frame with its atoms so much farther along x."""
    head, lines = text.split("\n")[:2], text.strip().split("\n")[2:]
    rows = [line.split() for line in lines]
    return "\n".join([*head, *(" ".join([r[0], f"{float(r[1]) + far:.8f}", *r[2:]]) for r in rows)]) + "\n"


def test_frames_far_from_the_origin_take_stock_mace_gigabytes(asking: Ask) -> None:
    train = [moved(frame(seed), 300.0 if seed == 7 else 0.0) for seed in range(12)]
    (found,) = asking(train=train, stock=True)
    assert found.code == "MLP1049"
    assert found.headline.startswith("1 of 12 training frames lies so far from the origin that a search")
    assert found.label.startswith("frame 7 (line 43); a coordinate is 30")
    assert asking(train=train) == []


@pytest.mark.parametrize(("far", "header"), [(60.0, ""), (2000.0, 'Lattice="9 0 0 0 9 0 0 0 9" pbc="T T T"')])
def test_frames_that_are_near_enough_or_periodic_are_not_far(asking: Ask, far: float, header: str) -> None:
    assert asking(train=[moved(frame(seed, header=header), far) for seed in range(12)], stock=True) == []


BOX = 'Lattice="{edge} 0 0 0 {edge} 0 0 0 {edge}"'
MARK = "config_type=IsolatedAtom"


@pytest.mark.parametrize("stock", [False, True])
@pytest.mark.parametrize("edge", [2.6, 4.9])
def test_a_marked_atom_that_sees_its_image_is_not_isolated(asking: Ask, stock: bool, edge: float) -> None:
    alone = atom("Cu", f"{BOX.format(edge=edge)} {MARK}")
    (found,) = asking(train=[alone, *(frame(seed) for seed in range(12))], e0="isolated", stock=stock)
    assert found.code == "MLP1027"
    assert f"the nearest image is {edge:.2f} Å away" in found.label


@pytest.mark.parametrize("stock", [False, True])
@pytest.mark.parametrize("header", ["", BOX.format(edge=5.1), BOX.format(edge=15), 'pbc="F F F"'])
def test_a_marked_atom_whose_images_are_beyond_the_cutoff_is_isolated(asking: Ask, stock: bool, header: str) -> None:
    alone = atom("Cu", f"{header} {MARK}")
    train = [alone, *(frame(seed) for seed in range(12))]
    assert asking(train=train, e0="isolated", stock=stock, batch=4) == []


def bulk(seed: int, edge: float) -> str:
    header = f"{BOX.format(edge=edge)} Properties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy={-3 - seed / 100}"
    return f"1\n{header}\nCu 0 0 0 0 0 0\n"


def test_an_unmarked_atom_without_a_neighbour_is_named_and_one_of_a_crystal_is_not(asking: Ask) -> None:
    train = [frame(seed) for seed in range(12)]
    (of_stock,) = asking(train=[bulk(0, 15.0), *train], stock=True)
    (of_spec,) = asking(train=[bulk(0, 15.0), *train])
    assert (of_stock.code, of_spec.code) == ("MLP1025", "MLP1025")
    assert MARK in of_stock.help
    assert "`isolated = alone`" in of_spec.help
    crystals = [bulk(seed, 2.5 + seed / 50) for seed in range(12)]
    assert [code for code in codes(asking(train=[*crystals, *train], stock=True)) if code != "MLP1034"] == []


@pytest.mark.parametrize("stock", [False, True])
@pytest.mark.parametrize(("other", "expected"), [(-1.2, ["MLP1028"]), (-3.002, ["MLP1028"]), (-3.0004, []), (-3.0, [])])
def test_two_energies_of_one_isolated_atom_contradict_each_other(
    asking: Ask, stock: bool, other: float, expected: list[str]
) -> None:
    atoms = [atom("Cu"), atom("Cu").replace("REF_energy=-3.0", f"REF_energy={other}")]
    train = [*atoms, *(frame(seed) for seed in range(12))]
    assert codes(asking(train=train, e0="isolated", stock=stock)) == expected


def test_isolated_atoms_of_several_elements_do_not_contradict_each_other(asking: Ask) -> None:
    train = [atom("Cu"), atom("Au"), *(frame(seed, ("Cu", "Au", "Cu", "Au")) for seed in range(12))]
    assert codes(asking(train=train, e0="isolated")) == []


SPEC = """\
edition "2026"
dataset d : files {{ train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"]{stress} }}
model m : mace {{ r_max = 5 Å, channels = 8 }}
training fit {{ model = m, data = d, batch = 4, stage main {{ epochs = 1 }} }}
"""


@pytest.mark.parametrize("pbc", ["T T F", "T T T"])
def test_a_stress_of_frames_that_are_periodic_along_some_axes_is_no_fault(pbc: str, tmp_path: Path) -> None:
    write_splits(tmp_path)
    for name, frames in splits(pbc).items():
        (tmp_path / f"{name}.xyz").write_text("".join(frames))
    (tmp_path / "spec.mlp").write_text(SPEC.format(stress=', stress = "REF_stress"'))
    found = check_file(tmp_path / "spec.mlp").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["MLP0516"]  # no stage trains it
