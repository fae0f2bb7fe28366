"""Looking at a run, and ending it: what `cancel` and `logs --follow` do about processes that are not on this host."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlipilot.cli.inspection import cancel
from mlipilot.cli.printouts import _print
from mlipilot.runtime.execution.outcome import JobState
from mlipilot.runtime.foundation.atomic_files import create_json, write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record import Run, Workspace
from mlipilot.runtime.record.about import About
from mlipilot.runtime.record.lease import Lease

ELSEWHERE = {**identity(), "host": "elsewhere"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that another host executes."""
    run = Run(tmp_path / "runs" / "copper-12345678")
    assert Lease(run.folder, ELSEWHERE).acquire()
    run.plan.touch()
    return run


def test_a_run_of_another_host_is_cancelled_there(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert cancel(str(run.folder)) == 1
    assert "runs on elsewhere" in capsys.readouterr().err


def test_a_run_whose_host_gives_no_sign_of_life_does_not_run(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    os.utime(run.lease.path, (0, 0))

    assert cancel(str(run.folder)) == 0
    assert "is not running" in capsys.readouterr().out


def test_a_log_is_followed_until_its_attempt_gives_no_sign_of_life(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path)
    entry = workspace.store.entry("ab" * 32)
    entry.folder.mkdir(parents=True)
    create_json(entry.file("intent", 1), ELSEWHERE)
    write_json(entry.owner_file, {**ELSEWHERE, "attempt": 1})
    write_json(entry.file("hb", 1), {})
    entry.log(1).write_text("epoch 1\n")

    def later(seconds: float) -> None:
        with entry.log(1).open("a") as log:
            log.write("epoch 2\n")
        for path in (entry.file("hb", 1), entry.file("intent", 1)):
            os.utime(path, (0, 0))

    monkeypatch.setattr("time.sleep", later)
    assert _print(workspace.store, JobState(About("train/fit", "ab" * 32, "train")), 1, follow=True) == 0
    assert capsys.readouterr().out == "epoch 1\nepoch 2\n"
