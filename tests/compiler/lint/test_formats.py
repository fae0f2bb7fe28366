"""Data files in forms of their own: compressed, of other formats, with an index in the name; each as ASE takes it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
from fnmatch import fnmatchcase
from pathlib import Path

import ase.io
import pytest
from ase.io.formats import filetype, ioformats
from crystals import Crystal
from linting import codes, found, lint

from mlipilot.compiler.lint import DataFiles
from mlipilot.compiler.lint.formats import IN_NAMES, IN_TEXT, taken_for

TEXT, OTHER = Crystal(12, seed=1).text(), Crystal(4, seed=2).text()
PACKERS = {"gz": gzip, "bz2": bz2, "xz": lzma}


def options(name: str, folder: Path, more: str = "") -> str:
    (folder / "valid.xyz").write_text(OTHER)
    return f'name: cu\ntrain_file: "{name}"\nvalid_file: valid.xyz\nE0s: average\nbatch_size: 4\n{more}'


@pytest.mark.parametrize("end", PACKERS)
@pytest.mark.parametrize("stem", ["train.xyz", "train.extxyz", "train"])
def test_compressed_frames_are_read_as_the_plain_ones_are(end: str, stem: str, tmp_path: Path) -> None:
    (tmp_path / f"{stem}.{end}").write_bytes(PACKERS[end].compress(TEXT.encode()))
    (tmp_path / "train.xyz").write_text(TEXT)
    plain = lint(options("train.xyz", tmp_path), tmp_path)
    packed = lint(options(f"{stem}.{end}", tmp_path), tmp_path)
    assert packed.diagnostics == plain.diagnostics == []
    assert packed.scanned
    assert packed.remarks == plain.remarks
    broken = TEXT.replace("REF_energy=", "REF_energy=x", 1)
    (tmp_path / f"{stem}.{end}").write_bytes(PACKERS[end].compress(broken.encode()))
    assert codes(options(f"{stem}.{end}", tmp_path), tmp_path) == ["MLP1007"]


@pytest.mark.parametrize("end", PACKERS)
def test_damaged_data_are_one_fault_with_its_frame(end: str, tmp_path: Path) -> None:
    packed = PACKERS[end].compress(TEXT.encode())
    (tmp_path / f"train.xyz.{end}").write_bytes(packed[:-40])
    (diagnostic,) = found(options(f"train.xyz.{end}", tmp_path), tmp_path)
    assert diagnostic.code == "MLP1001"
    assert "cut off" in diagnostic.headline
    assert diagnostic.primary is not None
    assert diagnostic.primary.label.startswith("frame ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.xyz", gzip.compress(TEXT.encode())),
        ("train.xyz", lzma.compress(TEXT.encode())),
        ("train.xyz.zst", b"\x28\xb5\x2f\xfd" + bytes(90)),
        ("train.zip", b"PK\x03\x04" + bytes(90)),
        ("train.xyz.GZ", gzip.compress(TEXT.encode())),
        ("train.xyz.gz", gzip.compress(gzip.compress(TEXT.encode()))),
        ("train.xyz.7z", b"7z\xbc\xaf\x27\x1c" + bytes(90)),
        ("train.words", b"no frames at all\n"),
        ("train.png", b"\x89PNG\r\n"),
    ],
    ids=["gzip", "xz", "zstd", "zip", "GZ", "twice", "7z", "words", "png"],
)
def test_what_ase_cannot_read_is_refused_by_name(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Exception):  # noqa: B017
        ase.io.read(tmp_path / name, index=":")
    (diagnostic,) = found(options(name, tmp_path), tmp_path)
    assert diagnostic.code == "MLP0306"
    assert f"`{name}`" in diagnostic.headline


def test_an_archive_of_files_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "inside.xyz").write_text(TEXT)
    with tarfile.open(tmp_path / "train.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "inside.xyz")
    (diagnostic,) = found(options("train.tar.gz", tmp_path), tmp_path)
    assert diagnostic.code == "MLP0306"
    assert "tar archive" in diagnostic.headline


@pytest.mark.parametrize(("name", "form"), [("train.traj", "traj"), ("train.xyz", "traj"), ("run.traj", None)])
def test_what_ase_reads_and_is_not_scanned_is_said_not_to_be_checked(
    name: str, form: str | None, tmp_path: Path
) -> None:
    (tmp_path / "source.xyz").write_text(TEXT)
    ase.io.write(tmp_path / name, ase.io.read(tmp_path / "source.xyz", index=":"), format=form)
    linted = lint(options(name, tmp_path), tmp_path)
    assert linted.diagnostics == []
    assert not linted.scanned
    assert any(f"`{name}` was not checked" in remark and "ASE trajectory" in remark for remark in linted.remarks)
    named = lint(options("absent.xyz", tmp_path), tmp_path, data=DataFiles(train=tmp_path / name))
    assert any("was not checked" in remark for remark in named.remarks)


@pytest.mark.parametrize("name", ["train.json", "train.db"])
def test_a_format_that_drops_labels_of_other_names_is_a_fault_only_under_these(name: str, tmp_path: Path) -> None:
    (tmp_path / "source.xyz").write_text(TEXT)
    ase.io.write(tmp_path / name, ase.io.read(tmp_path / "source.xyz", index=":"))
    assert codes(options(name, tmp_path), tmp_path) == ["MLP1003"]
    linted = lint(options(name, tmp_path, "energy_key: energy\nforces_key: forces\n"), tmp_path)
    assert not [diagnostic for diagnostic in linted.diagnostics if diagnostic.code == "MLP1003"]
    assert any("was not checked" in remark for remark in linted.remarks)


@pytest.mark.parametrize(
    ("name", "word"), [("POSCAR_train.xyz", ""), ("CONFIG.extxyz", ""), ("train.xyz", "code=GAMESS "), ("a.txt", "")]
)
def test_frames_that_ase_takes_for_another_format_are_a_fault(name: str, word: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TEXT.replace("REF_energy=", f"{word}REF_energy="))
    with pytest.raises(Exception):  # noqa: B017
        ase.io.read(tmp_path / name, index=":")
    (diagnostic,) = found(options(name, tmp_path), tmp_path)
    assert diagnostic.code == "MLP0306"
    assert "is extended XYZ" in diagnostic.headline


@pytest.mark.parametrize("index", [":5", "-3:", "0", "::2", "a"])
def test_an_index_in_a_name_has_no_effect_as_in_ase(index: str, tmp_path: Path) -> None:
    (tmp_path / "train.xyz").write_text(TEXT)
    assert len(ase.io.read(f"{tmp_path}/train.xyz@{index}", index=":")) == 12
    linted = lint(options(f"train.xyz@{index}", tmp_path), tmp_path)
    assert [diagnostic.code for diagnostic in linted.diagnostics] == ["MLP1110"]
    assert any(remark.startswith("12 training frames") for remark in linted.remarks)


@pytest.mark.parametrize("name", ["run@300K.xyz", "a@b@c.xyz"])
def test_a_name_that_ase_takes_apart_is_a_fault_where_its_file_is_not_here(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TEXT)
    with pytest.raises(Exception):  # noqa: B017
        ase.io.read(tmp_path / name, index=":")
    assert codes(options(name, tmp_path), tmp_path) == ["MLP0306"]
    assert codes(options("absent@300K.xyz", tmp_path), tmp_path) == []
    (tmp_path / "of@dir").mkdir()
    shutil.copy(tmp_path / name, tmp_path / "of@dir" / "train.xyz")
    assert codes(options("of@dir/train.xyz", tmp_path), tmp_path) == []


@pytest.mark.parametrize("rest", ["\n", "\n\n  \n", "\n# written by hand\n"])
def test_frames_are_counted_as_ase_counts_them(rest: str, tmp_path: Path) -> None:
    (tmp_path / "train.xyz").write_text(TEXT + rest)
    assert len(ase.io.read(tmp_path / "train.xyz", index=":")) == 12
    linted = lint(options("train.xyz", tmp_path), tmp_path)
    assert linted.diagnostics == []
    assert any(remark.startswith("12 training frames") for remark in linted.remarks)


def test_frames_behind_a_blank_line_are_said_to_be_dropped_and_not_counted(tmp_path: Path) -> None:
    (tmp_path / "train.xyz").write_text(TEXT + "\n" + OTHER)
    linted = lint(options("train.xyz", tmp_path), tmp_path)
    (diagnostic,) = linted.diagnostics
    assert diagnostic.code == "MLP1001"
    assert "12 frames, and not the 4" in diagnostic.headline
    assert any(remark.startswith("12 training frames") for remark in linted.remarks)


def test_whatever_makes_ase_take_frames_for_another_format_has_it_asked(tmp_path: Path) -> None:
    literals = [piece for fmt in ioformats.values() for magic in fmt.magic for piece in [magic.strip(b"*")]]
    anywhere = [magic.strip(b"*") for fmt in ioformats.values() for magic in fmt.magic if magic.startswith(b"*")]
    assert set(anywhere) <= set(literals)
    for piece in anywhere:
        assert any(word in piece for word in IN_TEXT), piece
    for fmt in ioformats.values():
        for pattern in fmt.globs:
            example = pattern.replace("*", "a") + (".xyz" if pattern.endswith("*") else "")
            if example.endswith(".xyz") and fnmatchcase(example, pattern):
                assert any(word in example for word in IN_NAMES), pattern
    for word in IN_TEXT:
        (tmp_path / "t.xyz").write_bytes(TEXT.encode().replace(b"REF_energy=", b'w="' + word + b'" REF_energy=', 1))
        assert taken_for(tmp_path / "t.xyz").scanned == (filetype(str(tmp_path / "t.xyz")) == "extxyz"), word
