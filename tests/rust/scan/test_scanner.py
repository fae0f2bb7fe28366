"""Frames from other readers: scanned as those of an extended XYZ file are."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from hypothesis import given
from hypothesis import strategies as st
from same_scan import assert_same_scan
from scanning import labelled, scan_text, steady, structures

from mlipilot import _core

LABELS = {"energy": "E", "forces": "F", "stress": "S"}


def scanner(**options: Any) -> _core.FrameScanner:
    return _core.FrameScanner("frames.traj", 7, **{**LABELS, **options})


def scan_read(items: Iterable[_core.ExtxyzFrame | _core.ScanFault], **options: Any) -> _core.FrameScan:
    """The scan of what our own reader gives."""
    taking = scanner(**options)
    for item in items:
        if isinstance(item, _core.ScanFault):
            taking.fault(item.frame, item.line, item.kind, item.message)
        else:
            taking.push(
                item.number,
                item.line,
                item.numbers,
                item.positions,
                item.cell,
                item.periodic,
                item.header,
                item.columns,
            )
    return taking.finish()


def scan_images(images: Iterable[Atoms], **options: Any) -> _core.FrameScan:
    """The scan of what ASE reads."""
    taking = scanner(**options)
    for number, atoms in enumerate(images):
        columns = {name: values for name, values in atoms.arrays.items() if name not in ("numbers", "positions")}
        cell = atoms.cell.array if atoms.cell.any() else None
        periodic = tuple(atoms.pbc.tolist())
        taking.push(number, 0, atoms.numbers.astype("uint8"), atoms.positions, cell, periodic, atoms.info, columns)
    return taking.finish()


@st.composite
def many(draw: st.DrawFn) -> list[Atoms]:
    """Frames of all sorts, labelled or not, some beside their predecessor."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    images: list[Atoms] = []
    for _ in range(draw(st.integers(1, 6))):
        atoms = draw(structures())
        if images and draw(st.booleans()):
            atoms = images[-1].copy()
            atoms.positions += 0.01 * rng.normal(size=(len(atoms), 3))
            del atoms.arrays["F"]
        atoms = labelled(atoms, rng.normal(), rng.normal(size=(len(atoms), 3)), rng.normal(size=6))
        atoms.info.update({"config_type": "IsolatedAtom", "trajectory": f"run {rng.integers(2)}"})
        atoms.info.update({"n": int(rng.integers(9)), "on": bool(rng.integers(2)), "v": rng.integers(9, size=3)})
        atoms.info["m"] = rng.normal(size=(2, 2))
        atoms.new_array("tag", rng.integers(-3, 3, size=len(atoms)))
        atoms.new_array("q", rng.normal(size=(len(atoms), 2)).astype("float32"))
        atoms.new_array("name", rng.choice(["a", "bc"], size=len(atoms)))
        atoms.new_array("mask", rng.integers(2, size=len(atoms)).astype(bool))
        images.append(atoms)
    return images


@steady
@given(many(), st.booleans())
def test_frames_of_ase_are_scanned_as_those_of_their_file(path: Path, images: list[Atoms], virial: bool) -> None:
    ase.io.write(path, images, format="extxyz")
    options: dict[str, Any] = {"r_max": 3.0, "virial": virial, "others": [("v", [3]), ("tag", [1, 2])]}
    expected = _core.scan_extxyz(path, **LABELS, **options)
    assert_same_scan(scan_read(_core.read_extxyz(path), **options), expected)
    found = scan_images(ase.io.read(path, index=":", format="extxyz"), **options)
    assert found.lines.tolist() == [0] * len(images)
    assert {key.line for key in found.keys} == {0}
    for name in ("energy", "stress", "forces_state", "force_max", "fingerprint", "shortest", "neighbours", "cells"):
        assert np.array_equal(getattr(found, name), getattr(expected, name), equal_nan=True), name
    assert found.trajectories == expected.trajectories
    assert found.isolated.tolist() == expected.isolated.tolist()
    summaries = [sorted((k.name, k.frames, k.kind, k.shape, k.place) for k in one.keys) for one in (found, expected)]
    assert summaries[0] == summaries[1]
    assert _core.near_duplicates(found, found) == _core.near_duplicates(expected, expected)


