"""The extended XYZ reader against ASE's, value for value; faults with their lines; going on after them."""

import bz2
import gzip
import lzma
import warnings
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.data import chemical_symbols
from ase.io.extxyz import key_val_str_to_dict
from extxyz_oracle import assert_same_as_ase, assert_same_header, faults_of, frames_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlipilot import _core

steady = settings(deadline=None, max_examples=150)  # a busy machine is no failure
WATER = "3\nProperties=species:S:1:pos:R:3:forces:R:3 energy=-1.5\nO 0 0 0 .1 .2 .3\nH 1 0 0 0 0 0\nH 0 1 0 0 0 0\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that each example writes anew."""
    return tmp_path_factory.mktemp("extxyz") / "frames.xyz"


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


# --- values -----------------------------------------------------------------------------------------------------------

WORDS = """
    a b_c energy stress virial uid = = = " " ' { } [ ] \\ , ; : T F true FALSE t 1 -2 3.5 1e-3 1_0 +7 nan inf -Infinity
    007 99999999999999999999 0x1 1.0D+00 é _JSON null {"k":[1,2]} "[[1,2],[3,4.5]]" "_JSON" ["x",1] [1,2,3]
    "1 2 3 4 5 6 7 8 9" \\" [[1,0],[0,1]] pos:R:3
"""
SPACED = [" ", " ", " ", "  ", "\t", "\x1c", "\xa0", "_JSON [true, 2]", '"_JSON {\\"a\\": 1}"', "_JSON [[1],[2]]"]
PIECES = st.sampled_from([*WORDS.split(), *SPACED])


@steady
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_line_of_keys_means_what_it_means_to_ase(path: Path, line: str) -> None:
    line = line.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            expected: dict[str, Any] | None = key_val_str_to_dict(line) if line else {}
    except Exception:  # ASE raises whatever its parsing ran into
        expected = None
    found = _core.read_extxyz(write(path, f"1\n{line}\nH 0 0 0\n"))
    assert len(found) == 1
    if expected is None:
        assert isinstance(found[0], _core.ScanFault)
        assert (found[0].line, found[0].kind) == (2, "header")
    else:
        assert isinstance(found[0], _core.ExtxyzFrame), found[0]
        assert_same_header(found[0].header, expected)


KEYS = st.text("abcXYZ_09-é \"'[]{}", min_size=1, max_size=8).filter(
    lambda key: key.strip() == key and key.lower() not in {"uid", "virial", "pbc", "stress", "lattice", "properties"}
)
NUMBERS = st.one_of(st.integers(-(2**40), 2**40), st.floats(width=64))
VALUES = st.one_of(
    NUMBERS,
    st.booleans(),
    st.text("abcTF 0123.e-_,\"'[]{}é", min_size=1, max_size=12),
    st.none(),
    st.lists(NUMBERS, min_size=1, max_size=5).map(lambda values: np.array(values, dtype=float)),
    st.lists(st.integers(-9, 9), min_size=1, max_size=5).map(np.array),
    st.lists(st.booleans(), min_size=2, max_size=4).map(np.array),
    st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).normal(size=(2, 3))),
    st.lists(st.integers(-9, 9), max_size=3),
    st.dictionaries(st.sampled_from("abc"), NUMBERS.filter(np.isfinite), min_size=1, max_size=2),
)


