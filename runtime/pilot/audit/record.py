"""A campaign's record, read: its first entry, its lanes with their trials, its close; nothing is decided here."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.audit.collecting import rarely_collected
from mlipilot.runtime.pilot.campaign.measurement import Measurement, read_measurement
from mlipilot.runtime.pilot.campaign.rules import Rule, read_rules
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.campaign.settings import Settings, read_settings
from mlipilot.runtime.pilot.proposers.replay import read_proposal
from mlipilot.runtime.pilot.trial import Failure, Proposal
from mlipilot.runtime.record import (
    CAMPAIGN,
    FORMAT,
    malformed,
    no_record,
    outdated,
    scan_journal,
    torn_bytes,
    unreadable,
)
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

_CHAIN = ("hash", "previous")
"""What only the chain needs."""


class RecordedRun(NamedTuple):
    """A run, and what it gave."""

    seq: int
    trial: int
    key: str
    purpose: str
    seed: int
    measurement: Measurement


class RecordedTrial(NamedTuple):
    """A trial as it was decided."""

    number: int
    proposed: Proposed
    state: str
    steps: tuple[Mapping[str, Any], ...]
    accepted: tuple[Change, ...] | None
    """What was kept of the changes of an accepted one."""


class Proposed(NamedTuple):
    """A proposal, and what was said of it before anything was run."""

    seq: int
    number: int
    proposal: Proposal
    twin: int | None
    """The trial that had this point before."""
    refused: tuple[str, str] | None
    """Code and reason."""


@dataclass
class Record:
    """What stands in a campaign's journal."""

    folder: Path
    name: str
    question: str
    plan: str
    spec: str
    scorecard: str | None
    packages: Mapping[str, str | None]
    settings: Settings
    rules: tuple[Rule, ...]
    entries: dict[str, list[dict[str, Any]]]
    """By lane, without what only the chain needs; those of no lane at ``."""
    broken: int | None = None
    """Sequence number of the first entry that does not match its hash or its predecessor."""
    torn: int = 0
    """Bytes after the last whole entry."""
    count: int = 0

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / CAMPAIGN

    def of(self, lane: str, event: str) -> Iterator[dict[str, Any]]:
        """The entries of a lane that are of an event."""
        return (entry for entry in self.entries.get(lane, ()) if entry["event"] == event)

    def runs(self, lane: str) -> Iterator[RecordedRun]:
        """All runs of a lane."""
        return (_run(entry) for entry in self.of(lane, "measured"))

    def sealed(self) -> list[RecordedRun]:
        """What the sealed split gave for each run of the close; its purpose is the number of its design."""
        return [_run({**entry, "trial": entry["design"], "purpose": "sealed"}) for entry in self.of(SEAL, "sealed")]

    def proposals(self, lane: str) -> Iterator[Proposed]:
        """The proposals of a lane, also of a trial that was not decided yet."""
        return (_proposal(entry) for entry in self.of(lane, "proposed"))

    def trials(self, lane: str) -> Iterator[RecordedTrial]:
        """The trials of a lane that were decided."""
        proposed: dict[str, Any] = {}
        kept: tuple[Change, ...] | None = None
        for entry in self.entries.get(lane, ()):
            match entry["event"]:
                case "proposed":
                    proposed, kept = entry, None
                case "accepted":
                    kept = tuple(Change(*change) for change in entry["changes"])
                case "trial":
                    made = _proposal(proposed)
                    yield RecordedTrial(entry["trial"], made, entry["state"], tuple(entry["steps"]), kept)

    def ended(self, lane: str) -> Mapping[str, Any] | None:
        """How a lane ended; None while it goes on."""
        return next(self.of(lane, "ended"), None)

    @property
    def is_closed(self) -> bool:
        """Whether the campaign has come to its end."""
        return any(True for _ in self.of(SEAL, "closed"))

    def __repr__(self) -> str:
        return in_a_line("Record", f"{self.name}:", count(self.count, "entry", "entries"))


