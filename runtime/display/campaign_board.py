"""Where each lane of a campaign stands, kept up to date entry by entry while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.pilot.campaign.measurement import read_measurement
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of, read_rules
from mlipilot.runtime.pilot.campaign.settings import Settings, read_settings
from mlipilot.runtime.pilot.outcome.under_way import UnderWay
from mlipilot.runtime.record.about import About

PURPOSES = {
    "screen": "screening",
    "candidate": "confirming",
    "incumbent": "confirming",
    "ablation": "ablating",
    "rescreen": "screening the new incumbent",
}


@dataclass
class Place:
    """Of one lane."""

    name: str
    trial: int = 0
    changes: str = ""
    """Of the trial under way; empty between two."""
    hypothesis: str = ""
    phase: str = ""
    decided: int = 0
    accepted: list[int] = field(default_factory=list)
    best: float | None = None
    """The objective of what was accepted last, in base units."""
    spent: float = 0.0
    share: float | None = None
    ended: str = ""


class Board:
    """All lanes of a campaign."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.rules: tuple[Rule, ...] = ()
        self.places: dict[str, Place] = {}
        self.stage = "calibrating"
        self.under_way = UnderWay()

    @property
    def rule(self) -> Rule | None:
        """The objective."""
        place = objective_of(self.rules)
        return None if place is None else self.rules[place]

    @property
    def decided(self) -> int:
        """Trials of all lanes."""
        return sum(place.decided for place in self.places.values())

    def told(self, entry: Mapping[str, Any]) -> None:
        """Take in an entry of the record, or of the jobs' journal."""
        event = entry["event"]
        if "job" in entry or event in ("begin", "end"):  # of the jobs' journal
            self.under_way.job(entry)
            return
        self.under_way.told(entry)
        if event == "campaign":
            self.settings, self.rules = read_settings(entry["settings"]), read_rules(entry["rules"])
            self.places = {name: Place(name) for name in self.settings.lanes}
        elif event == "calibrated":
            self.stage = "searching"
        elif event == "closed":
            self.stage = "closed"
        place = self.places.get(str(entry.get("lane")))
        if place is not None:
            self._lane(place, entry)
        if self.stage == "searching" and self.places and all(place.ended for place in self.places.values()):
            self.stage = "closing"

    def _lane(self, place: Place, entry: Mapping[str, Any]) -> None:
        match entry["event"]:
            case "baseline":
                place.share = entry["share"]
            case "proposed":
                proposal = entry["proposal"]
                place.trial, place.phase = int(entry["trial"]), ""
                place.changes = changes_in_words(proposal)
                place.hypothesis = " ".join(str(proposal["hypothesis"]).split())
            case "measured":
                place.spent += read_measurement(dict(entry)).device_seconds
                place.phase = PURPOSES.get(str(entry["purpose"]).partition("-")[0], place.phase)
            case "trial":
                place.decided += 1
                place.changes = place.hypothesis = place.phase = ""
                if entry["state"] == "accepted":
                    place.accepted.append(int(entry["trial"]))
                    place.best = self.value(entry["objective"])
            case "ended":
                place.ended = str(entry["reason"])

    def changed(self, job: JobState) -> None:
        """A job began, or ended."""
        if job.state is State.RUNNING:
            self.under_way.started(job.about, job.started)
            self._started(job.about)
        elif job.state not in (State.PENDING, State.SKIPPED):
            self.under_way.ended(job.about, job.state.value, 0.0 if job.state is State.REUSED else job.seconds)

    def _started(self, job: About) -> None:
        """What it is for is what its lane does."""
        if job.lane in self.places:
            place = self.places[job.lane]
            place.phase = PURPOSES.get(job.purpose.partition("-")[0], place.phase)

    def value(self, objective: float | None) -> float | None:
        """A recorded objective as it was measured: what is maximised is recorded negated."""
        if objective is None or self.rule is None:
            return None
        return -objective if self.rule.verb == "maximize" else objective


def changes_in_words(proposal: Mapping[str, Any]) -> str:
    """`fit.lr → 0.02, model.channels → 8`."""
    return ", ".join(f"{change['path']} → {change['value']}" for change in proposal["changes"]) or "the baseline"
