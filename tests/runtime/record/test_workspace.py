"""Workspaces: one executor a run, and a lease that outlives nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.record.workspace import Run, Workspace, workspace_of


def test_a_run_has_one_executor(tmp_path: Path) -> None:
    run = Run(tmp_path / "copper-12345678")

    assert run.lease.acquire()
    assert not run.lease.acquire()
    assert (run.holder() or {})["pid"] == os.getpid()


def test_a_released_run_can_be_acquired_again(tmp_path: Path) -> None:
    run = Run(tmp_path / "copper-12345678")
    run.lease.acquire()
    run.lease.release()

    assert run.holder() is None
    assert run.lease.acquire()


def test_a_lease_whose_process_is_gone_is_taken_over(tmp_path: Path) -> None:
    run = Run(tmp_path / "copper-12345678")
    run.folder.mkdir()
    write_json(run.folder / "lease.json", {**identity(), "started": 1})

    assert run.holder() is None
    assert run.lease.acquire()


def test_a_lease_of_another_host_is_respected(tmp_path: Path) -> None:
    run = Run(tmp_path / "copper-12345678")
    run.folder.mkdir()
    write_json(run.folder / "lease.json", {**identity(), "host": "elsewhere"})

    assert not run.lease.acquire()
    assert (run.holder() or {})["host"] == "elsewhere"


def test_the_workspace_is_beside_the_spec_unless_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    assert workspace_of(tmp_path / "a.mlp") == Workspace(tmp_path / ".mlipilot")

    monkeypatch.setenv("MLIPILOT_WORKSPACE", str(tmp_path / "elsewhere"))
    assert workspace_of(tmp_path / "a.mlp") == Workspace(tmp_path / "elsewhere")


def test_an_accepted_model_is_linked_and_relinked(tmp_path: Path) -> None:
    run = Run(tmp_path / "runs" / "copper-1")
    run.folder.mkdir(parents=True)
    for text in ("one", "two"):
        (tmp_path / text).write_text(text)
        assert run.hand_out(tmp_path / text).read_text() == text
