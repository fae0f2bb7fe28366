"""Names that ASE's reader takes out of a frame: what stock MACE then trains in their place."""

from __future__ import annotations

import pytest
from asking_frames import Ask, codes, used
from clusters import atom, frame

from mlipilot.compiler.data.question import OtherLabel

PLACES = {"train": range(12), "valid": range(900, 904), "test": range(910, 914)}
VALUES = {"e0": "values", "e0_values": {"Cu": -3.0}}
ASE = {"energy": "energy", "forces": "forces", "stock": True}
"""The labels under the names that ASE claims."""


def named(header: str = "", energy: str | None = "energy", forces: str | None = "forces") -> dict[str, list[str]]:
    return {
        name: [frame(seed, energy=energy, forces=forces, header=header) for seed in seeds]
        for name, seeds in PLACES.items()
    }


def test_energy_and_forces_are_found_under_the_names_that_ase_claims(asking: Ask) -> None:
    assert asking(**named(), **ASE) == []


def test_the_energy_of_an_isolated_atom_is_not(asking: Ask) -> None:
    splits = named()
    splits["train"].insert(0, atom("Cu", energy="energy"))
    (found,) = asking(**splits, **ASE, e0="isolated")
    assert (found.code, found.anchor.part) == ("MLP1029", "energy")
    assert found.headline == "MACE takes 0 eV for the energy of 1 isolated atom under the key `energy`, not -3 eV"
    assert "REF_energy" in found.help
    assert asking(**splits, **ASE | {"stock": False}, e0="isolated") == []


@pytest.mark.parametrize("label", ["energy", "forces"])
def test_a_label_that_some_frames_lack_is_trained_as_zero_under_such_a_name(asking: Ask, label: str) -> None:
    splits = named()
    splits["train"][3] = frame(3, **{"energy": "energy", "forces": "forces"} | {label: None})
    (found,) = asking(**splits, **ASE, **VALUES)
    assert found.code == "MLP1004"
    assert f"trains the missing {label} as 0, with full weight: ASE takes `{label}` out" in found.notes[0]
    other = {**ASE, "energy": "REF_energy", "forces": "REF_forces"}
    renamed = {name: [f.replace("energy=", "REF_energy=").replace(":forces:", ":REF_forces:") for f in frames]
               for name, frames in splits.items()}  # fmt: skip
    assert codes(asking(**renamed, **other, **VALUES)) == ["MLP1005"]


def test_a_stress_that_no_frame_has_is_trained_as_zero_under_such_a_name(asking: Ask) -> None:
    cell = 'Lattice="9 0 0 0 9 0 0 0 9"'
    stressed = {"stress": "stress", "losses": (used("universal", stress=1.0),)}
    (found, *_) = asking(**named(cell), **ASE, **stressed)
    assert found.code == "MLP1003"


@pytest.mark.parametrize(
    ("energy", "forces", "anchors"),
    [("free_energy", "forces", ["energy"]), ("energies", "forces", ["energy"]), ("energy", "stresses", ["forces"])],
)
def test_other_names_that_ase_claims_are_lost(asking: Ask, energy: str, forces: str, anchors: list[str]) -> None:
    given = {**ASE, "energy": energy, "forces": forces}
    found = asking(**named(energy=energy, forces=forces), **given)
    assert [(f.code, f.anchor.part) for f in found] == [("MLP1029", anchor) for anchor in anchors]
    assert asking(**named(energy=energy, forces=forces), **given | {"stock": False}) == []


@pytest.mark.parametrize(("name", "key", "lost"), [("dipole", "dipole", True), ("dipole", "REF_dipole", False)])
def test_a_dipole_is_lost_under_its_own_name(asking: Ask, name: str, key: str, lost: bool) -> None:
    others = {name: OtherLabel(key, (3,))}
    losses = (used("energy_forces_dipole", dipole=1.0),)
    found = asking(**named(f'{key}="0.1 0.2 0.3"'), **ASE, others=others, losses=losses)
    assert codes(found) == ["MLP1029"] * lost


def fixed(text: str) -> str:
    """A frame whose first atom ASE's reader fixes."""
    count, header, first, *rest = text.strip().split("\n")
    header = header.replace("forces:R:3", "forces:R:3:move_mask:L:1")
    return "\n".join([count, header, f"{first} F", *(f"{line} T" for line in rest)]) + "\n"


def test_forces_on_fixed_atoms_are_trained_as_zero_under_their_own_name(asking: Ask) -> None:
    splits = named()
    splits["train"] = [fixed(text) if number % 2 else text for number, text in enumerate(splits["train"])]
    (found,) = asking(**splits, **ASE)
    assert (found.code, found.anchor.source) == ("MLP1029", "train")
    assert found.headline.startswith("6 of 12 training frames have a column `move_mask`")
    assert asking(**splits, **ASE | {"stock": False}) == []
    other = {name: [text.replace(":forces:", ":REF_forces:") for text in frames] for name, frames in splits.items()}
    assert asking(**other, **ASE | {"forces": "REF_forces"}) == []
