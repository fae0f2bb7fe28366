"""Jobs on a real Slurm: they are published once, whatever happens to them, and their ends are told as they were."""

from __future__ import annotations

import json
from pathlib import Path

from minislurm import MiniSlurm
from slurm_engines import engine_on
from told import submitted, until

from mlipilot.runtime.engine.protocol import Attempt, Began, Cause, Ended
from mlipilot.runtime.record.store import Entry


def test_an_attempt_runs_and_is_published(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path) as engine:
        attempt = submitted(engine, tmp_path / "key", "publish")
        began, ended = until(engine, Ended)
        assert isinstance(began, Began) and began.attempt == attempt
        assert isinstance(ended, Ended) and ended.cause is Cause.OWN
        assert Entry(attempt.folder).is_done()


def test_attempts_that_are_given_together_are_one_array(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path) as engine:
        attempts = [submitted(engine, tmp_path / f"key{number}", "publish") for number in range(5)]
        ended: list[Attempt] = []
        while len(ended) < 5:
            ended += [report.attempt for report in until(engine, Ended) if isinstance(report, Ended)]
        assert sorted(ended) == sorted(attempts)
        assert all(Entry(attempt.folder).is_done() for attempt in attempts)
        queue = engine._commands.queue()
        assert isinstance(queue, list)
        names = {json.loads(Entry(a.folder).file("slurm", a.number).read_bytes())["name"] for a in attempts}
        assert len(names) == 1
        assert sorted(job.place for job in queue if job.name in names) == [0, 1, 2, 3, 4]
