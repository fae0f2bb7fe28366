"""Labels: which key was meant, which frames lack one, and nothing twice."""

from __future__ import annotations

import pytest
from asking_frames import SOUND, Ask, codes, used
from clusters import atom, frame

from mlipilot.compiler.data.question import Anchor

FULL = {"energy_xtb": "energy_xtb", "forces_xtb": "forces_xtb"}


def renamed(seeds: range, energy: str = "energy_xtb", forces: str = "forces_xtb", header: str = "") -> list[str]:
    return [frame(seed, energy=energy, forces=forces, header=header) for seed in seeds]


def everywhere(**keys: str) -> dict[str, list[str]]:
    return {
        "train": renamed(range(12), **keys),
        "valid": renamed(range(20, 24), **keys),
        "test": renamed(range(30, 34), **keys),
    }


def test_sound_data_are_not_spoken_of(asking: Ask) -> None:
    assert asking() == []


def test_the_keys_that_the_files_have_are_suggested_once_for_all_splits(asking: Ask) -> None:
    energy, forces = asking(**everywhere())
    assert (energy.code, energy.anchor.part, energy.replacement) == ("MLP1003", "energy", "energy_xtb")
    assert (forces.code, forces.anchor.part, forces.replacement) == ("MLP1003", "forces", "forces_xtb")


def test_a_key_that_only_some_frames_carry_replaces_none(asking: Ask) -> None:
    splits = everywhere()
    splits["test"] = renamed(range(30, 34), energy="energy_dft")
    energy = asking(**splits, forces="forces_xtb")[0]
    assert energy.replacement is None
    assert "`energy_xtb`" in energy.help
    assert "`energy_dft`" in energy.help


def test_two_keys_that_could_be_meant_are_named_and_none_is_chosen(asking: Ask) -> None:
    (energy,) = asking(**everywhere(header="energy_dft=-1.5"), forces="forces_xtb")
    assert energy.replacement is None
    assert "`energy_dft` or `energy_xtb`" in energy.help


@pytest.mark.parametrize("key", ["free_energy", "energy_per_atom", "atomization_energy", "energy_kcal_mol"])
def test_a_quantity_that_is_no_total_energy_in_ev_is_never_put_in_place(asking: Ask, key: str) -> None:
    (energy,) = asking(**everywhere(energy=key), forces="forces_xtb")
    assert energy.replacement is None
    assert f"`{key}`" in energy.help


def test_a_momentum_is_no_force_by_name(asking: Ask) -> None:
    (forces,) = asking(**everywhere(energy="REF_energy", forces="momenta"))
    assert forces.replacement is None
    assert "`momenta`" in forces.help


def test_a_split_with_other_keys_is_named(asking: Ask) -> None:
    found = asking(test=renamed(range(30, 34)))
    assert codes(found) == ["MLP1003", "MLP1003"]
    assert all("no test frame" in finding.headline and finding.replacement is None for finding in found)


def test_frames_without_a_label_are_counted_and_placed(asking: Ask) -> None:
    train = [frame(seed, energy="REF_energy" if seed % 3 else None) for seed in range(12)]
    (finding,) = asking(train=train)
    assert finding.code == "MLP1004"
    assert finding.anchor == Anchor("file", "train", 0)
    assert finding.headline.startswith("4 of 12 training frames")
    assert finding.label == "frames 0 (line 1), 3 (line 19), 6 (line 37) and 1 more"


def test_a_misspelt_label_key_of_a_frame_is_named(asking: Ask) -> None:
    train = [frame(seed, energy="REF_energy" if seed else "REF_enery") for seed in range(12)]
    (finding,) = asking(train=train)
    assert finding.code == "MLP1004"
    assert any("`REF_enery`" in note for note in finding.notes)


@pytest.mark.parametrize(("value", "code"), [("nan", "MLP1006"), ("inf", "MLP1006"), ("unknown", "MLP1007")])
def test_a_label_that_is_no_finite_number_is_found(asking: Ask, value: str, code: str) -> None:
    train = [frame(seed) for seed in range(12)]
    train[5] = frame(5, energy=None, header=f"REF_energy={value}")
    (finding,) = asking(train=train)
    assert finding.code == code
    assert "frame 5" in finding.label


def test_a_force_that_is_not_finite_is_found(asking: Ask) -> None:
    train = [frame(seed) for seed in range(12)]
    lines = train[2].split("\n")
    lines[3] = " ".join([*lines[3].split()[:-1], "nan"])
    train[2] = "\n".join(lines)
    assert codes(asking(train=train)) == ["MLP1006"]


def test_isolated_atoms_need_no_forces(asking: Ask) -> None:
    assert asking(train=[atom("Cu"), *(frame(seed) for seed in range(12))], e0="isolated") == []


def test_isolated_atoms_need_an_energy(asking: Ask) -> None:
    train = [atom("Cu", energy=None), *(frame(seed) for seed in range(12))]
    assert codes(asking(train=train, e0="isolated")) == ["MLP1004"]


def test_where_missing_labels_are_masked_they_are_a_warning_but_for_averaged_energies(asking: Ask) -> None:
    energies = [frame(seed, energy="REF_energy" if seed % 3 else None) for seed in range(12)]
    forces = [frame(seed, forces="REF_forces" if seed % 3 else None) for seed in range(12)]
    values = {"e0": "values", "e0_values": {"Cu": -3.0}}
    assert codes(asking(train=energies, stock=True)) == ["MLP1004"]
    assert codes(asking(train=energies, stock=True, **values)) == ["MLP1005"]
    assert codes(asking(train=forces, stock=True)) == ["MLP1005"]


def test_a_label_without_weight_may_be_absent_where_it_is_masked(asking: Ask) -> None:
    splits = everywhere(energy="REF_energy")
    assert asking(**splits, stock=True, losses=(used("weighted", forces=0.0),)) == []
    assert codes(asking(**splits)) == ["MLP1003"]


def test_a_sealed_split_is_looked_at_too(asking: Ask) -> None:
    (finding,) = asking(sealed=[frame(40), frame(41, forces=None)])
    assert finding.code == "MLP1004"
    assert finding.anchor.source == "sealed"


def test_exchanged_keys_are_one_finding_each_at_the_key(asking: Ask) -> None:
    energy, forces = asking(energy="REF_forces", forces="REF_energy")
    assert (energy.code, energy.anchor.part, energy.replacement) == ("MLP1007", "energy", "REF_energy")
    assert (forces.code, forces.anchor.part, forces.replacement) == ("MLP1007", "forces", "REF_forces")


def test_a_key_of_text_is_one_finding_for_all_splits(asking: Ask) -> None:
    named = {name: [frame(seed, header="name=copper") for seed in seeds] for name, seeds in SOUND.items()}
    (finding,) = asking(**named, energy="name")
    assert (finding.code, finding.replacement) == ("MLP1007", "REF_energy")