def test_faults_of_other_readers_stand_beside_those_of_frames(path: Path) -> None:
    good = "1\nProperties=species:S:1:pos:R:3 E=1\nH 0 0 0\n"
    scan_text(path, good + '1\npbc="T T T"\nH 0 0 0\n' + "2\n\nH 0 0 1\n" + good)
    expected = _core.scan_extxyz(path, **LABELS)
    assert_same_scan(scan_read(_core.read_extxyz(path)), expected)
    taking = scanner()
    taking.fault(3, 0, "format", "no magic number")
    atoms = Atoms("H", pbc=True)
    taking.push(4, 0, np.array([1], "uint8"), atoms.positions, None, (True, True, True), {}, {})
    taking.push(5, 0, np.array([1], "uint8"), atoms.positions, np.zeros((3, 3)), (True, False, False), {}, {})
    taking.push(6, 0, np.array([1], "uint8"), atoms.positions + np.nan, None, (False, False, False), {}, {})
    found = taking.finish()
    assert (found.path, found.size, found.frames, found.fault_count) == ("frames.traj", 7, 3, 4)
    assert [(fault.kind, fault.line, fault.frame) for fault in found.faults] == [
        ("format", 0, 3), ("cell", 0, 4), ("cell", 0, 5), ("positions", 0, 6),
    ]  # fmt: skip
    assert not any("Lattice" in fault.message for fault in found.faults)
    with pytest.raises(ValueError, match="kind: there is no fault of the kind 'odd'"):
        scanner().fault(0, 0, "odd", "")


@pytest.mark.parametrize(
    ("value", "kind", "shape"),
    [
        (True, "logical", ()), (np.bool_(True), "logical", ()), (3, "number", ()), (np.int16(3), "number", ()),
        (10**30, "number", ()), (10**400, "number", ()), (0.5, "number", ()), (np.float32(0.5), "number", ()),
        (np.array(2.0), "number", ()), ("3", "text", ()), (np.str_("x"), "text", ()),
        (np.arange(3), "vector", (3,)), (np.arange(3, dtype="uint64") + 2**63, "vector", (3,)),
        (np.zeros((2, 3), "float32").T, "array", (3, 2)), (np.array([True]), "logical", (1,)),
        (np.zeros(0), "vector", (0,)),
    ],
)  # fmt: skip
def test_header_values_are_those_of_a_file(value: Any, kind: str, shape: tuple[int, ...]) -> None:
    taking = scanner()
    taking.push(0, 0, np.zeros(0, "uint8"), np.zeros((0, 3)), None, (False,) * 3, {"key": value}, {})
    (key,) = taking.finish().keys
    assert (key.name, key.kind, key.shape, key.place) == ("key", kind, shape, "header")


def test_what_no_file_has_a_value_for_is_not_looked_at() -> None:
    header = {"a": None, "b": [1, 2], "c": {}, "d": np.zeros((1, 1, 1)), "e": np.array(["x"]), "f": 1j, 5: 1, "g": b"x"}
    header["h"] = np.array([None])
    columns = {
        "a": np.zeros(3),
        "b": np.zeros((2, 1, 1)),
        "c": ["x", 1],
        "d": ["x"],
        "e": None,
        "f": [[], []],
        5: np.ones(2),
    }
    taking = scanner()
    taking.push(0, 0, np.ones(2, "uint8"), np.eye(3)[:2], None, (False,) * 3, header, columns)
    assert taking.finish().keys == []