@st.composite
def frames(draw: st.DrawFn) -> Atoms:
    """Atoms with odd keys, columns of every type, and any mixture of cell and periodicity."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(1, 6))
    atoms = Atoms(
        [chemical_symbols[z] for z in rng.integers(0, 119, size=n)],
        positions=rng.normal(scale=draw(st.sampled_from([1e-9, 1.0, 1e5])), size=(n, 3)),
        cell=draw(st.sampled_from([None, rng.normal(size=(3, 3)), np.diag([0.0, 0.0, 7.5])])),
        pbc=[draw(st.booleans()) for _ in range(3)],
    )
    atoms.info = draw(st.dictionaries(KEYS, VALUES, max_size=4))
    columns = {
        "forces_dft": rng.normal(scale=1e3, size=(n, 3)),
        "tag": rng.integers(-(2**31), 2**31, size=n).astype(np.int32),
        "fixed": rng.integers(0, 2, size=(n, 2)).astype(bool),
        "label": np.array([f"s{k}" for k in range(n)]),
        "wide": rng.normal(size=(n, 7)),
    }
    for name in draw(st.sets(st.sampled_from(sorted(columns)))):
        atoms.new_array(name, columns[name])
    return atoms


@steady
@given(st.lists(frames(), min_size=1, max_size=3))
def test_what_ase_writes_is_read_as_ase_reads_it(path: Path, images: list[Atoms]) -> None:
    try:
        ase.io.write(path, images, format="extxyz")
        ase.io.read(path, index=":", format="extxyz")
    except Exception:  # some odd keys ASE cannot read back
        assume(False)
    assert assert_same_as_ase(path) == len(images)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(" ", "\t \t"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n \n\t\n",
        lambda text: text.replace("\nH", "\n   h"),
        lambda text: text.replace(" .3", " .3 and more"),
        lambda text: text.replace("3\n", " +3 \n", 1),
    ],
    ids=["crlf", "cr", "tabs", "no end", "blank end", "lower case", "more columns", "odd count"],
)
def test_other_writers_ways_are_read_as_ase_reads_them(path: Path, change: Any) -> None:
    assert assert_same_as_ase(write(path, change(WATER + WATER))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "2\na comment, nothing more\nH 0 0 0\nHE 0 0 1.5\n",
        "1\n\nCu 0 0 0\n",
        "0\nenergy=1\n1\n\nH 0 0 0\n",
        "2\nProperties=Z:I:1:pos:R:3\n6 0 0 0\n92 1 1 1\n",
        "1\nProperties=species:S:1:Z:I:1:pos:R:3\nH 6 0 0 0\n",
        "1\nProperties=pos:I:3:symbols:S:1:momenta:R:3:charge:R:1\n1 2 3 X 1 2 3 4\n",
        '1\nLattice="1 2 3 4 5 6 7 8 10"\nH 0 0 0\n',
        '1\nLattice={1 2 3 4 5 6 7 8.5 9} pbc="T F T"\nH 0 0 0\n',
        '1\nLattice="0 0 0 0 0 0 0 0 0" pbc=F\nH 0 0 0\n',
        '1\nLattice = "1 0 0 0 1 0 0 0 1" pbc="1 0 1" stress="1 2 3 2 5 6 3 6 9" virial="1 2 3 4 5 6 7 8 9"\nH 0 0 0\n',
        "1\npbc\nH 0 0 0\n",
        "1\nbox\nH 0 0 0\nVEC1 1 0 0\nVEC2 0 2 0.5\n1\n\nC 0 0 0\n",
    ],
)
def test_every_form_of_frame_is_read_as_ase_reads_it(path: Path, text: str) -> None:
    expected = ase.io.read(write(path, text), index=":", format="extxyz")
    for atoms in expected:
        atoms.info.pop("comment", None)  # what ASE calls the line of keys of a frame with VEC lines
    found = frames_of(path)
    assert len(found) == len(expected)
    for frame, atoms in zip(found, expected, strict=True):
        assert np.array_equal(frame.numbers, atoms.numbers)
        assert np.array_equal(frame.positions, atoms.positions)
        assert np.array_equal(np.zeros((3, 3)) if frame.cell is None else frame.cell, atoms.cell.array)
        assert list(frame.periodic) == atoms.pbc.tolist()


def test_all_frames_of_real_files_are_those_of_ase(data: Path) -> None:
    files = sorted((data / "solvent").glob("*.xyz"))
    assert files
    assert sum(assert_same_as_ase(file) for file in files) > 1000


def test_all_frames_of_qm7_are_those_of_ase(data: Path, path: Path) -> None:
    path.write_bytes(gzip.decompress((data / "qm7.extxyz.gz").read_bytes()))
    expected = ase.io.read(path, index=":", format="extxyz")
    found = frames_of(path)
    assert len(found) == len(expected) == 7101
    for frame, atoms in zip(found, expected, strict=True):
        assert np.array_equal(frame.numbers, atoms.numbers)
        assert np.array_equal(frame.positions, atoms.positions)
        assert_same_header(frame.header, atoms.info)


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "kind"),
    [
        ("three\n", 1, None, "count"),
        ("-1\n\n", 1, None, "count"),
        ("99999999999999999999\n\n", 1, None, "count"),
        ("\ufeff3\n\n", 1, None, "count"),
        ("3", 1, None, "truncated"),
        ("2\n\nH 0 0 0\n", 3, None, "truncated"),
        ("1\n=1\nH 0 0 0\n", 2, 1, "header"),
        ("1\né Lattice=1\nH 0 0 0\n", 2, 3, "cell"),
        ("1\nx=1 pbc=maybe\nH 0 0 0\n", 2, 5, "header"),
        ('1\nv="_JSON [[1],2]"\nH 0 0 0\n', 2, 1, "header"),
        ("1\nProperties=5\nH 0 0 0\n", 2, 1, "properties"),
        ("1\nProperties=species:S:1:pos:R\nH 0 0 0\n", 2, 1, "properties"),
        ("1\nProperties=species:S:1:pos:R:3:f:R:9999999999999\nH 0 0 0\n", 3, None, "columns"),
        ("1\n\nH 0 0\n", 3, None, "columns"),
        ("1\n\nH 0 0 1.0D+00\n", 3, 7, "number"),
        ("1\n\nÅ 0 x 0\n", 3, 5, "number"),
        ("1\nProperties=species:S:1:pos:R:3:n:I:1\nH 0 0 0 1.0\n", 3, 9, "number"),
        ("1\nProperties=species:S:1:pos:R:3:n:I:1\nH 0 0 0 2147483648\n", 3, 9, "number"),
        ("1\nProperties=species:S:1:pos:R:3:l:L:1\nH 0 0 0 1\n", 3, 9, "number"),
        ("2\n\nH 0 0 0\nCx 0 0 0\n", 4, None, "species"),
        ("1\nProperties=Z:I:1:pos:R:3\n119 0 0 0\n", 3, None, "species"),
        ("1\n\nH 0 0 0\nVEC2 1 0 0\n", 4, None, "cell"),
        ('1\nLattice="1 0 0 0 1 0 0 0 1"\nH 0 0 0\nVEC1 1 0 0\n', 4, None, "cell"),
    ],
)
def test_a_fault_has_the_line_and_column_where_it_stands(
    path: Path, text: str, line: int, column: int | None, kind: str
) -> None:
    fault = faults_of(write(path, WATER + text))[0]
    shift = WATER.count("\n")
    assert (fault.line, fault.column, fault.kind, fault.frame) == (line + shift, column, kind, 1)
    assert len(_core.read_extxyz(path)) == 2


def test_bytes_that_are_no_text_are_a_fault_of_their_line(path: Path) -> None:
    path.write_bytes(b"1\nname=\xff\nH 0 0 0\n" + WATER.encode())
    fault, frame = _core.read_extxyz(path)
    assert isinstance(fault, _core.ScanFault)
    assert (fault.line, fault.column, fault.kind) == (2, 6, "encoding")
    assert isinstance(frame, _core.ExtxyzFrame)


def test_a_blank_line_between_frames_ends_the_reading_as_it_does_in_ase(path: Path) -> None:
    write(path, WATER + WATER + " \n\n" + WATER + "\n" + WATER + WATER)
    assert len(ase.io.read(path, index=":", format="extxyz")) == 2
    found = _core.read_extxyz(path)
    assert [type(item).__name__ for item in found] == ["ExtxyzFrame", "ExtxyzFrame", "ScanFault"]
    assert (found[2].line, found[2].kind, found[2].frame) == (11, "blank_line", 2)
    assert "reads 2 frames, and not the 3" in found[2].message


@pytest.mark.parametrize("rest", ["\n", "  \n\t\n", "\n# the end\n", "\n12\n", "\n3\ncut\nH 0 0 0\n", "\n\ntext\n1\n"])
def test_what_follows_a_blank_line_and_is_no_frame_is_no_fault_as_in_ase(path: Path, rest: str) -> None:
    write(path, WATER + WATER + rest)
    assert len(ase.io.read(path, index=":", format="extxyz")) == 2
    assert [type(item).__name__ for item in _core.read_extxyz(path)] == ["ExtxyzFrame", "ExtxyzFrame"]


@pytest.mark.parametrize("rest", ["# the end\n", "0 frames\n", "H 0 0 0 0 0 0\n"])
def test_text_right_behind_a_frame_is_a_fault_as_in_ase(path: Path, rest: str) -> None:
    write(path, WATER + rest)
    with pytest.raises(Exception, match="Expected xyz header"):
        ase.io.read(path, index=":", format="extxyz")
    (fault,) = faults_of(path)
    assert (fault.line, fault.kind, fault.frame) == (6, "count", 1)


PACKERS = {"gz": gzip, "bz2": bz2, "xz": lzma}
TWO_ATOMS = "2\nProperties=species:S:1:pos:R:3 E={n}\nH 0 0 {n}.{m}\nO {m} 0.{n} 1\n"
LONG = "".join(TWO_ATOMS.format(n=n, m=n**5) for n in range(400))


@pytest.mark.parametrize("end", PACKERS)
def test_a_compressed_file_is_read_as_ase_reads_it(path: Path, end: str) -> None:
    packed = path.with_name(f"frames.xyz.{end}")
    packed.write_bytes(PACKERS[end].compress(LONG.encode()) + PACKERS[end].compress((WATER + WATER).encode()))
    expected = ase.io.read(packed, index=":")
    found = _core.read_extxyz(packed)
    assert [frame.header["E"] for frame in found[:-2]] == [frame.info["E"] for frame in expected[:-2]]
    assert len(found) == len(expected) == 402
    assert _core.scan_extxyz(packed, energy="energy", forces=None, stress=None).frames == 402


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_a_compressed_file_that_was_cut_or_changed_is_one_fault_with_its_place(
    path: Path, end: str, share: float
) -> None:
    whole = PACKERS[end].compress(LONG.encode())
    at = int(share * len(whole))
    packed = path.with_name(f"frames.xyz.{end}")
    packed.write_bytes(whole[: at + 1])
    *frames, fault = _core.read_extxyz(packed)
    assert (fault.kind, fault.frame) == ("archive", len(frames))
    assert "cut off" in fault.message
    assert fault.line >= 4 * len(frames) + (1 if frames else 0)
    packed.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
    *frames, fault = _core.read_extxyz(packed)
    assert fault.kind == "archive"
    assert all(isinstance(frame, _core.ExtxyzFrame) for frame in frames)


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("filling", [b"\0", b"9\n\n" + b"H 0 0 0\n" * 9], ids=["zeros", "frames"])
def test_what_grows_as_no_frames_do_is_one_fault_in_bounded_memory(path: Path, end: str, filling: bytes) -> None:
    packed = path.with_name(f"bomb.xyz.{end}")
    packed.write_bytes(20 * PACKERS[end].compress(filling * ((1 << 20) // len(filling))))
    scan = _core.scan_extxyz(packed, energy=None, forces=None, stress=None)
    assert [(fault.kind, "200 times" in fault.message) for fault in scan.faults] == [("archive", True)]


@pytest.mark.parametrize(
    "broken",
    [
        WATER.replace("H 1 0 0", "H 1 x 0"),
        WATER.replace("3\n", "2\n", 1),
        WATER.replace("3\n", "4\n", 1),
        WATER.replace("3\n", "1000000000000\n", 1),
        WATER.replace("3\n", "three\n", 1),
        WATER.replace("pos:R:3", "pos:R:2"),
        WATER.replace("O", "Oo"),
        WATER.replace("H 1 0 0 0 0 0\n", ""),
        WATER.replace("energy=-1.5", "Lattice=1"),
    ],
)
def test_reading_goes_on_behind_a_broken_frame(path: Path, broken: str) -> None:
    found = _core.read_extxyz(write(path, WATER + broken + WATER + WATER))
    frames = [item for item in found if isinstance(item, _core.ExtxyzFrame)]
    faults = [item for item in found if isinstance(item, _core.ScanFault)]
    assert len(faults) == 1
    assert 6 <= faults[0].line <= 11
    total = WATER.count("\n") * 2 + broken.count("\n")
    assert [frame.line for frame in frames][-2:] == [total - 4, total + 1]
    assert all(frame.header["energy"] == -1.5 for frame in frames[-2:])


def test_a_false_count_in_plain_xyz_ends_the_reading_instead_of_misreading(path: Path) -> None:
    plain = "3\n\nH 0 0 0\nH 0 0 1\nH 0 0 2\n"
    found = _core.read_extxyz(write(path, plain + plain.replace("3", "1", 1) + plain))
    assert [type(item).__name__ for item in found] == ["ExtxyzFrame", "ExtxyzFrame", "ScanFault"]
    assert (found[2].line, found[2].kind) == (9, "count")


def test_a_file_cut_at_any_byte_gives_its_whole_frames_and_at_most_one_fault(path: Path) -> None:
    text = (WATER + WATER).encode()
    for end in range(len(text)):
        path.write_bytes(text[:end])
        found = _core.read_extxyz(path)
        frames = [item for item in found if isinstance(item, _core.ExtxyzFrame)]
        assert len(found) - len(frames) <= 1
        assert len(frames) >= end // len(WATER)


def test_an_empty_file_has_no_frames_and_a_missing_one_is_an_os_error(path: Path, tmp_path: Path) -> None:
    assert _core.read_extxyz(write(path, "")) == []
    with pytest.raises(FileNotFoundError) as raised:
        _core.read_extxyz(tmp_path / "none.xyz")
    assert raised.value.filename == str(tmp_path / "none.xyz") or raised.value.filename == tmp_path / "none.xyz"
    with pytest.raises(IsADirectoryError):
        _core.read_extxyz(tmp_path)
