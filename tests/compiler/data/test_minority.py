"""A few bad frames among many sound ones are named, each by its number; sound sets are not spoken of."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from asking_frames import Ask, codes
from clusters import frame
from emt_frames import FAULTS, FORCES, Frames, findings, sound

NAMED = re.compile(r"(?:frames? |, |and )(\d+) \(line")
SPLITTING = {"MLP1012", "MLP1013", "MLP1014", "MLP1016", "MLP1046", "MLP1047"}
"""What is said of how these tests split, not of the frames."""
POOLS = ("300 K", "3000 K", "alloys")


def split(frames: Frames) -> dict[str, Frames]:
    """Most frames to train on, every tenth to validate and to test."""
    return {
        "train": [atoms for n, atoms in enumerate(frames) if n % 5],
        "valid": frames[::10],
        "test": frames[5::10],
    }


@pytest.mark.parametrize("stock", [False, True])
@pytest.mark.parametrize("name", [*sound()])
def test_nothing_is_said_of_a_sound_set(name: str, stock: bool, tmp_path: Path) -> None:
    found = findings(tmp_path, split(sound()[name]), stock=stock)
    assert [f"{f.code} {f.headline}" for f in found if f.code not in SPLITTING] == []


def planted(seed: int, folder: Path) -> tuple[str, bool, list[str]]:
    """Plant a fault in one to three frames: which, whether exactly they are named, and what else is said."""
    draw = np.random.default_rng([seed, 11])
    pool = sound()[draw.choice(POOLS)]
    count = int(draw.integers(12, 40)) if seed % 2 else int(draw.integers(40, len(pool) - 20))
    chosen = [pool[place].copy() for place in draw.choice(len(pool), count + 8, replace=False)]
    train, others = chosen[:count], {"valid": chosen[count : count + 4], "test": chosen[count + 4 :]}
    fault = str(draw.choice([*FAULTS]))
    bad = draw.choice(count, int(draw.integers(1, 4)), replace=False)
    for place in bad:
        FAULTS[fault](train[place], draw)
    named: set[int] = set()
    strange = []
    for found in findings(folder, {"train": train, **others}):
        numbers = {int(number) for number in NAMED.findall(" ".join([found.label, *found.notes]))}
        if numbers and found.anchor.source in (None, "train") and numbers <= set(bad.tolist()):
            named |= numbers
        elif found.code not in SPLITTING:
            strange.append(f"{seed} {fault}: {found.code} {found.headline}; {found.label}")
    return fault, named == set(bad.tolist()), strange


def test_of_200_planted_faults_nearly_all_are_named_and_nothing_else_is(tmp_path: Path) -> None:
    results = [planted(seed, tmp_path) for seed in range(200)]
    missed = [f"{seed} {fault}" for seed, (fault, named, _) in enumerate(results) if not named]
    assert {fault for fault, _, _ in results} == FAULTS.keys()
    assert len(missed) <= 10, missed
    assert [text for _, _, strange in results for text in strange] == []


@pytest.mark.parametrize("value", [-100.0, 9999.0, 1e-3])
def test_one_force_on_all_atoms_is_none_in_any_number_of_frames(value: float, tmp_path: Path) -> None:
    frames = [atoms.copy() for atoms in sound()["300 K"][:24]]
    for atoms in frames[::2]:
        atoms.arrays[FORCES][:] = value
    found = [f for f in findings(tmp_path, {"train": frames}) if f.code == "MLP1057"]
    assert [f.headline for f in found] == ["12 of 24 training frames have one force on all atoms"]


def test_forces_of_fixed_atoms_need_not_add_up(asking: Ask) -> None:
    still = [frame(seed) for seed in range(12)]
    lines = still[5].split("\n")
    lines[2] = " ".join([*lines[2].split()[:4], "0 0 0"])
    still[5] = "\n".join(lines)
    assert asking(train=still) == []
    lines[2] = " ".join([*lines[2].split()[:4], "0.01 0 3"])
    still[5] = "\n".join(lines)
    (found,) = asking(train=still)
    assert (found.code, found.label) == ("MLP1059", f"frame 5 (line 31); up to {found.label.split('up to ')[1]}")


@pytest.mark.parametrize(("free", "expected"), [(0.0, []), (2e-4, []), (0.05, ["MLP1039"]), (-3.0, ["MLP1039"])])
def test_an_energy_that_is_not_the_free_one_is_named(asking: Ask, free: float, expected: list[str]) -> None:
    train = []
    for seed in range(12):
        text = frame(seed)
        energy = float(text.split("REF_energy=")[1].split()[0])
        train.append(text.replace("REF_energy", f"free_energy={energy + free} REF_energy"))
    assert codes(asking(train=train)) == expected
