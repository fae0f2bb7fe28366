"""What a cluster does wrong, on a real one: no attempt is lost, none is taken for another, and ends are what they were.

Numbers are those of the table in `docs/clusters.md`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from minislurm import MiniSlurm
from scripted import claimed
from slurm_engines import TIMES, engine_on
from told import asked, submitted, until

from mlipilot.runtime.engine.protocol import Attempt, Began, Cause, Ended, Presence
from mlipilot.runtime.engine.slurm.commands import QueuedJob
from mlipilot.runtime.engine.slurm.engine import SlurmEngine
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.foundation.processes import start_time
from mlipilot.runtime.record.store import Entry

Clusters = Callable[..., MiniSlurm]


def begun(engine: SlurmEngine, folder: Path, script: str = "wait") -> Attempt:
    """An attempt whose job runs."""
    attempt = submitted(engine, folder, script)
    until(engine, Began)
    return attempt


def ended(engine: SlurmEngine) -> Ended:
    """The next end that is told."""
    found = until(engine, Ended)[-1]
    assert isinstance(found, Ended)
    return found


def ends(engine: SlurmEngine, attempts: Iterable[Attempt]) -> list[Ended]:
    """The ends of several attempts."""
    left, found = set(attempts), []
    while left:
        told = [report for report in until(engine, Ended) if isinstance(report, Ended)]
        found += told
        left -= {report.attempt for report in told}
    return found


def process(attempt: Attempt) -> int:
    """The process of an attempt that runs."""
    owner = Entry(attempt.folder).owner()
    assert owner is not None
    return int(owner["pid"])


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def shown(engine: SlurmEngine, attempt: Attempt) -> list[QueuedJob]:
    """What the queue shows of an attempt's name."""
    queue = engine._commands.queue()
    assert isinstance(queue, list), queue
    return [job for job in queue if job.name == attempt.token]


def named(attempt: Attempt) -> str:
    """The name that a job of Slurm has for an attempt: its own, or its array's."""
    return str((read_json(Entry(attempt.folder).file("slurm", attempt.number)) or {})["name"])


def wait_until(holds: Callable[[], bool], seconds: float = 240.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_1_a_killed_job_left_no_record_and_is_no_fault_of_its_own(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key")
        os.kill(process(attempt), signal.SIGKILL)
        found = ended(engine)
    assert found.cause is Cause.SILENT
    assert "FAILED" in found.reason
    assert Entry(attempt.folder).exit(1) is None


def test_2_a_job_whose_step_daemon_was_killed_ends_with_it_and_leaves_the_queue(
    clusters: Clusters, tmp_path: Path
) -> None:
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path, times=TIMES._replace(stale=4.0)) as engine:
        attempt = begun(engine, tmp_path / "key")
        pid = process(attempt)
        os.kill(parent(pid), signal.SIGKILL)
        wait_until(lambda: start_time(pid) is None)
        assert [job.state for job in shown(engine, attempt)] == ["RUNNING"]
        found = ended(engine)
        assert found.cause is Cause.SILENT
        assert "no sign of life" in found.reason
        wait_until(lambda: all(job.state not in ("RUNNING", "PENDING") for job in shown(engine, attempt)))


def test_3_an_outage_of_the_controller_changes_nothing(clusters: Clusters, tmp_path: Path) -> None:
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key", "work")
        cluster.kill("slurmctld")
        found = ended(engine)
        assert found.cause is Cause.OWN
        assert engine.reconcile(attempt) is Presence.NOT_THERE
        other = submitted(engine, tmp_path / "other", "publish")
        for _ in range(8):
            assert engine.poll(0.05) == []
        assert engine.reconcile(other) is Presence.UNKNOWN
        assert "does not answer" in engine.notes[0]
        cluster.start_controller()
        lost = ended(engine)  # nobody took it
        assert engine.notes == []
    assert lost.cause is Cause.LOST
    assert "does not know it" in lost.reason


def test_4_acknowledged_jobs_that_the_controller_lost_are_found_out(clusters: Clusters, tmp_path: Path) -> None:
    """Of a controller that is killed only what it had saved comes back, and a number is given twice."""
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path, options=["--hold"]) as engine:
        attempts = [claimed(tmp_path / f"key{number}") for number in range(6)]
        for attempt in attempts:
            engine.submit(attempt, asked("publish", attempt))
            engine.poll(0.0)
        cluster.kill("slurmctld")
        cluster.start_controller()
        wait_until(lambda: isinstance(engine._commands.queue(), list))
        names = {job.name for attempt in attempts for job in shown(engine, attempt)}
        lost = {attempt for attempt in attempts if attempt.token not in names}
        assert all(found.cause is Cause.LOST for found in ends(engine, lost))
        assert all(engine.reconcile(attempt) is Presence.THERE for attempt in set(attempts) - lost)
    assert lost


@pytest.mark.parametrize("count", [1, 3])
def test_5_a_submit_that_was_not_answered_runs_once(clusters: Clusters, tmp_path: Path, count: int) -> None:
    """A job alone, and an array."""
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path) as engine:
        controller = cluster.pid("slurmctld")
        os.kill(controller, signal.SIGSTOP)
        attempts = [submitted(engine, tmp_path / f"key{number}", "publish") for number in range(count)]
        subprocess.Popen(["sh", "-c", f"sleep 7; kill -CONT {controller}"])
        assert [found.cause for found in ends(engine, attempts)] == [Cause.OWN] * count
        assert all(Entry(attempt.folder).is_done() for attempt in attempts)
        (name,) = {named(attempt) for attempt in attempts}
        queue = engine._commands.queue()
        assert isinstance(queue, list)
        assert sorted(job.place for job in queue if job.name == name) == list(range(count))


