"""What the numbers betray: outliers, foreign units, wrong signs."""

from __future__ import annotations

import math
from typing import Any

import pytest
from asking_frames import SOUND, Ask, codes
from clusters import COPPER, frame

from mlipilot.compiler.data.keys import unit_in

TRAIN = [frame(seed) for seed in range(40)]


def test_an_exploded_frame_is_named_and_the_hottest_sound_ones_are_not(asking: Ask) -> None:
    hot = [frame(seed, rattle=0.3) for seed in range(50, 53)]
    (finding,) = asking(train=[*TRAIN, *hot, frame(70, shift=12.0)])
    assert finding.code == "MLP1032"
    assert finding.label.startswith("frame 43 (line 259); up to +2.97 eV/atom")


def test_many_strange_energies_are_another_kind_of_structure(asking: Ask) -> None:
    assert asking(train=[*TRAIN, *(frame(seed, shift=12.0) for seed in range(50, 60))]) == []


def test_a_strange_energy_of_a_lone_formula_is_its_own(asking: Ask) -> None:
    assert asking(train=[*TRAIN, frame(70, COPPER[:2], shift=12.0)]) == []


@pytest.mark.parametrize("rule", ["forces", "energy"])
def test_outliers_that_are_trained_on_are_silent_under_a_robust_loss(asking: Ask, rule: str) -> None:
    odd = frame(70, shift=12.0) if rule == "energy" else frame(70, scale=2000.0)
    assert codes(asking(train=[*TRAIN, odd])) == ["MLP1032" if rule == "energy" else "MLP1031"]
    assert asking(train=[*TRAIN, odd], robust_loss=True) == []


def test_an_outlier_that_judges_is_named_whatever_the_loss(asking: Ask) -> None:
    test = [frame(seed) for seed in range(100, 140)]
    (finding,) = asking(train=TRAIN, test=[*test, frame(70, scale=2000.0)], robust_loss=True)
    assert (finding.code, finding.anchor.source) == ("MLP1031", "test")


def test_no_value_of_a_sealed_frame_is_spoken_of(asking: Ask) -> None:
    assert asking(train=TRAIN, sealed=[*(frame(seed) for seed in range(100, 140)), frame(70, shift=12.0)]) == []


def water(seeds: range, unit: float, oxygen: float, hydrogen: float) -> list[str]:
    """Water and hydrogen whose energies are those of all-electron atoms in some unit."""
    found = []
    for seed in seeds:
        symbols = ("O", "H", "H") if seed % 2 else ("H", "H")
        atoms = sum({"O": oxygen, "H": hydrogen}[symbol] for symbol in symbols) + 1e-3 * math.sin(seed)
        found.append(frame(seed, symbols, energy=None, header=f"REF_energy={unit * atoms}"))
    return found


@pytest.mark.parametrize(
    ("unit", "name"), [(1.0, "Hartree"), (27.2114, None), (627.509, "kcal/mol"), (2625.5, "kJ/mol"), (8.1, None)]
)
def test_all_electron_energies_betray_their_unit(asking: Ask, unit: float, name: str | None) -> None:
    splits = {"train": range(12), "valid": range(20, 24), "test": range(30, 34)}
    found = asking(**{split: water(seeds, unit, -75.2, -0.57) for split, seeds in splits.items()}, r_max=None)
    assert codes(found) == (["MLP1033"] if name else [])
    assert all(str(name) in finding.headline for finding in found)


def test_energies_per_atom_are_found_by_their_size(asking: Ask) -> None:
    sizes = [COPPER[: 2 + seed % 3] for seed in range(12)]
    assert asking(train=[frame(seed, symbols) for seed, symbols in enumerate(sizes)]) == []
    splits = {
        name: [
            frame(seed, sizes[seed % 12], energy=None, header=f"REF_energy={-3.1 + 0.01 * (seed % 12)}")
            for seed in seeds
        ]
        for name, seeds in SOUND.items()
    }
    assert codes(asking(**splits)) == ["MLP1033"]


@pytest.mark.parametrize(
    ("key", "unit"), [("energy_meV", "meV"), ("E_kJ_mol", "kJ/mol"), ("stress_GPa", "GPa"), ("energy_ev", None)]
)
def test_units_are_read_in_names(key: str, unit: str | None) -> None:
    assert unit_in(key) == unit


def test_a_key_may_say_its_unit(asking: Ask) -> None:
    keys: dict[str, Any] = {"energy": "energy_kcal_mol"}
    splits = {"train": range(12), "valid": range(20, 24), "test": range(30, 34)}
    found = asking(**{s: [frame(seed, **keys) for seed in seeds] for s, seeds in splits.items()}, **keys)
    assert codes(found) == ["MLP1033"]


