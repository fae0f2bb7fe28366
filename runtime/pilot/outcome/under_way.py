"""What a campaign measures now: the runs that it has asked for and that its record does not have yet.

The runs of a phase are entered when all of them are there. Until then the journal of jobs alone knows of them: a run is
measured once the job of its verdict has ended well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mlipilot.compiler.lower.campaign import REPEATS
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.labels import CALIBRATION
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.campaign.settings import Settings, read_settings
from mlipilot.runtime.record.about import About

SEALED = "sealed"
"""The phase in which the sealed split is opened."""
NAMES = {"screen": "screen", "ablation": "ablation", "rescreen": "screen of the new incumbent"}
"""Phases by the purpose of their runs, besides the looks of a confirmation."""


class Phase(NamedTuple):
    """Runs that were asked for together."""

    lane: str
    """An arm's, `baseline` or `seal`."""
    trial: int
    """0 of what is no trial's."""
    name: str
    """`calibration`, `screen`, `confirmation, look 1`, `ablation`, `close`, `sealed`; empty while a trial waits."""
    requested: int | None
    """None where what is measured decides how many there will be."""
    measured: int
    failed: int
    device_seconds: float
    """Of all attempts so far."""


class _Key(NamedTuple):
    """What a job is part of."""

    lane: str
    trial: int
    purpose: str
    seed: int | None


@dataclass
class _Run:
    seconds: float = 0.0
    running: dict[str, float] = field(default_factory=dict)
    """When jobs that run were started, in seconds since the epoch."""
    failed: set[str] = field(default_factory=set)
    is_measured: bool = False


@dataclass
class _Lane:
    trial: int = 0
    """The one under way; 0 between two."""
    is_feasible: bool = False
    """Whether its incumbent satisfies the scorecard, so that a look measures that one too."""
    accepted: tuple[tuple[str, str], ...] = ()
    """Of the design that it accepted last: the changes, in order."""
    has_ended: bool = False
    entered: set[tuple[str, int]] = field(default_factory=set)
    """Purpose and seed of the runs of the trial under way that the record has."""


