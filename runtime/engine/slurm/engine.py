"""The engine that has attempts run as jobs of Slurm.

Each attempt has a name before anything is submitted, in a file beside its intent; what `sbatch` answers is not believed
unless it is a refusal. Whether a job waits or runs is asked of the queue, once for all jobs and not more often than
every `interval`; how it ended, its own record says, and where there is none, the state that the queue shows last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, Self

from mlipilot.runtime.engine.exit_codes import REFUSED, STOPPED
from mlipilot.runtime.engine.presence import by_signs
from mlipilot.runtime.engine.protocol import Attempt, Began, Cause, Ended, Presence, Report, Setting, Waits
from mlipilot.runtime.engine.slurm.cluster import Cluster, ask
from mlipilot.runtime.engine.slurm.commands import Commands, QueuedJob, Unheard
from mlipilot.runtime.engine.slurm.launch import launch_fault, said_last
from mlipilot.runtime.engine.slurm.need import Need, need_of
from mlipilot.runtime.engine.slurm.states import BEGUN, ENDS, LAUNCH_FAILED, LIVE, waits
from mlipilot.runtime.engine.slurm.submission import Submission, output_of
from mlipilot.runtime.foundation.atomic_files import read_json, write_json
from mlipilot.runtime.record.liveness import STALE_SECONDS, silence
from mlipilot.runtime.record.store import Entry
from mlipilot.runtime.record.workspace import Run
from mlipilot.spec.diagnostics import Diagnostic

TICK_SECONDS = 0.2
_BACK_OFF = 2
"""A question that was not answered is asked again after so many times the time that it took, besides the interval."""
_EARLY_SECONDS = 60.0
"""Slurm may send the signal that a job's time is nearly up so much too early."""
PROOF = "proven.json"
"""Of a run whose jobs were seen to begin."""


class Times(NamedTuple):
    """How often is asked, and how long is waited, in seconds."""

    interval: float = 15.0
    """Between two looks at the queue."""
    grace: float = 300.0
    """A job that a healthy queue does not show for longer is lost."""
    settle: float = 60.0
    """What a job wrote at its end may be seen so much later on a network file system."""
    stale: float = STALE_SECONDS
    """A running job that gave no sign for longer is ended."""
    stop: float = 60.0
    """A job that was asked to stop is ended after so long."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Times:
        """As the engine's block says."""
        grace, checkpoint = float(options.get("grace", 300.0)), float(options.get("checkpoint", 60.0))
        interval = float(options.get("interval", 15.0))
        return cls(interval, grace, settle=min(60.0, grace / 5), stop=min(60.0, checkpoint))


def _request(attempt: Attempt) -> dict[str, Any]:
    """What an attempt was submitted with."""
    return read_json(Entry(attempt.folder).file("request", attempt.number)) or {}


class _Job:
    """An attempt that is open here."""

    def __init__(self, attempt: Attempt, name: str, index: int) -> None:
        self.attempt, self.name, self.index = attempt, name, index
        self.began = False
        self.why_waiting = ""
        self.unseen_since: float | None = None
        self.ended_since: float | None = None
        self.silent_since: float | None = None
        self.asked_to_stop: float | None = None
        self.record: dict[str, Any] | None = None
        """How it ended, where what for is not known yet."""


