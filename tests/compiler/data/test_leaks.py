"""Leaks: files, frames and trajectories that are in two splits."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from asking_frames import Ask, codes
from clusters import atom, frame

from mlipilot import _core
from mlipilot.compiler.data import Question, Split, ask
from mlipilot.compiler.data.question import Anchor


def frames(seeds: range, **options: object) -> list[str]:
    return [frame(seed, **options) for seed in seeds]  # type: ignore[arg-type]


def test_one_file_in_two_splits_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "all.xyz"
    path.write_text("".join(frames(range(12))))
    scan = _core.scan_extxyz(str(path), energy="REF_energy", forces="REF_forces", stress=None)
    splits = tuple(Split.of_scans(name, (scan,)) for name in ("train", "test"))
    (finding,) = ask(Question(splits, "REF_energy", "REF_forces", None))
    assert finding.code == "MLP1011"
    assert finding.anchor == Anchor("file", "test", 0)


def test_one_file_twice_in_a_split_is_found_under_another_name_of_it(tmp_path: Path) -> None:
    path, link = tmp_path / "all.xyz", tmp_path / "link.xyz"
    path.write_text("".join(frames(range(12))))
    link.symlink_to(path)
    scans = [_core.scan_extxyz(str(p), energy="REF_energy", forces="REF_forces", stress=None) for p in (path, link)]
    (finding,) = ask(Question((Split.of_scans("train", tuple(scans)),), "REF_energy", "REF_forces", None))
    assert (finding.code, finding.anchor) == ("MLP1011", Anchor("file", "train", 1))


def moved(text: str, shift: float, turned: bool) -> str:
    """A frame shifted along all axes, and turned by a right angle about z with its forces."""
    count, header, *rows = text.splitlines()
    out = []
    for row in rows:
        symbol, *numbers = row.split()
        x, y, z, fx, fy, fz = map(float, numbers)
        place, pull = ((y, -x, z), (fy, -fx, fz)) if turned else ((x, y, z), (fx, fy, fz))
        out.append(" ".join([symbol, *(f"{p + shift:.8f}" for p in place), *(f"{f:.8f}" for f in pull)]))
    return "\n".join([count, header, *out]) + "\n"


@pytest.mark.parametrize("split", ["valid", "test", "sealed"])
@pytest.mark.parametrize(("shift", "turned"), [(3.1, False), (0.0, True), (-0.7, True)])
def test_a_turned_or_shifted_copy_is_a_copy(asking: Ask, split: str, shift: float, turned: bool) -> None:
    (finding,) = asking(**{split: [*frames(range(40, 44)), moved(frame(3), shift, turned)]})
    assert finding.code == "MLP1012"
    assert "frame 4 (line 25)" in finding.label
    assert "frame 3 (line 19)" in finding.label


def test_a_shifted_crystal_is_a_copy(asking: Ask) -> None:
    lattice = 'Lattice="6 0 0 0 6 0 0 0 6"'
    train = frames(range(12), header=lattice)
    test = [*frames(range(40, 44), header=lattice), moved(frame(3, header=lattice), 4.0, turned=False)]
    assert codes(asking(train=train, test=test)) == ["MLP1012"]


def test_frames_that_agree_in_energy_and_forces_but_not_in_distances_are_no_copies(asking: Ask) -> None:
    wider = frame(3).splitlines()
    wider[2:] = [
        " ".join([s, *(f"{1.2 * float(n):.8f}" for n in p), *f])
        for s, *n in map(str.split, wider[2:])
        for p, f in [(n[:3], n[3:])]
    ]
    assert asking(test=[*frames(range(40, 44)), "\n".join(wider) + "\n"]) == []


@pytest.mark.parametrize("split", ["valid", "test", "sealed"])
def test_an_exact_copy_of_a_training_frame_is_found(asking: Ask, split: str) -> None:
    (finding,) = asking(**{split: [*frames(range(40, 44)), frame(3)]})
    assert finding.code == "MLP1012"
    assert finding.anchor == Anchor("file", split, 0)
    assert "frame 4 (line 25)" in finding.label
    assert "frame 3 (line 19)" in finding.label


def test_a_validation_frame_in_the_test_set_is_found(asking: Ask) -> None:
    assert codes(asking(valid=frames(range(20, 24)), test=frames(range(23, 28)))) == ["MLP1012"]


def test_free_atoms_are_no_copies_of_one_another(asking: Ask) -> None:
    train = [atom("Cu"), *frames(range(12))]
    assert asking(train=train, test=[atom("Cu"), *frames(range(30, 34))], e0="isolated") == []


def test_near_copies_are_a_warning_with_the_distance(asking: Ask) -> None:
    train = frames(range(12))
    test = [*frames(range(30, 34)), frame(5, rattle=0.155)]
    (finding,) = asking(train=train, test=test)
    assert finding.code == "MLP1013"
    assert "frame 4" in finding.label
    assert "Å rms from training frame 5" in finding.label


def test_how_near_a_sealed_frame_is_stays_sealed(asking: Ask) -> None:
    (finding,) = asking(sealed=[*frames(range(50, 54)), frame(5, rattle=0.155)])
    assert finding.code == "MLP1013"
    assert "Å rms" not in finding.label


def test_a_trajectory_in_two_splits_is_one_finding(asking: Ask) -> None:
    train = frames(range(12), header="trajectory=melt")
    test = [*frames(range(30, 33), header="trajectory=melt"), frame(33)]
    (finding,) = asking(train=train, test=test)
    assert finding.code == "MLP1014"
    assert finding.headline.startswith("3 of 4 test frames")
    assert "`melt`" in finding.label


def test_a_trajectory_of_other_atoms_is_another_run(asking: Ask) -> None:
    train = [*frames(range(12), header="trajectory=a"), *frames(range(60, 66), symbols=("C", "O"))]
    test = [*frames(range(30, 34)), frame(50, symbols=("C", "O"), header="trajectory=a")]
    assert codes(asking(train=train, test=test)) == []


def run(steps: Iterable[int], length: float = 0.01) -> list[str]:
    """Frames of one path, at some of its steps."""
    return [frame(1, rattle=0.15 + length * step) for step in steps]


def test_a_run_that_is_dealt_out_frame_by_frame_is_found(asking: Ask) -> None:
    steps = list(range(60))
    random.Random(0).shuffle(steps)
    found = asking(train=run(steps[:40]), valid=frames(range(80, 84)), test=run(steps[40:]))
    (finding,) = (finding for finding in found if finding.code != "MLP1058")  # the run passes through close pairs
    assert (finding.code, finding.anchor.source) == ("MLP1016", "test")


def test_a_run_that_is_cut_in_two_is_not_dealt_out(asking: Ask) -> None:
    assert codes(asking(train=run(range(40), 0.05), test=run(range(45, 60), 0.05))) == []


def test_independent_frames_of_one_crystal_are_not_dealt_out(asking: Ask) -> None:
    rattled = {"train": frames(range(200), rattle=0.05), "test": frames(range(300, 350), rattle=0.05)}
    assert "MLP1016" not in codes(asking(**rattled))


def test_frames_rattled_by_different_amounts_are_not_dealt_out(asking: Ask) -> None:
    draw = random.Random(1)
    mixed = [frame(seed, rattle=draw.uniform(0.005, 0.2)) for seed in range(300)]
    assert "MLP1016" not in codes(asking(train=mixed[:240], test=mixed[240:]))


def test_one_geometry_under_two_energies_is_a_contradiction(asking: Ask) -> None:
    train = [*frames(range(12)), frame(4, shift=0.4)]
    (finding,) = asking(train=train)
    assert finding.code == "MLP1015"
    assert "0.1 eV/atom" in finding.headline


def test_a_frame_that_stands_twice_with_one_energy_is_not_spoken_of(asking: Ask) -> None:
    assert asking(train=[*frames(range(12)), frame(4)]) == []