@pytest.mark.parametrize(
    ("values", "kind", "shape"),
    [
        (np.arange(2), "number", ()), (np.arange(2) + 2**40, "number", ()), (np.ones((2, 1), "float32"), "number", ()),
        (np.ones((3, 2)).T, "vector", (3,)), (np.array([True, False]), "logical", ()), (["a", "b"], "text", ()),
        ([["a", "b"], ["c", "d"]], "text", (2,)), (np.array(["a", "b"]), "text", ()),
        (np.array(["a", "b"], object), "text", ()), (np.arange(2, dtype="uint8"), "number", ()),
    ],
)  # fmt: skip
def test_columns_are_those_of_a_file(values: Any, kind: str, shape: tuple[int, ...]) -> None:
    taking = scanner()
    taking.push(0, 0, np.ones(2, "uint8"), np.eye(3)[:2], None, (False,) * 3, {}, {"key": values})
    (key,) = taking.finish().keys
    assert (key.name, key.kind, key.shape, key.place) == ("key", kind, shape, "column")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("run 1", "run 1"), (7, "7"), (0.1, "0.1"), (np.float32(0.5), "0.5"), (True, "T"), (np.arange(3), "0 1 2"),
        (np.array([True, False]), "T F"), (np.eye(2, dtype=int), "_JSON [[1, 0], [0, 1]]"), (None, None),
    ],
)  # fmt: skip
def test_names_of_runs_are_written_as_ase_writes_them(path: Path, value: Any, text: str | None) -> None:
    atoms = Atoms("H", info={"run": value})
    assert scan_images([atoms], group="run").trajectories == [text]
    if text is not None:
        ase.io.write(path, atoms, format="extxyz")
        assert _core.scan_extxyz(path, **LABELS, group="run").trajectories == [text]


def test_arrays_may_lie_in_memory_in_any_order() -> None:
    copper = bulk("Cu", "fcc", a=3.59) * 2
    copper.rattle(0.1)
    turned = copper.copy()
    turned.arrays["positions"] = np.asfortranarray(copper.positions)
    turned.arrays["numbers"] = np.repeat(copper.numbers, 2)[::2]
    assert_same_scan(scan_images([turned]), scan_images([copper]))


def test_frames_of_the_wrong_shape_are_refused() -> None:
    one, at, no, here = np.ones(1, "uint8"), np.zeros((1, 3)), None, (False,) * 3
    taking = scanner()
    for wrong in ((one, at[:, :2], no), (one, at[:0], no), (one, at, at), (one + 150, at, no)):
        with pytest.raises(ValueError, match=r"^(numbers|positions|cell): "):
            taking.push(0, 0, *wrong, here, {}, {})
    with pytest.raises(TypeError):
        taking.push(0, 0, np.ones(1), at, no, here, {}, {})  # type: ignore[arg-type]
    assert taking.finish().frames == 0


def test_after_the_end_nothing_is_taken() -> None:
    taking = scanner()
    taking.finish()
    with pytest.raises(ValueError, match="the scan is finished"):
        taking.push(0, 0, np.ones(1, "uint8"), np.zeros((1, 3)), None, (False,) * 3, {}, {})
    with pytest.raises(ValueError, match="the scan is finished"):
        taking.fault(0, 0, "format", "")
    with pytest.raises(ValueError, match="the scan is finished"):
        taking.finish()


def test_a_scanner_refuses_what_a_scan_refuses() -> None:
    with pytest.raises(ValueError, match="search: must be positive"):
        scanner(search=0.0)
    with pytest.raises(ValueError, match="factors: must be finite and not 0"):
        scanner(factors=(0.0, 1.0, 1.0, 1.0))


def test_real_frames_are_scanned_as_those_of_their_file(data: Path) -> None:
    file = data / "solvent" / "md_stable.xyz"
    labels = {"energy": "energy", "forces": "forces", "stress": None}
    expected = _core.scan_extxyz(file, **labels, isolated=None)  # type: ignore[arg-type]
    found = scan_read(_core.read_extxyz(file), **labels, isolated=None)
    assert_same_scan(found, expected)
    images = ase.io.read(file, index=":", format="extxyz")
    for atoms in images:
        atoms.info["energy"], atoms.arrays["forces"] = atoms.calc.results["energy"], atoms.calc.results["forces"]
    found = scan_images(images, **labels, isolated=None)
    assert _core.work_consistency(found) == _core.work_consistency(expected)
    assert np.array_equal(found.fingerprint, expected.fingerprint)
    assert np.array_equal(found.net_force, expected.net_force)
