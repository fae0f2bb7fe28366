"""Results in one file: the same bytes each time, what is alike once, and nothing outside of its folder."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from mlipilot.runtime.pilot.audit.packing import PACKED, pack, packed_size, unpack


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Predictions of eight models beside the same labels."""
    draw = np.random.default_rng(0)
    labels = draw.normal(size=20_000)
    made = {}
    for model in range(8):
        path = tmp_path / f"{model}.npz"
        np.savez(path, ref=labels, pred=draw.normal(size=200))
        made[f"artifacts/{model}/predictions.npz"] = path
    return made


def test_what_is_packed_comes_back_and_gives_the_same_bytes(tmp_path: Path, files: dict[str, Path]) -> None:
    pack(files, tmp_path / PACKED)
    first = (tmp_path / PACKED).read_bytes()
    for path in files.values():
        os.utime(path, (0, 0))
    pack(dict(reversed(files.items())), tmp_path / PACKED)
    assert (tmp_path / PACKED).read_bytes() == first
    assert unpack(tmp_path / PACKED, tmp_path / "out") == ""
    for name, path in files.items():
        assert (tmp_path / "out" / name).read_bytes() == path.read_bytes()


def test_labels_that_all_files_hold_take_room_once(tmp_path: Path, files: dict[str, Path]) -> None:
    pack(files, tmp_path / PACKED)
    one = next(iter(files.values())).stat().st_size
    assert (tmp_path / PACKED).stat().st_size < 1.3 * one
    assert packed_size(files.values()) < 1.3 * one


def test_nothing_is_written_outside_of_the_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / PACKED, "w:xz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"bad"))
    assert unpack(tmp_path / PACKED, tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_a_file_that_is_no_archive_says_why(tmp_path: Path) -> None:
    (tmp_path / PACKED).write_bytes(b"no archive")
    assert unpack(tmp_path / PACKED, tmp_path / "out")
    assert unpack(tmp_path / "absent", tmp_path / "out")
