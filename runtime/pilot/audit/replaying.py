"""A campaign repeated: proposers run again from their seeds and transcripts, measurements come from the record."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from mlipilot.compiler.lower.campaign import arm_name, arms
from mlipilot.runtime.pilot.audit.collecting import rarely_collected
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.audit.retelling import Retelling
from mlipilot.runtime.pilot.campaign.arms import Arm, Hearing, as_asked, proposers
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.execution import World
from mlipilot.runtime.pilot.campaign.log import LaneLog, RecordEnds, said
from mlipilot.runtime.pilot.campaign.phases import Phases
from mlipilot.runtime.pilot.language import Mode, lost_attempts
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import SearchSpace


class Difference(NamedTuple):
    """Where a lane, repeated, gave another entry than its record has."""

    lane: str
    seq: int
    event: str
    what: str


@dataclass
class Replayed:
    """What repeating gave."""

    entries: int = 0
    """That are the same."""
    differences: list[Difference] = field(default_factory=list)
    """The first of each lane, the earliest entry first."""
    open: list[str] = field(default_factory=list)
    """Lanes that have not ended."""
    told: list[str] = field(default_factory=list)
    """Lanes whose proposals came from a person, and were taken from the record."""
    impossible: str = ""

    @property
    def is_identical(self) -> bool:
        """Whether no entry differs."""
        return not self.differences

    def document(self) -> dict[str, Any]:
        """As JSON."""
        shown = [difference._asdict() for difference in self.differences]
        return {"identical": self.is_identical, **vars(self), "differences": shown}

    def __repr__(self) -> str:
        if self.is_identical:
            return in_a_line("Replayed", f"identical: {count(self.entries, 'entry', 'entries')}")
        return in_a_line("Replayed", count(len(self.differences), "lane"), "that differ")


class _Still(World):
    """The world of a campaign that is repeated: nobody says anything new, and nothing is published."""

    def suggestion(self, lane: str) -> Proposal | None:
        return None

    def veto(self, lane: str, trial: int) -> str | None:
        return None

    def accepted(self, lane: str, design: Design, trial: int) -> None:
        pass


class _Told:
    """A person's proposals, which only the record has."""

    def __init__(self, record: Record, lane: str) -> None:
        self._proposals = [proposed.proposal for proposed in record.proposals(lane)]
        self._ended = record.ended(lane)

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        place = len(history) - 1
        if place < len(self._proposals):
            return self._proposals[place]
        if self._ended is None:
            raise RecordEnds
        return Exhausted(str(self._ended["reason"]))


@rarely_collected()
def replay(record: Record, baseline: tuple[SourceFile, Spec]) -> Replayed | Diagnostic:
    """Repeat a campaign and compare every entry, the language models' too."""
    source, spec = baseline
    assert spec.space is not None
    heard: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    hearing = Hearing(
        record.folder,
        Mode.STRICT,
        lambda lane, event: heard[lane].append(dict(event)),
        lambda lane: [],
        lambda text: None,
        lambda: False,
        partial(as_asked, [entry for entries in record.entries.values() for entry in entries]),
        lost=lambda lane: lost_attempts(record.entries.get(lane, ())),
    )
    made = proposers(spec, record.settings, hearing)
    if isinstance(made, Diagnostic):
        return made
    people = [arm_name(call) for call in arms(spec) if call.name == "human"]
    told = [lane for lane in made if lane.rpartition("/")[0] in people]
    named = {lane: Arm(_Told(record, lane)) if lane in told else arm for lane, arm in made.items()}
    world = _Still(source, spec.space, record.folder, named, record.settings.limits)
    logs = {lane: LaneLog(lane, entries, None) for lane, entries in record.entries.items()}
    retelling = Retelling(record, lambda lane: logs.setdefault(lane, LaneLog(lane, (), None)), thinks=True)
    by_lane = {lane: arm.proposer for lane, arm in named.items()}
    phases = Phases(record.settings, record.rules, spec.space, world, by_lane, retelling.logged, trusts=False)
    phases.run(retelling.drive)
    found = Replayed(open=retelling.open, told=told, impossible=retelling.impossible)
    found.differences = [Difference(d.lane, d.seq, d.event, d.difference) for d in retelling.diverged]
    stopped = {difference.lane for difference in found.differences}
    for lane, entries in record.entries.items():
        spoken = [entry for entry in entries if str(entry["event"]).startswith("llm-")]
        if lane not in stopped:
            difference = _heard(lane, spoken, heard[lane])
            found.differences += [difference] if difference is not None else []
        found.entries += len(entries) - len(list(logs[lane].ahead)) if lane and lane not in stopped else 0
    found.differences.sort(key=lambda difference: difference.seq)
    return found


def _heard(lane: str, recorded: list[dict[str, Any]], again: list[dict[str, Any]]) -> Difference | None:
    """The first entry of a language model's layer that differs."""
    for entry, event in zip(recorded, again, strict=False):
        body = json.loads(json.dumps({name: value for name, value in event.items() if name != "event"}))
        ours: Mapping[str, Any] = said(entry)
        if entry["event"] != event["event"] or ours != body:
            names = sorted(name for name in {*ours, *body} if ours.get(name) != body.get(name))
            return Difference(lane, entry["seq"], entry["event"], f"{', '.join(names) or 'event'} cannot be repeated")
    if len(recorded) > len(again):
        entry = recorded[len(again)]
        return Difference(lane, entry["seq"], entry["event"], "it was not said again")
    return None