def test_4_an_array_that_was_acknowledged_is_there_or_found_out(clusters: Clusters, tmp_path: Path) -> None:
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path, options=["--hold"]) as engine:
        attempts = [submitted(engine, tmp_path / f"key{number}", "publish") for number in range(4)]
        engine.poll(0.0)
        assert len({named(attempt) for attempt in attempts}) == 1
        cluster.kill("slurmctld")
        cluster.start_controller()
        wait_until(lambda: isinstance(engine._commands.queue(), list))
        queue = engine._commands.queue()
        assert isinstance(queue, list)
        kept = [job for job in queue if job.name == named(attempts[0])]
        if kept:
            assert all(engine.reconcile(attempt) is Presence.THERE for attempt in attempts)
        else:
            assert all(found.cause is Cause.LOST for found in ends(engine, attempts))


def test_6_a_job_of_a_node_that_went_silent_is_replaced_and_its_old_copy_is_fenced(
    clusters: Clusters, tmp_path: Path
) -> None:
    cluster = clusters("n1", "n2")
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key")
        pid = process(attempt)
        cluster.kill("slurmd-n1")
        found = ended(engine)
        assert found.cause is Cause.NODE
        assert start_time(pid) is not None
        newer = claimed(tmp_path / "key")
        engine.submit(newer, asked("publish", newer))
        assert ended(engine).attempt == newer
        wait_until(lambda: start_time(pid) is None)
    assert Entry(newer.folder).is_done()


def test_7_a_daemon_that_is_back_soon_is_not_noticed(clusters: Clusters, tmp_path: Path) -> None:
    cluster = clusters("n1")
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key")
        cluster.kill("slurmd-n1")
        time.sleep(2)
        cluster.start_node("n1")
        for _ in range(10):
            assert engine.poll(0.2) == []
        engine.cancel([attempt])
        assert ended(engine).is_stopped


def test_8_a_dead_node_is_told_as_such(clusters: Clusters, tmp_path: Path) -> None:
    cluster = clusters("n1", "n2")
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key")
        pid = process(attempt)
        cluster.kill("slurmd-n1")
        os.kill(parent(pid), signal.SIGKILL)
        wait_until(lambda: start_time(pid) is None)
        found = ended(engine)
    assert found.cause is Cause.NODE
    assert "NODE_FAIL" in found.reason


def test_9_a_preempted_job_saves_what_it_has_and_is_told_as_such(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path, partition="main") as engine:
        attempt = begun(engine, tmp_path / "key")
        cluster.run("sbatch", "-p", "high", "-c", "8", "-N", "2", "--exclusive", "--wrap", "sleep 2", "-o", "/dev/null")
        found = ended(engine)
    assert found.cause is Cause.PREEMPTED
    assert not found.is_stopped
    assert (Entry(attempt.folder).exit(1) or {})["class"] == "stopped"


def test_10_a_job_whose_time_is_nearly_up_saves_what_it_has_and_is_told_as_such(
    cluster: MiniSlurm, tmp_path: Path
) -> None:
    limits = {"resources": {"": {"time": 60.0}}, "checkpoint": 55.0}
    with engine_on(cluster, tmp_path, **limits) as engine:
        attempt = begun(engine, tmp_path / "key")
        found = ended(engine)
    assert found.cause is Cause.TIME
    assert (Entry(attempt.folder).exit(1) or {})["class"] == "stopped"


def test_19_a_job_that_left_the_queue_is_known_by_its_record(clusters: Clusters, tmp_path: Path) -> None:
    cluster = clusters("n1", age=2)
    with engine_on(cluster, tmp_path) as engine:
        attempt = submitted(engine, tmp_path / "key", "publish")
        engine.poll(0.0)
        wait_until(lambda: Entry(attempt.folder).is_done() and shown(engine, attempt) == [])
        assert ended(engine).cause is Cause.OWN


def test_24_a_job_that_somebody_cancelled_is_told_as_such(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path) as engine:
        attempt = begun(engine, tmp_path / "key")
        cluster.run("scancel", "--name", attempt.token)
        found = ended(engine)
    assert found.cause is Cause.CANCELLED
    assert not found.is_stopped


def test_another_process_finds_what_was_submitted(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path) as first:
        attempts = [submitted(first, tmp_path / f"key{number}", "wait") for number in range(3)]
        first.poll(0.0)
    with engine_on(cluster, tmp_path) as second:
        assert all(second.reconcile(attempt) is Presence.THERE for attempt in attempts)
        second.cancel(attempts)
        assert all(found.is_stopped for found in ends(second, attempts))


def test_a_refused_job_is_told_in_the_words_of_the_cluster(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path, partition="nowhere") as engine:
        submitted(engine, tmp_path / "key", "publish")
        found = ended(engine)
    assert "invalid partition specified: nowhere" in found.reason


def test_a_line_of_the_setup_that_fails_is_told(cluster: MiniSlurm, tmp_path: Path) -> None:
    with engine_on(cluster, tmp_path, setup=["true", "module-that-is-not load cuda"]) as engine:
        submitted(engine, tmp_path / "key", "publish")
        found = ended(engine)
    assert "a line of `setup` failed: module-that-is-not load cuda" in found.reason
