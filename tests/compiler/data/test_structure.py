"""Frames as such: broken ones, headers, atoms and cutoffs, cells, sizes."""

from __future__ import annotations

import pytest
from asking_frames import Ask, codes
from clusters import atom, frame

from mlipilot.compiler.data.question import Anchor

TRAIN = [frame(seed) for seed in range(12)]


def test_a_broken_frame_is_placed_in_its_file(asking: Ask) -> None:
    (finding,) = asking(train=[*TRAIN, "4\nProperties=species:S:1:pos:R:3\nCu 0 0 0\n"])
    assert finding.code == "MLP1001"
    assert "line 75" in finding.headline + finding.label
    assert finding.anchor == Anchor("file", "train", 0)


def test_a_frame_without_atoms_is_found(asking: Ask) -> None:
    empty = "0\nProperties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy=0\n"
    (finding,) = asking(train=[*TRAIN, empty, *(frame(seed) for seed in range(50, 60))])
    assert finding.code == "MLP1002"


def test_a_dummy_atom_is_another_element(asking: Ask) -> None:
    dummy = frame(60).replace("Cu ", "X ", 1)
    assert codes(asking(test=[dummy, frame(61)])) == ["MLP1008"]


def test_a_split_of_isolated_atoms_has_no_frame(asking: Ask) -> None:
    assert codes(asking(test=[atom("Cu")])) == ["MLP1002"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("lattice", "Lattice"), ("trajetory", "trajectory"), ("Config_type", "config_type"), ("PBC", "pbc")],
)
def test_a_header_key_that_is_nearly_one_that_is_read_is_found(asking: Ask, written: str, meant: str) -> None:
    train = [frame(seed, header=f'{written}="T F F"') for seed in range(12)]
    (finding,) = asking(train=train)
    assert finding.code == "MLP1009"
    assert f"`{meant}`" in finding.headline


def test_a_key_of_one_frame_that_is_nearly_that_of_all_others_is_found(asking: Ask) -> None:
    train = [frame(seed, header=f"{'molecules' if seed != 7 else 'molecuels'}=1") for seed in range(12)]
    (finding,) = asking(train=train)
    assert finding.code == "MLP1009"
    assert "`molecules`" in finding.headline


@pytest.mark.parametrize("header", ["step1=1 step2=2", "name=a names=b", "charge=0 charges=1", "temp=300"])
def test_keys_that_are_alike_and_both_meant_are_not_spoken_of(asking: Ask, header: str) -> None:
    assert asking(train=[frame(seed, header=header) for seed in range(12)]) == []


def test_a_cutoff_below_the_nearest_neighbour_of_one_atom_is_found(asking: Ask) -> None:
    apart = frame(5, ("Cu", "Cu"), rattle=0.0).replace("1.76776695", "9.0")
    (finding,) = asking(train=[*TRAIN, apart], r_max=5.0)
    assert (finding.code, finding.anchor.part) == ("MLP1041", "r_max")
    assert "frame 12" in finding.notes[0]


def test_stock_mace_only_fails_where_no_frame_has_neighbours(asking: Ask) -> None:
    apart = frame(5, ("Cu", "Cu"), rattle=0.0).replace("1.76776695", "9.0")
    assert asking(train=[*TRAIN, apart], r_max=5.0, stock=True) == []
    assert codes(asking(r_max=1.0, stock=True)) == ["MLP1041"]


def test_few_neighbours_on_average_are_a_warning(asking: Ask) -> None:
    apart = ["0 0 0", "0 0 2.3", "9 0 0", "9 0 2.4"]
    rows = "".join(f"Cu {place} 0 0 {force}\n" for place, force in zip(apart, [0.1, -0.1, 0.2, -0.2], strict=True))
    two_pairs = f"4\nProperties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy=-12\n{rows}"
    assert codes(asking(train=[two_pairs] * 12)) == ["MLP1042"]


def test_two_atoms_have_one_neighbour_whatever_the_cutoff(asking: Ask) -> None:
    assert asking(train=[frame(seed, ("Cu", "Cu")) for seed in range(12)]) == []


def test_two_atoms_on_one_place_are_found(asking: Ask) -> None:
    lines = frame(50).split("\n")
    lines[3] = lines[2]
    assert codes(asking(train=[*TRAIN, "\n".join(lines)])) == ["MLP1043"]


def test_a_molecule_has_no_stress(asking: Ask) -> None:
    found = asking(train=TRAIN, stress="REF_stress")
    assert codes(found) == ["MLP1044", "MLP1044", "MLP1044"]


def test_a_batch_that_the_training_frames_do_not_fill_is_found(asking: Ask) -> None:
    assert asking(batch=12) == []
    (finding,) = asking(batch=13)
    assert (finding.code, finding.anchor.part) == ("MLP1045", "batch")


def test_only_stock_mace_drops_the_last_batch(asking: Ask) -> None:
    assert asking(batch=7) == []
    (finding,) = asking(batch=7, stock=True)
    assert finding.code == "MLP1046"
    assert finding.headline == "each epoch leaves out 5 of 12 training frames"


@pytest.mark.parametrize("stock", [True, False])
def test_a_batch_of_nothing_is_no_question_of_the_data(asking: Ask, stock: bool) -> None:
    assert asking(batch=0, stock=stock) == []


@pytest.mark.parametrize("split", ["valid", "test"])
def test_a_split_of_one_frame_or_one_trajectory_is_a_warning(asking: Ask, split: str) -> None:
    assert codes(asking(**{split: [frame(30)]})) == ["MLP1047"]
    run = [frame(seed, header="trajectory=one") for seed in range(30, 34)]
    assert codes(asking(**{split: run})) == ["MLP1047"]