class UnderWay:
    """Follows both journals of a campaign, either after the other or as they are written."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self._lanes: dict[str, _Lane] = {}
        self._runs: dict[_Key, _Run] = {}
        self._entered = 0.0
        self._is_calibrated = self._is_closed = False
        self._closing: Counter[str] = Counter()

    # -- the record --

    def told(self, entry: Mapping[str, Any]) -> None:
        """Take in an entry of the record."""
        event, name = entry["event"], str(entry.get("lane"))
        if event == "campaign":
            self.settings = read_settings(entry["settings"])
            self._lanes = {lane: _Lane() for lane in self.settings.lanes}
        elif event == "calibrated":
            self._is_calibrated = True
            for lane in self._lanes.values():
                lane.is_feasible = entry["outcome"] == "feasible"
        elif event == "closed":
            self._is_closed = True
        if event in ("measured", "sealed"):
            self._entered += float(entry["device_seconds"])
            if name == SEAL:
                self._closing[event] += "failure" not in entry
        if name in self._lanes:
            self._lane(self._lanes[name], entry)
        if event in ("calibrated", "trial", "closed"):
            self._runs = {key: run for key, run in self._runs.items() if not self._is_entered(key)}

    def _lane(self, lane: _Lane, entry: Mapping[str, Any]) -> None:
        match entry["event"]:
            case "proposed":
                lane.trial, lane.entered = int(entry["trial"]), set()
            case "measured":
                lane.entered.add((str(entry["purpose"]), int(entry["seed"])))
            case "accepted":
                lane.is_feasible = True
                lane.accepted = tuple(sorted((str(path), str(value)) for path, value, *_ in entry["changes"]))
            case "trial":
                lane.trial, lane.entered = 0, set()
            case "ended":
                lane.has_ended = True

    def _is_entered(self, key: _Key) -> bool:
        """Whether the record has a run, or nobody asks for it any more."""
        if key.lane == BASELINE:
            return self._is_calibrated
        if key.lane == SEAL:
            return self._is_closed or bool(self._closing[SEALED if key.purpose == SEALED else "measured"])
        lane = self._lanes.get(key.lane)
        return lane is None or key.trial != lane.trial or (key.purpose, key.seed) in lane.entered

    # -- the jobs --

    def job(self, entry: Mapping[str, Any]) -> None:
        """Take in an entry of the jobs' journal."""
        if entry["event"] == "begin":
            for run in self._runs.values():
                run.running.clear()
        job = About.read(entry)
        if job is None:
            return
        match entry["event"]:
            case "started":
                self.started(job, float(entry["time"]))
            case "ended":
                self.ended(job, str(entry["state"]), float(entry["device_seconds"]))
            case "reused":
                self.ended(job, "reused", 0.0)

    def started(self, job: About, time: float) -> None:
        """A job was started."""
        run = self._runs.setdefault(self._key(job), _Run())
        run.running[job.job] = time
        run.failed.discard(job.job)

    def ended(self, job: About, state: str, seconds: float) -> None:
        """A job ended in a state, after so many device seconds of this attempt."""
        run = self._runs.setdefault(self._key(job), _Run())
        run.running.pop(job.job, None)
        run.seconds += seconds
        if state == "failed":
            run.failed.add(job.job)
        elif state in ("done", "reused") and job.is_verdict:
            run.is_measured = True

    @staticmethod
    def _key(job: About) -> _Key:
        # The seal is one job, of all models.
        return _Key(job.lane, job.trial, job.purpose or SEALED, job.seed)

    # -- both --

    def phases(self, now: float | None) -> list[Phase]:
        """What goes on, in the order of the lanes; `now` is in seconds since the epoch, None where nothing runs."""
        if self.settings is None or self._is_closed:
            return []
        open_runs: dict[str, dict[_Key, _Run]] = {}
        for key, run in list(self._runs.items()):
            if not self._is_entered(key):
                open_runs.setdefault(key.lane, {})[key] = run
        return list(self._phases(self.settings, open_runs, now))

    def spent(self, phases: Iterable[Phase]) -> float:
        """Device seconds of the campaign, with those of what goes on."""
        return self._entered + sum(phase.device_seconds for phase in phases)

    def _phases(self, settings: Settings, runs: Mapping[str, dict[_Key, _Run]], now: float | None) -> Iterator[Phase]:
        if not self._is_calibrated:
            seeds = len(settings.baseline_seeds)
            requested = seeds + REPEATS + (0 if settings.fidelity == 1 else seeds)
            yield _phase(BASELINE, 0, CALIBRATION, requested, runs.get(BASELINE, {}), now)
            return
        for name, lane in self._lanes.items():
            if lane.trial:
                found = runs.get(name, {})
                yield _phase(name, lane.trial, *_asked(settings, lane, found), found, now)
        designs = {lane.accepted for lane in self._lanes.values() if lane.accepted}
        if designs and all(lane.has_ended for lane in self._lanes.values()):
            models = self._closing["measured"]
            phase, requested = (SEALED, models) if models else ("close", len(designs) * settings.gate.confirm_seeds)
            yield _phase(SEAL, 0, phase, requested, runs.get(SEAL, {}), now)


def _asked(settings: Settings, lane: _Lane, runs: Iterable[_Key]) -> tuple[str, int | None]:
    """The phase of a trial, and how many runs were asked for in it."""
    gate = settings.gate
    purposes = {key.purpose.partition("-")[0] for key in runs}
    entered = Counter(purpose.partition("-")[0] for purpose, _ in lane.entered)
    if not purposes:
        # No job of it was started yet: what comes next is certain only before the first look.
        purposes = {"candidate"} if set(entered) == {"screen"} else {"screen"} if not entered else set()
    if purposes & {"candidate", "incumbent"}:
        look = entered["candidate"] // gate.confirm_seeds + 1
        return f"confirmation, look {look}", gate.confirm_seeds * (2 if lane.is_feasible else 1)
    found = next((purpose for purpose in NAMES if purpose in purposes), "")
    return NAMES.get(found, ""), {"screen": 1, "rescreen": gate.confirm_seeds}.get(found)


def _phase(
    lane: str, trial: int, name: str, requested: int | None, runs: Mapping[_Key, _Run], now: float | None
) -> Phase:
    found = list(runs.values())
    seconds = sum(run.seconds for run in found)
    if now is not None:
        seconds += sum(max(0.0, now - began) for run in found for began in list(run.running.values()))
    measured = sum(run.is_measured for run in found)
    return Phase(lane, trial, name, requested, measured, sum(bool(run.failed) for run in found), seconds)