@pytest.mark.parametrize(("scale", "expected"), [(1.0, []), (23.06, ["MLP1034"]), (0.0, ["MLP1034"])])
def test_forces_in_kcal_and_forces_of_nothing_are_found(asking: Ask, scale: float, expected: list[str]) -> None:
    stiff = [frame(seed, rattle=0.6, scale=scale) for seed in range(12)]
    found = codes(asking(train=stiff))
    assert [code for code in found if code != "MLP1058"] == expected  # so rattled, some atoms nearly touch


def test_forces_in_another_unit_are_no_outliers_and_their_energies_no_other_zero(asking: Ask) -> None:
    kcal = {"train": range(12), "valid": range(20, 24), "test": range(30, 34)}
    splits = {name: [frame(seed, rattle=0.6, scale=150.0) for seed in seeds] for name, seeds in kcal.items()}
    found = codes(asking(**splits, e0="values", e0_values={"Cu": 97.0}))
    assert [code for code in found if code != "MLP1058"] == ["MLP1034"]


def run(sign: float) -> list[str]:
    """Frames of one trajectory, each near the one before."""
    return [frame(1, rattle=0.15 + 0.01 * step, scale=sign, header="trajectory=slow") for step in range(12)]


def test_forces_that_point_uphill_are_found(asking: Ask) -> None:
    assert asking(train=run(1.0)) == []
    (finding,) = asking(train=run(-1.0))
    assert (finding.code, finding.anchor.part) == ("MLP1035", "forces")


@pytest.mark.parametrize(
    ("factor", "unit"), [(23.06, "kcal/mol/Å"), (1 / 51.42, "Hartree/Bohr"), (1 / 1.89, "Bohr"), (7.0, ""), (1.2, None)]
)
def test_forces_in_another_unit_than_the_energies_are_found(asking: Ask, factor: float, unit: str | None) -> None:
    found = asking(train=run(factor))
    others = [finding for finding in found if finding.code != "MLP1034"]
    assert [finding.code for finding in others] == (["MLP1038"] if unit is not None else [])
    assert [unit in finding.notes[0] for finding in others] == [True] * len(others)


def strained(stress: float, edge: float, energy: float) -> str:
    lattice = f'Lattice="{edge} 0 0 0 {edge} 0 0 0 {edge}" Properties=species:S:1:pos:R:3:REF_forces:R:3'
    values = " ".join([repr(stress)] * 3 + ["0"] * 3)
    pulls = (0.1, -0.1, 0.1, -0.1)
    rows = "\n".join(f"Cu {x * edge} {y * edge} {z * edge} 0 0 {f}" for (x, y, z), f in zip(_FCC, pulls, strict=True))
    return f'4\n{lattice} REF_energy={energy} REF_stress="{values}" pbc="T T T"\n{rows}\n'


_FCC = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
_EDGES = [3.4 + 0.03 * step for step in range(14)]


def crystals(factor: float) -> list[str]:
    """Cells about 3.6 Å with a bulk modulus of 0.85 eV/Å³, times a factor."""
    return [strained(factor * 2.5 * (edge - 3.6) / 3.6, edge, 40 * (edge - 3.6) ** 2) for edge in _EDGES]


@pytest.mark.parametrize(
    ("factor", "expected"), [(1.0, []), (-1.0, ["MLP1037"]), (160.2, ["MLP1036"]), (1602.0, ["MLP1036"])]
)
def test_stresses_of_another_unit_or_sign_are_found(asking: Ask, factor: float, expected: list[str]) -> None:
    train = crystals(factor)
    test = [strained(0.0, 3.605, 0.0), strained(0.01, 3.615, 0.0)]
    valid = [strained(0.0, 3.585, 0.0), strained(0.01, 3.595, 0.0)]
    assert codes(asking(train=train, valid=valid, test=test, stress="REF_stress")) == expected


@pytest.mark.parametrize(("edge", "expected"), [(3.605, ["MLP1026"]), (4.2, [])])
def test_crystals_of_one_density_have_one_zero(asking: Ask, edge: float, expected: list[str]) -> None:
    train = [strained(0.0, 3.56 + 0.005 * step, -14.0) for step in range(14)]
    valid = [strained(0.0, 3.583, -14.0), strained(0.0, 3.593, -14.0)]
    found = asking(train=train, valid=valid, test=[strained(0.0, edge + 0.005 * step, -12.0) for step in range(3)])
    assert [code for code in codes(found) if code == "MLP1026"] == expected