@rarely_collected()
def read_campaign(folder: Path) -> Record | Diagnostic:
    """The record in a folder; a chain that does not hold is said of it, an entry that is none is a diagnostic."""
    path = folder / CAMPAIGN
    lanes: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    broken: int | None = None
    number = -1
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(scan_journal(stream)):
                if not line.is_sound and broken is None:
                    broken = number
                if "event" in line.entry:
                    # Names are kept once, and the chain is checked: what is left takes a third of the memory.
                    entry = {sys.intern(k): v for k, v in line.entry.items() if k not in _CHAIN}
                    lane = entry.get("lane", "")
                    lanes[sys.intern(lane) if isinstance(lane, str) else ""].append(entry)
            torn = torn_bytes(stream)
    except OSError as error:
        return unreadable(path, error)
    first = next((entry for entry in lanes[""] if entry["event"] == "campaign"), None)
    if first is None:
        return no_record(path)
    if first.get("format") != FORMAT:
        return outdated(path, first.get("format"))
    try:
        record = Record(
            folder=folder,
            name=first["name"],
            question=first["question"],
            plan=first["plan"],
            spec=first["spec"],
            scorecard=first["scorecard"],
            packages=first["packages"],
            settings=read_settings(first["settings"]),
            rules=read_rules(first["rules"]),
            entries=dict(lanes),
            broken=broken,
            torn=torn,
            count=number + 1,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return malformed(path, int(first.get("seq", 0)))
    bad = _first_malformed(record)
    return record if bad is None else malformed(path, bad)


def _first_malformed(record: Record) -> int | None:
    """The first entry that is not as a campaign writes it."""
    for entries in record.entries.values():
        for entry in entries:
            check = _SHAPES.get(entry["event"])
            try:
                if check is not None:
                    check(entry)
            except (KeyError, TypeError, ValueError, AttributeError):
                return int(entry["seq"]) if isinstance(entry.get("seq"), int) else -1
    return None


def _has(*names: str) -> Callable[[dict[str, Any]], object]:
    return lambda entry: [entry[name] for name in names]


def _proposed(entry: dict[str, Any]) -> None:
    proposal = entry["proposal"]
    if not isinstance(proposal["changes"], list) or read_proposal(proposal) is None:
        raise ValueError
    _ = entry["trial"] + 0, entry["twin"], entry["refused"] is None or entry["refused"][1]


def _measured(entry: dict[str, Any]) -> None:
    for figure in entry["figures"]:
        estimate, lower, upper = figure
        for value in (estimate, lower, upper):
            if value is not None:
                value + 0.0
    _ = entry["seq"] + 0, entry["seed"] + 0, entry["device_seconds"] + 0.0, entry["run"] + "", entry["verdict"] + ""
    if "failure" in entry:
        Failure(entry["failure"])


def _sealed(entry: dict[str, Any]) -> None:
    _measured(entry)
    _ = entry["design"] + 0


_SHAPES: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "proposed": _proposed,
    "measured": _measured,
    "sealed": _sealed,
    "trial": lambda entry: (entry["trial"] + 0, entry["state"] + "", entry["device_seconds"] + 0.0, [*entry["steps"]]),
    "accepted": lambda entry: (entry["trial"] + 0, [Change(*change) for change in entry["changes"]]),
    "vetoed": _has("trial", "because"),
    "calibrated": _has("noise", "outcome", "run_seconds", "measuring_seconds", "spent"),
    "ended": lambda entry: (entry["reason"], entry["trials"] + 0, entry["device_seconds"] + 0.0),
    "closed": lambda entry: (entry["reason"], [[Change(*c) for c in made] for made in entry.get("designs", ())]),
}
"""What an entry of each event must have; looked at once, so that nothing that reads it need expect another."""


def _run(entry: dict[str, Any]) -> RecordedRun:
    return RecordedRun(
        entry["seq"], entry["trial"], entry["run"], entry["purpose"], entry["seed"], read_measurement(entry)
    )


def _proposal(entry: dict[str, Any]) -> Proposed:
    proposal, refused = read_proposal(entry["proposal"]), entry["refused"]
    assert proposal is not None
    return Proposed(
        entry["seq"],
        entry["trial"],
        proposal,
        entry["twin"],
        None if refused is None else (refused[0], refused[1]),
    )
