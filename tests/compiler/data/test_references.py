"""Elements and reference energies: each element trained on, each with one energy, all of one zero."""

from __future__ import annotations

import pytest
from asking_frames import Ask, codes
from clusters import atom, frame

CO = [("C", "O"), ("C", "O", "O"), ("C", "C", "O"), ("C", "C", "O", "O")]


def mixed(seeds: range) -> list[str]:
    """Frames of carbon and oxygen in several proportions."""
    return [frame(seed, CO[seed % len(CO)]) for seed in seeds]


def test_an_element_that_is_not_trained_on_is_found_in_each_split(asking: Ask) -> None:
    gold = ("Cu", "Cu", "Cu", "Au")
    found = asking(test=[frame(30), frame(31, gold)], sealed=[frame(40, gold), frame(41)])
    assert codes(found) == ["MLP1008", "MLP1008"]
    assert [finding.anchor.source for finding in found] == ["test", "sealed"]
    assert "Au" in found[0].headline


def test_one_composition_determines_itself(asking: Ask) -> None:
    water = ("O", "H", "H")
    splits = {"train": range(12), "valid": range(20, 24), "test": range(30, 34)}
    assert asking(**{name: [frame(seed, water) for seed in seeds] for name, seeds in splits.items()}) == []


def test_another_composition_than_the_one_trained_on_has_no_averaged_energy(asking: Ask) -> None:
    water = [frame(seed, ("O", "H", "H")) for seed in range(16)]
    found = asking(train=water[:12], valid=water[12:], test=[frame(30, ("H", "H")), frame(31, ("O", "H", "H"))])
    assert codes(found) == ["MLP1021"]
    assert found[0].anchor.part == "e0"


def test_isolated_atoms_of_every_element_satisfy(asking: Ask) -> None:
    splits = {"train": [atom("C"), atom("O"), *mixed(range(12))], "valid": mixed(range(20, 24))}
    assert asking(**splits, test=mixed(range(30, 34)), e0="isolated") == []


def test_a_missing_isolated_atom_is_found(asking: Ask) -> None:
    splits = {"train": [atom("C"), *mixed(range(12))], "valid": mixed(range(20, 24)), "test": mixed(range(30, 34))}
    (finding,) = asking(**splits, e0="isolated")
    assert (finding.code, finding.anchor.part) == ("MLP1022", "e0")
    assert "of O" in finding.headline


def test_isolated_atoms_of_another_split_are_pointed_at(asking: Ask) -> None:
    (finding,) = asking(test=[atom("Cu"), *(frame(seed) for seed in range(30, 34))], e0="isolated")
    assert finding.code == "MLP1022"
    assert "test files" in finding.help


@pytest.mark.parametrize("written", ["isolated_atom", "isolatedatom", "Isolated", "atom", "single-atom"])
def test_a_misspelt_isolated_atom_is_found(asking: Ask, written: str) -> None:
    train = [atom("Cu", f"config_type={written}"), *(frame(seed) for seed in range(12))]
    (finding,) = asking(train=train, stock=True)
    assert finding.code == "MLP1025"
    assert written in finding.headline


def test_values_must_cover_the_elements_and_no_others(asking: Ask) -> None:
    assert asking(e0="values", e0_values={"Cu": -3.0}) == []
    assert codes(asking(e0="values", e0_values={})) == ["MLP1022"]
    assert codes(asking(e0="values", e0_values={"Cu": -3.0, "Au": -4.0})) == ["MLP1023"]


def test_energies_far_from_their_atoms_are_of_another_zero(asking: Ask) -> None:
    (finding,) = asking(e0="values", e0_values={"Cu": 1640.0})
    assert (finding.code, finding.anchor.part) == ("MLP1024", "e0")


def test_units_are_offered_for_energies_of_another_zero(asking: Ask) -> None:
    (finding,) = asking(e0="values", e0_values={"Cu": 97.0})
    assert finding.code == "MLP1024"
    assert "kcal/mol (4.3 eV/atom)" in finding.notes[0]


