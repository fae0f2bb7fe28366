"""Which frames of files are used, and which part each goes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.data.division import Division, Marks
from mlipilot.compiler.data.selection import Parted, Selection, part_frames

Shares = Mapping[str, Fraction]
LARGE: Shares = {"test": Fraction(3, 5), "valid": Fraction(3, 10)}
TENTHS: Shares = {"valid": Fraction(1, 10), "test": Fraction(1, 10)}


def marks(
    frames: int,
    name: str = "run.xyz",
    *,
    groups: Sequence[str | None] | None = None,
    types: Sequence[str | None] | None = None,
    isolated: Sequence[int] = (),
) -> Marks:
    lone = np.zeros(frames, bool)
    lone[list(isolated)] = True
    return Marks(name, lone, types or [None] * frames, groups or [None] * frames)


def shared(files: Sequence[Marks], by: str = "by_frame", shares: Shares = TENTHS, **rest: Any) -> Parted:
    seed = rest.pop("seed", 0)
    selection = {name: rest.pop(name) for name in ("select", "exclude", "every") if name in rest}
    return part_frames({"files": files}, Selection(division=Division(by, shares, seed, **rest), **selection))


def sizes(parted: Parted) -> dict[str, int]:
    return {part: sum(len(share.rows) for share in shares) for part, shares in parted.parts.items() if shares}


def rows(parted: Parted, part: str) -> list[tuple[int, int]]:
    return [(share.file, int(row)) for share in parted.parts[part] for row in share.rows]


def test_single_frames_are_drawn_to_their_shares() -> None:
    parted = shared([marks(100), marks(50, "other.xyz")])
    assert sizes(parted) == {"train": 120, "valid": 15, "test": 15}
    every = [place for part in ("train", "valid", "test") for place in rows(parted, part)]
    assert sorted(every) == [(0, row) for row in range(100)] + [(1, row) for row in range(50)]


def test_another_seed_draws_other_frames_and_the_same_one_the_same() -> None:
    one, other = shared([marks(100)]), shared([marks(100)], seed=1)
    assert rows(one, "test") == rows(shared([marks(100)]), "test") != rows(other, "test")


def test_groups_never_straddle_though_they_stand_in_several_files() -> None:
    groups = [f"run-{number // 5 % 10}" for number in range(100)]
    files = [marks(50, "a.xyz", groups=groups[:50]), marks(50, "b.xyz", groups=groups[50:])]
    parted = shared(files, "by_group", key="run")
    held = {part: {groups[50 * file + row] for file, row in rows(parted, part)} for part in ("train", "valid", "test")}
    assert [len(held[part]) for part in held] == [8, 1, 1]
    assert not held["train"] & held["test"]
    assert not held["valid"] & (held["train"] | held["test"])
    assert {group for share in parted.parts["test"] for group in share.groups} == held["test"]


def test_a_large_group_goes_to_a_part_only_where_it_fits() -> None:
    groups = ["large"] * 80 + [f"small-{number}" for number in range(20)]
    for seed in range(20):
        parted = shared([marks(100, groups=groups)], "by_group", key="run", seed=seed)
        assert sizes(parted) == {"train": 80, "valid": 10, "test": 10}


def test_whole_files_go_to_one_part() -> None:
    parted = shared([marks(10, f"{number}.xyz") for number in range(10)], "by_file")
    assert sizes(parted) == {"train": 80, "valid": 10, "test": 10}
    assert len({file for file, _ in rows(parted, "test")}) == 1


def test_files_of_one_name_are_files_of_their_own() -> None:
    parted = shared([marks(10) for _ in range(10)], "by_file")
    assert sizes(parted) == {"train": 80, "valid": 10, "test": 10}
    assert len({group for shares in parted.parts.values() for share in shares for group in share.groups}) == 10


def test_blocks_are_runs_of_neighbours() -> None:
    parted = shared([marks(100)], "blocks", number=10)
    assert sizes(parted) == {"train": 80, "valid": 10, "test": 10}
    of_test = [row for _, row in rows(parted, "test")]
    assert of_test == list(range(of_test[0], of_test[0] + 10))


def test_a_gap_leaves_frames_out_between_blocks_of_different_parts() -> None:
    parted = shared([marks(100)], "blocks", number=10, gap=2)
    part_of = {row: part for part in ("train", "valid", "test") for _, row in rows(parted, part)}
    for row in range(99):
        if row in part_of and row + 1 in part_of:
            assert part_of[row] == part_of[row + 1]
    assert parted.left_out == {"in the gaps of `blocks`": 100 - len(part_of)}


def test_isolated_atoms_are_trained_on_whatever_is_drawn() -> None:
    parted = shared([marks(20, isolated=[0, 7, 19])], every=3, select=["bulk"])
    assert parted.problems[0].code == "MLP1066"
    parted = shared([marks(20, isolated=[0, 7, 19])])
    assert {(0, 0), (0, 7), (0, 19)} <= set(rows(parted, "train"))


def test_types_are_selected_and_left_out_and_frames_thinned() -> None:
    types = ["bulk", "bad", None, "slab"] * 10
    parted = shared([marks(40, types=types)], exclude=("bad",), every=2)
    used = sorted(row for part in ("train", "valid", "test") for _, row in rows(parted, part))
    assert used == [row for row in range(40) if types[row] != "bad"][::2]
    assert parted.left_out == {"by `exclude`": 10, "by `every`": 15}
    only = shared([marks(40, types=types)], select=("bulk", "slab"))
    assert sum(sizes(only).values()) == 20
    assert only.left_out == {"by `select`": 20}


def test_files_of_a_part_are_selected_too() -> None:
    types = ["bulk", "bad"] * 3
    parted = part_frames({"train": [marks(6, types=types)], "test": [marks(4)]}, Selection(exclude=("bad",)))
    assert sizes(parted) == {"train": 3, "test": 4}


@pytest.mark.parametrize(
    ("files", "by", "rest", "code", "said"),
    [
        ([marks(4, groups=["a", None, "b", None])], "by_group", {"key": "run"}, "MLP1064", "2 of 4 frames lack"),
        ([marks(4)], "by_group", {"key": "run"}, "MLP1064", "no frame has the key `run`"),
        ([marks(4, groups=["a"] * 4)], "by_group", {"key": "run"}, "MLP1065", "1 group cannot fill 3 parts"),
        ([marks(9), marks(9)], "by_file", {}, "MLP1065", "2 files cannot fill 3 parts"),
        ([marks(2)], "by_frame", {}, "MLP1065", "2 frames cannot fill 3 parts"),
        ([marks(40)], "blocks", {"number": 2}, "MLP1065", "2 blocks cannot fill 3 parts"),
        ([marks(40)], "blocks", {"number": 10, "gap": 4}, "MLP1065", "leaves no block for"),
    ],
)
def test_what_cannot_be_shared_out_is_named(
    files: list[Marks], by: str, rest: dict[str, Any], code: str, said: str
) -> None:
    problems = shared(files, by, **rest).problems
    assert [problem.code for problem in problems][:1] == [code]
    assert said in problems[0].headline
    assert problems[0].help


@pytest.mark.parametrize("field", ["select", "exclude"])
def test_a_type_that_no_frame_has_is_named_beside_those_they_have(field: str) -> None:
    (problem,) = shared([marks(20, types=["bulk", "slab"] * 10)], **{field: ("bulkk", "bulk")}).problems
    assert (problem.code, problem.field) == ("MLP1066", field)
    assert "`bulkk`" in problem.headline
    assert "`bulk`, `slab`" in problem.help


@given(
    st.lists(st.integers(0, 12), min_size=3, max_size=200),
    st.integers(0, 5),
    st.sampled_from([{"test": Fraction(1, 5)}, TENTHS, {**TENTHS, "sealed": Fraction(1, 3)}, LARGE]),
)
def test_every_frame_goes_to_one_part_and_no_part_is_empty(groups: list[int], seed: int, shares: Shares) -> None:
    names = [str(group) for group in groups]
    parted = shared([marks(len(names), groups=names)], "by_group", shares, key="run", seed=seed)
    placed = [row for part in parted.parts for _, row in rows(parted, part)]
    assert sorted(placed) == list(range(len(names)))
    if len(set(names)) > len(shares):
        assert parted.problems == []
        assert set(sizes(parted)) == {"train", *shares}
    else:
        assert [problem.code for problem in parted.problems] == ["MLP1065"]


def test_numbers_are_one_group_however_they_are_written() -> None:
    class Scan:
        frames = 4
        isolated = np.zeros(4, bool)
        config_types: tuple[None, ...] = (None,) * 4
        trajectories = ("300", "300.0", "300.", "a300")
        keys = ()

    assert Marks.of(Scan(), "run.xyz").groups == ["300", "300", "300", "a300"]  # type: ignore[arg-type]


def test_a_key_that_no_frame_has_is_led_to_a_near_one() -> None:
    (problem,) = shared([marks(4)._replace(keys=["energy", "run"])], "by_group", key="Run").problems
    assert problem.help == "did you mean `run`?"


def test_the_first_frame_without_its_group_is_named() -> None:
    files = [marks(2, "a.xyz", groups=["x", "y"]), marks(3, "b.xyz", groups=["z", None, "z"])]
    (problem,) = shared(files, "by_group", key="run").problems
    assert problem.label == "the first is frame 1 of `b.xyz`"


def test_a_file_of_no_frame_stays_in_a_part_so_that_its_faults_are_said() -> None:
    parted = shared([marks(0, "broken.xyz"), marks(50)])
    assert [share.file for share in parted.parts["train"]] == [0, 1]


def test_more_blocks_than_frames_are_refused() -> None:
    problems = shared([marks(60)], "blocks", number=100).problems
    assert problems[0].headline == "60 frames of `run.xyz` cannot be cut into 100 blocks"


def test_files_of_which_nothing_is_left_say_so() -> None:
    (problem,) = shared([marks(20, types=["a"] * 20)], exclude=("a",)).problems
    assert problem.headline == "no frame of `files` is left to be shared out"


def test_a_mark_of_isolated_atoms_that_no_frame_has_is_named() -> None:
    parted = part_frames({"train": [marks(4)]}, Selection(isolated="free"))
    assert [(problem.code, problem.field) for problem in parted.problems] == [("MLP1066", "isolated")]
    assert part_frames({"train": [marks(4)]}, Selection(isolated=None)).problems == []
