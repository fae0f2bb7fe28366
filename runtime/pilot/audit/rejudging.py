"""Deciding a campaign again under other settings or thresholds, from what its record has measured: no job, no model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.audit.collecting import rarely_collected
from mlipilot.runtime.pilot.audit.record import Record, RecordedTrial
from mlipilot.runtime.pilot.audit.retelling import Recalled, Retelling, Unasked
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run, unrecorded
from mlipilot.runtime.pilot.campaign.phases import Phases
from mlipilot.runtime.pilot.campaign.requests import Steps
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.campaign.settings import Settings
from mlipilot.runtime.pilot.trial import Trial
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile


class Changed(NamedTuple):
    """A trial that is decided otherwise."""

    trial: int
    was: str
    state: str
    reason: str

    def __repr__(self) -> str:
        return in_a_line("Changed", f"trial {self.trial}: {self.was} → {self.state}", self.reason)


@dataclass
class Rejudged:
    """A lane, decided again."""

    lane: str
    trials: int = 0
    """Decided again."""
    unreached: int = 0
    """Recorded trials that the lane, so decided, would not have come to."""
    ended: str = ""
    """Why it would not."""
    changed: list[Changed] = field(default_factory=list)
    lacking: int = 0
    """Trials that need runs which the record lacks."""
    was: tuple[Change, ...] | None = None
    """The edit that was accepted last; None where none was."""
    accepted: tuple[Change, ...] | None = None
    """The same, decided again."""
    trial: int = 0
    """In which trial that was; 0 is the baseline."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        shown = vars(self) | {"changed": [change._asdict() for change in self.changed]}
        for name in ("was", "accepted"):
            changes = getattr(self, name)
            shown[name] = None if changes is None else {change.path: change.value for change in changes}
        return shown

    def __repr__(self) -> str:
        return in_a_line("Rejudged", f"{self.lane}:", f"{len(self.changed)} of {self.trials} trials decided otherwise")


class _Anew(LaneLog):
    """A lane's record of which only the proposals, the vetoes and the end count."""

    def __init__(self, lane: str, entries: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(lane, [entry for entry in entries if entry["event"] in ("proposed", "ended")], None)
        self._vetoes = {entry["trial"]: entry for entry in entries if entry["event"] == "vetoed"}
        self._trial = 0

    def next_is(self, event: str) -> Mapping[str, Any] | None:
        return self._vetoes.get(self._trial) if event == "vetoed" else super().next_is(event)

    def write(self, event: str, **data: Any) -> None:
        if event == "proposed":
            self._trial = data["trial"]
            self._recorded.popleft()


@rarely_collected()
def rejudge(
    record: Record, baseline: tuple[SourceFile, Spec], settings: Settings, rules: Sequence[Rule]
) -> list[Rejudged]:
    """Every lane, decided again; device time is not counted again, for every run that is used was paid for."""
    source, spec = baseline
    assert spec.space is not None
    world = Recalled(record, source, spec, spec.space)
    lacking: defaultdict[str, set[int]] = defaultdict(set)

    def lacks(run: Run) -> Measurement:
        lacking[run.lane].add(run.trial)
        return unrecorded()

    retelling = Retelling(record, lambda lane: _Anew(lane, record.entries.get(lane, ())), lacks)

    def drive(lanes: Mapping[str, Steps]) -> bool:
        return SEAL not in lanes and retelling.drive(lanes)

    unlimited = replace(settings, limits=replace(settings.limits, device_seconds=None))
    proposers = {lane: Unasked() for lane in record.settings.lanes}
    phases = Phases(unlimited, tuple(rules), spec.space, world, proposers, retelling.logged)
    phases.run(drive)
    found = []
    for lane in phases.lanes:
        one = _compared(lane.name, list(record.trials(lane.name)), lane.history[1:])
        one.lacking = len(lacking[lane.name])
        one.ended = lane.ended if one.unreached else ""
        kept = lane.incumbent
        one.accepted, one.trial = (kept.design.changes if kept.trial else None), kept.trial
        found.append(one)
    return found


def _compared(lane: str, then: list[RecordedTrial], now: list[Trial]) -> Rejudged:
    found = Rejudged(lane, len(now), max(0, len(then) - len(now)))
    for before, after in zip(then, now, strict=False):
        if after.state != before.state:
            found.changed.append(Changed(after.number, before.state, after.state, after.reason))
    found.was = next((trial.accepted for trial in reversed(then) if trial.accepted is not None), None)
    return found