class SlurmEngine:
    """Jobs of Slurm, from any host that sees the cluster and the folders of the attempts."""

    def __init__(
        self,
        setting: Setting,
        commands: Commands | None = None,
        times: Times | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options = {"checkpoint": 120.0, **setting.options}
        self._most_threads = setting.threads
        self._run = Run(setting.folder)
        self._folder = setting.folder / "slurm"
        self._commands = commands or Commands()
        self._clock, self._sleep = clock, sleep
        self._times = times or Times.of(setting.options)
        self._cluster: Cluster | None = None
        self._cluster_asked_at = -float("inf")
        self._submission = Submission(self._options, self._folder, self._commands, self._need, clock)
        self._is_proven = False
        """Whether a job of this run was seen to begin: until then one alone is submitted."""
        self._jobs: dict[Attempt, _Job] = {}
        self._over: set[Attempt] = set()
        self._untold: list[Report] = []
        self._queue: dict[tuple[str, int], QueuedJob] | None = None
        self._asked_at = -float("inf")
        self._unreachable_since: float | None = None
        self._why_unreachable = ""
        self._has_begun = False
        self.has_ended = False
        self.fault: Diagnostic | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._is_proven = self._proof.exists()
        return self

    @property
    def _proof(self) -> Path:
        return self._folder / PROOF

    def __exit__(self, *_: object) -> None:
        """Jobs that wait or run go on without this process."""

    @property
    def capacity(self) -> int:
        """Jobs that are in the queue at a time."""
        return int(self._options.get("workers", 50))

    @property
    def threads(self) -> int:
        """Of a job: what its kind asks for."""
        return self._most_threads

    @property
    def notes(self) -> list[str]:
        """What the user should know of the cluster now."""
        found = []
        if self._unreachable_since is not None:
            found.append(f"Slurm does not answer: {self._why_unreachable}")
        if self._submission.refused_for_now:
            found.append(f"Slurm takes no more jobs for now: {self._submission.refused_for_now}")
        return found

    @property
    def preparing(self) -> str:
        """The first job waits until a node is free."""
        return "" if self._has_begun else "in the queue"

    # -- submitting --

    def submit(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Have an attempt run; those that are given one after another become one array."""
        self._submission.add(attempt, request)

    def _submit_due(self) -> None:
        """Submit what is due: all of it, or of jobs of which none was seen to begin yet, one."""
        most = None if self._is_proven else 0 if self._jobs else 1
        if most == 0 or not self._submission.is_due:
            return
        self._know_cluster()
        for sent in self._submission.submit(most):
            job = self._jobs[sent.attempt] = _Job(sent.attempt, sent.name, sent.place)
            if sent.words:
                self._end(job, f"Slurm refused it: {sent.words}", Cause.OWN)

    def _know_cluster(self) -> None:
        """Ask what the cluster has, until it said so once; without that, what is usual is assumed."""
        now = self._clock()
        if self._cluster is not None or now - self._cluster_asked_at < self._times.interval:
            return
        said = ask(self._commands)
        self._cluster_asked_at = self._clock()
        if isinstance(said, Cluster):
            self._cluster, self._submission.array_size = said, said.array_size

    def _need(self, request: Mapping[str, Any]) -> Need:
        return need_of(self._options, request, self._cluster.longest if self._cluster is not None else {})

    # -- what became of them --

    def poll(self, seconds: float) -> list[Report]:
        """What became of attempts, waiting at most so long for the first report."""
        if not self.has_ended:
            self._submit_due()
        self._look()
        if not self._untold and seconds > 0:
            self._sleep(min(seconds, TICK_SECONDS))
            self._look()
        told, self._untold = self._untold, []
        return told

    def _look(self) -> None:
        """Look at the folders of all attempts, and at the queue where it is time."""
        now = self._clock()
        for job in list(self._jobs.values()):
            self._look_at_record(job)
        if self._jobs and now - self._asked_at >= self._times.interval:
            self._ask()
            for job in list(self._jobs.values()):
                self._look_at_queue(job, now)

    def _look_at_record(self, job: _Job) -> None:
        entry = Entry(job.attempt.folder)
        record = entry.exit(job.attempt.number)
        ago = None if job.began else entry.begun_seconds_ago(job.attempt.number)
        if not job.began and (ago is not None or record is not None):
            job.began = self._has_begun = True
            self._prove()
            self._untold.append(Began(job.attempt, ago or 0.0))
        if record is None:
            return
        if record.get("class") == "stopped" and job.asked_to_stop is None:
            job.record = record  # somebody else had it stop; whether time, node or user, the queue tells
        else:
            self._end(job, "", Cause.OWN, record)

    def _prove(self) -> None:
        """Keep that jobs begin here, so that the next session submits all at once."""
        if not self._is_proven:
            self._is_proven = True
            write_json(self._proof, {"time": time.time()})

    def _look_at_queue(self, job: _Job, now: float) -> None:
        if self._queue is None:
            return
        shown = self._queue.get((job.name, job.index))
        if shown is None:
            self._unseen(job, now)
            return
        job.unseen_since = None
        if shown.state in LIVE and shown.reason not in LAUNCH_FAILED:
            job.ended_since = None
            self._look_at_running(job, shown, now)
            return
        job.ended_since = now if job.ended_since is None else job.ended_since
        is_told = job.record is not None or shown.reason in LAUNCH_FAILED
        if now - job.ended_since < self._times.settle and not is_told:
            return  # what it wrote may be on its way
        if shown.state in LIVE:
            self._commands.cancel([shown.native])
        cause = ENDS.get(shown.state, Cause.SILENT)
        if cause is Cause.CANCELLED and job.asked_to_stop is not None:
            self._end(job, "", Cause.OWN)
        elif job.record is not None and cause is Cause.SILENT:
            self._end(job, self._why(job, shown), self._cause_of_stop(job), job.record)
        elif cause is Cause.SILENT and not job.began and not self._is_proven:
            self._give_up(job, shown)
        else:
            self._end(job, self._why(job, shown), cause, job.record)

    def _cause_of_stop(self, job: _Job) -> Cause:
        """Of a job that was told to stop and did before Slurm ended it: its time was up, or its node was needed."""
        record = job.record or {}
        seconds = self._need(_request(job.attempt)).seconds
        if seconds is None:  # the partition's own limit is as long as it is
            return Cause.PREEMPTED
        early = self._options["checkpoint"] + _EARLY_SECONDS
        return Cause.TIME if float(record.get("seconds", 0.0)) > ceil(seconds / 60) * 60 - early else Cause.PREEMPTED

    def _look_at_running(self, job: _Job, shown: QueuedJob, now: float) -> None:
        """End a job that runs, for all that Slurm says, and gives no sign; press one that was asked to stop."""
        if job.asked_to_stop is not None:
            self._press(job, shown, now)
            return
        if shown.state not in BEGUN:
            is_looked_at = shown.state == "PENDING" and shown.reason != "None"
            if is_looked_at and waits(shown.reason) != job.why_waiting:
                job.why_waiting = waits(shown.reason)
                self._untold.append(Waits(job.attempt, job.why_waiting))
            return
        entry = Entry(job.attempt.folder)
        quiet = silence([entry.file("hb", job.attempt.number)])
        job.silent_since = now if job.silent_since is None else job.silent_since
        if quiet is not None:
            job.silent_since = max(job.silent_since, now - quiet) if quiet < self._times.stale else now - quiet
        if now - job.silent_since > self._times.stale:
            self._commands.cancel([shown.native])
            self._end(job, f"it gave no sign of life for {self._times.stale:.0f} s", Cause.SILENT)

    def _unseen(self, job: _Job, now: float) -> None:
        """A healthy queue does not show it: it ended long ago, or was never taken."""
        job.unseen_since = now if job.unseen_since is None else job.unseen_since
        quiet = silence([Entry(job.attempt.folder).file("hb", job.attempt.number)])
        if quiet is not None and quiet < self._times.stale:
            return
        if job.record is not None and now - job.unseen_since >= self._times.settle:
            self._end(job, "it was told to stop", self._cause_of_stop(job), job.record)
        elif now - job.unseen_since >= self._times.grace:
            has_accounting = self._cluster is not None and self._cluster.has_accounting
            told = self._commands.accounted(job.name, job.index) if has_accounting else None
            if told is None:
                cause = Cause.SILENT if job.began else Cause.LOST
                self._end(job, "Slurm does not know it any more, and it left no record", cause)
            else:
                self._end(job, self._why(job, told), ENDS.get(told.state, Cause.SILENT))

    def _give_up(self, job: _Job, shown: QueuedJob) -> None:
        """The first job did not come as far as its work: no other is submitted, and the user is told why."""
        self.fault = launch_fault(output_of(self._folder, job.name, job.index), shown)
        self.has_ended = True
        job.asked_to_stop = self._clock()  # no fault of the job's
        self._end(job, self.fault.headline, Cause.OWN)

    def _why(self, job: _Job, shown: QueuedJob) -> str:
        """Why a job ended that left no record: Slurm's state, and the last that it printed."""
        reason = f", {shown.reason}" if shown.reason not in ("", "None") else ""
        printed = said_last(output_of(self._folder, job.name, job.index))
        last = f": {printed}" if printed else ""
        died = "it died and left no record; " if shown.state in ("FAILED", "COMPLETED") and job.record is None else ""
        return f"{died}Slurm says {shown.state}{reason}{last}"

    def _end(self, job: _Job, reason: str, cause: Cause, record: Mapping[str, Any] | None = None) -> None:
        self._jobs.pop(job.attempt, None)
        self._over.add(job.attempt)
        record = record or {}
        code = record.get("rc")
        self._untold.append(
            Ended(
                job.attempt,
                job.asked_to_stop is not None and code in (None, STOPPED),
                reason,
                record.get("cpu_seconds"),
                record.get("peak_bytes"),
                is_refused=code == REFUSED,
                cause=cause,
            )
        )

    # -- the queue --

    def _ask(self) -> None:
        now = self._clock()
        found = self._commands.queue()
        self._asked_at = self._clock()
        if isinstance(found, Unheard):
            self._asked_at += _BACK_OFF * (self._asked_at - now)
            self._queue, self._why_unreachable = None, found.why
            self._unreachable_since = now if self._unreachable_since is None else self._unreachable_since
            return
        self._unreachable_since = None
        # Of two of one name the one that is alive counts, else the later one.
        found.sort(key=lambda job: (job.state in LIVE, job.number))
        self._queue = {(job.name, job.place): job for job in found}
        self._keep_queue()

    def _keep_queue(self) -> None:
        """Keep what the queue showed of this run's jobs, for who looks at the run from another shell."""
        assert self._queue is not None
        shown = {
            job.attempt.token: {
                "id": found.native,
                "state": found.state,
                "node": found.node,
                "why": waits(found.reason),
            }
            for job in self._jobs.values()
            if (found := self._queue.get((job.name, job.index))) is not None
        }
        with suppress(OSError):  # the next look writes it
            write_json(self._run.queue, {"time": time.time(), "jobs": shown})

    # -- stopping, and who is there --

    def cancel(self, attempts: Iterable[Attempt]) -> None:
        """Ask attempts to stop: those that wait leave the queue, those that run save what they have."""
        now = self._clock()
        for attempt in attempts:
            if self._submission.withdraw(attempt):
                self._untold.append(Ended(attempt, is_stopped=True, cpu_seconds=0.0, peak_bytes=0))
            elif attempt in self._jobs and self._jobs[attempt].asked_to_stop is None:
                self._jobs[attempt].asked_to_stop = now
        self._asked_at = -float("inf")

    def _press(self, job: _Job, shown: QueuedJob, now: float) -> None:
        assert job.asked_to_stop is not None
        if shown.state not in BEGUN or now - job.asked_to_stop > self._times.stop:
            self._commands.cancel([shown.native])
        elif shown.state == "RUNNING":
            self._commands.cancel([shown.native], "TERM")

    def reconcile(self, attempt: Attempt) -> Presence:
        """Whether an attempt waits or runs, whoever submitted it."""
        if attempt in self._jobs or self._submission.has(attempt):
            return Presence.THERE if self._unreachable_since is None else Presence.UNKNOWN
        entry = Entry(attempt.folder)
        if attempt in self._over or entry.exit(attempt.number) is not None:
            return Presence.NOT_THERE
        said = read_json(entry.file("slurm", attempt.number))
        if said is None:
            return by_signs(attempt)  # another engine's, or one that was never submitted
        self._jobs[attempt] = _Job(attempt, str(said["name"]), int(said["index"]))
        return Presence.THERE
