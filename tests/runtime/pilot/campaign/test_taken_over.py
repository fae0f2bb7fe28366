"""A campaign whose run another process takes over: it stops, and adds nothing to either record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.engine.engines import ENGINES
from mlipilot.runtime.execution import session as sessions
from mlipilot.runtime.execution.session import Session
from mlipilot.runtime.execution.watcher import Silent
from mlipilot.runtime.foundation.processes import identity
from mlipilot.runtime.pilot.campaign.execution import execute_campaign
from mlipilot.runtime.record import Workspace
from mlipilot.runtime.record.lease import Lease

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2] / "engine")]

from real_campaign import SPEC
from scripted import ScriptedEngine

OTHER = {**identity(), "host": "other"}


def test_a_campaign_that_was_taken_over_stops_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "campaign.mlp"
    spec.write_text(SPEC)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    engine = ScriptedEngine(script="wait")
    monkeypatch.setitem(ENGINES, "local", lambda setting: engine)
    opened: list[Session] = []

    class Kept(Session):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            opened.append(self)

    monkeypatch.setattr(sessions, "Session", Kept)
    written: list[bytes] = []

    class Thief(Silent):
        def tick(self) -> None:
            run = opened[0].run
            if engine.submitted and not written:
                run.lease.path.unlink()
                assert Lease(run.folder, OTHER).acquire()
                written.extend([run.campaign.read_bytes(), run.journal.read_bytes()])
                opened[0].heartbeat.beat()

    ended = execute_campaign(compiled, Workspace(tmp_path / "work"), Thief())

    assert (ended.run, ended.is_closed) == (None, False)
    assert [diagnostic.code for diagnostic in ended.diagnostics] == ["MLP0802"]
    assert engine.cancelled == engine.submitted != []
    run = opened[0].run
    assert [run.campaign.read_bytes(), run.journal.read_bytes()] == written
    assert run.holder() == OTHER