def test_splits_with_different_zeros_are_found(asking: Ask) -> None:
    test = [frame(seed, shift=-4 * 100.0) for seed in range(30, 34)]
    (finding,) = asking(test=test)
    assert finding.code == "MLP1026"
    assert "100.0 eV/atom below" in finding.headline


def several(seeds: range, **options: float) -> list[str]:
    """Frames of carbon and oxygen in several proportions; `shift` is of an atom."""
    shift = options.pop("shift", 0.0)
    formulas = [(seed, CO[seed % len(CO)]) for seed in seeds]
    return [frame(seed, formula, shift=shift * len(formula), **options) for seed, formula in formulas]


TRAIN, VALID = range(40), range(50, 60)


@pytest.mark.parametrize(("shift", "expected"), [(0.0, []), (0.6, ["MLP1026"]), (-2.0, ["MLP1026"])])
def test_a_small_shift_of_all_formulas_is_another_zero(asking: Ask, shift: float, expected: list[str]) -> None:
    test = several(range(70, 90), shift=shift)
    assert codes(asking(train=several(TRAIN), valid=several(VALID), test=test)) == expected


def test_a_hot_split_has_no_other_zero(asking: Ask) -> None:
    cold = {"train": several(TRAIN), "valid": several(VALID)}
    assert codes(asking(**cold, test=several(range(70, 90), shift=0.6))) == ["MLP1026"]
    assert codes(asking(**cold, test=several(range(70, 90), shift=0.6, scale=3.0))) == []
    assert codes(asking(**cold, test=several(range(70, 90), rattle=0.6))) == ["MLP1032"]


def test_molecules_of_one_formula_may_have_reacted(asking: Ask) -> None:
    assert asking(test=[frame(seed, shift=4 * 0.6) for seed in range(30, 34)]) == []
    assert codes(asking(test=[frame(seed, shift=4 * 3.0) for seed in range(30, 34)])) == ["MLP1026"]


@pytest.mark.parametrize(
    ("shift", "atom_energy"), [(5.0, 4.0), (-1000.0, -1001.0), (8.0, 6.5)], ids=["small", "large", "above"]
)
@pytest.mark.parametrize("turned", ["C", "O"])
def test_a_turned_sign_of_one_element_is_named_once(asking: Ask, shift: float, atom_energy: float, turned: str) -> None:
    frames = {
        "train": several(TRAIN, shift=shift),
        "valid": several(VALID, shift=shift),
        "test": several(range(70, 90), shift=shift),
    }
    right = dict.fromkeys("CO", atom_energy)
    assert asking(**frames, e0="values", e0_values=right) == []
    (finding,) = asking(**frames, e0="values", e0_values=right | {turned: -atom_energy})
    assert (finding.code, finding.anchor.part) == ("MLP1024", "e0")
    assert f"of {turned} has the wrong sign" in finding.headline
    assert f"{turned} = {atom_energy:g} eV" in finding.help


@pytest.mark.parametrize("energy", [-0.2, 0.2, -1.0])
def test_a_small_energy_of_an_atom_has_no_wrong_sign(asking: Ask, energy: float) -> None:
    frames = {"train": several(TRAIN), "valid": several(VALID), "test": several(range(70, 90))}
    assert asking(**frames, e0="values", e0_values=dict.fromkeys("CO", energy)) == []


def test_a_sign_is_not_doubted_where_compositions_do_not_determine_the_energies(asking: Ask) -> None:
    water = ("O", "H", "H")
    splits = {"train": range(12), "valid": range(20, 24), "test": range(30, 34)}
    frames = {name: [frame(seed, water, shift=15.0) for seed in seeds] for name, seeds in splits.items()}
    found = asking(**frames, e0="values", e0_values={"H": 4.0, "O": -4.0})
    assert [finding.headline for finding in found if "wrong sign" in finding.headline] == []
