"""What ended a job: its own fault, or that of the place that it writes to."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from mlipilot.runtime.foundation import refused as module
from mlipilot.runtime.foundation.refused import refused, trial


class Usage(NamedTuple):
    """Of a file system."""

    free: int


def _raised(error: BaseException, cause: BaseException | None) -> BaseException:
    try:
        raise error from cause
    except type(error) as raised:
        return raised


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO])
def test_what_the_system_says_of_a_place_is_no_fault_of_the_job(number: int, tmp_path: Path) -> None:
    error = OSError(number, os.strerror(number), str(tmp_path / "x"))
    assert refused(error, tmp_path) is error
    assert refused(_raised(RuntimeError("a writer failed"), error), tmp_path) is error


@pytest.mark.parametrize("error", [ValueError("a shape"), KeyError("x"), OSError(errno.EINVAL, "invalid argument")])
def test_what_is_the_job_s_own_fault_stays_so(error: Exception, tmp_path: Path) -> None:
    assert refused(error, tmp_path) is None


def test_whatever_fails_where_no_room_is_left_lacked_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda folder: Usage(0))
    found = refused(RuntimeError("PytorchStreamWriter failed"), tmp_path)
    assert found is not None
    assert found.errno == errno.ENOSPC
    assert found.filename == str(tmp_path)


def test_an_input_that_was_removed_is_lost_and_another_missing_file_is_the_job_s_fault(tmp_path: Path) -> None:
    missing = str(tmp_path / "train.xyz")
    error = FileNotFoundError(errno.ENOENT, "no such file", missing)
    assert refused(error, tmp_path, [missing]) is error
    assert refused(error, tmp_path) is None


def test_a_folder_that_was_removed_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "entry"
    folder.mkdir()
    error = FileNotFoundError(errno.ENOENT, "no such file", str(folder / "hb-1.json"))
    assert refused(error, folder) is None
    shutil.rmtree(folder)
    assert refused(error, folder) is error


def test_a_trial_finds_whether_a_place_takes_a_file_and_leaves_none(tmp_path: Path) -> None:
    assert trial(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    found = trial(tmp_path / "absent")
    assert found is not None
    assert found.errno == errno.ENOENT
    assert found.filename == str(tmp_path / "absent")
