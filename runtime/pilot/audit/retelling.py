"""A campaign gone through again by its record alone: no job, no proposer, no spec resolved for each trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mlipilot.compiler.canonical import canonical, canonical_scorecard, digest
from mlipilot.compiler.plan import Plan
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.runtime.pilot.campaign.calibrating import Impossible
from mlipilot.runtime.pilot.campaign.design import Design, Refused, design
from mlipilot.runtime.pilot.campaign.log import Diverged, LaneLog, RecordEnds
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run, read_measurement
from mlipilot.runtime.pilot.campaign.pins import BASELINE_SPEC
from mlipilot.runtime.pilot.campaign.requests import Measure, Request, Seal, Steps, Think
from mlipilot.runtime.pilot.campaign.rules import recorded_rules, rules_of
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.campaign.settings import settings_of
from mlipilot.runtime.pilot.language import Limit
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.runtime.record.faults import RESTORE
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

Lacking: TypeAlias = Callable[[Run], Measurement | None]
"""What is answered for a run that the record lacks; None where going through it ends there."""


class Unasked:
    """A proposer that is never asked: the record has what was proposed."""

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """Nothing."""
        raise RecordEnds


class Recalled:
    """What lanes need of the world, from the record: its designs are known to be such."""

    def __init__(self, record: Record, source: SourceFile, spec: Spec, space: SearchSpace) -> None:
        self._source, self._spec, self._chart = source, spec, Chart(space)
        self._made = {
            tuple((change["path"], change["value"]) for change in entry["proposal"]["changes"])
            for lane in record.settings.lanes
            for entry in record.of(lane, "proposed")
            if entry["refused"] is None
        } | {()}
        self._points: dict[tuple[tuple[str, str], ...], dict[str, Data] | str] = {}

    def design(self, changes: tuple[Change, ...]) -> Design | Refused:
        """The baseline with changes made: text and spec only where the record does not say that they make one."""
        if tuple((change.path, change.value) for change in changes) in self._made:
            return Design(tuple(changes), self._source, self._spec)
        return design(self._source, changes)

    def point(self, changes: tuple[Change, ...]) -> Mapping[str, Data]:
        """The settled point that changes of the baseline make."""
        read = self.read(changes)
        return self._chart.space.baseline if isinstance(read, str) else read

    def read(self, changes: tuple[Change, ...]) -> dict[str, Data] | str:
        """The point that changes make, or why they make none; each is read once."""
        key = tuple((change.path, change.value) for change in changes)
        if key not in self._points:
            self._points[key] = self._chart.read(changes)
        return self._points[key]

    def twin(self, lane: str, point: Mapping[str, Data]) -> int | None:
        """Not asked: the record has it."""
        raise RecordEnds

    def tried(self, lane: str, number: int, point: Mapping[str, Data]) -> None:
        """Nothing."""

    def suggestion(self, lane: str) -> Proposal | None:
        """Nothing new."""
        return None

    def veto(self, lane: str, trial: int) -> str | None:
        """Nothing new."""
        return None

    def allowance(self, lane: str) -> Limit:
        """Not known."""
        return Limit()

    def accepted(self, lane: str, design: Design, trial: int) -> None:
        """Nothing: what was handed out is looked at by itself."""


@dataclass
class Retelling:
    """Drives the coroutines of a campaign by its record."""

    record: Record
    log: Callable[[str], LaneLog]
    lacking: Lacking = lambda run: None
    thinks: bool = False
    """Whether proposers are asked again."""
    diverged: list[Diverged] = field(default_factory=list)
    impossible: str = ""
    """Why the baseline could not be measured."""
    open: list[str] = field(default_factory=list)
    """Lanes whose record ends before they do."""
    asked: dict[tuple[str, str], Run] = field(default_factory=dict)
    """Every run that was asked for, by lane and key."""
    sealed: tuple[Run, ...] = ()
    """The runs whose models the seal was opened for."""

    def __post_init__(self) -> None:
        self._logs: dict[str, LaneLog] = {}
        self._runs: dict[str, dict[str, Mapping[str, Any]]] = {
            lane: {entry["run"]: entry for entry in entries if entry["event"] == "measured"}
            for lane, entries in self.record.entries.items()
        }
        self._sealed = {entry["run"]: entry for entry in self.record.of(SEAL, "sealed")}

    def logged(self, lane: str) -> LaneLog:
        """The record of a lane, kept so that its end is seen."""
        self._logs[lane] = self.log(lane)
        return self._logs[lane]

    def drive(self, lanes: Mapping[str, Steps]) -> bool:
        """Go through lanes, each to the end of its record; False where one has not ended."""
        ended = [self._through(name, steps) for name, steps in lanes.items()]
        return all(ended)

    def _through(self, lane: str, steps: Steps) -> bool:
        log = self._logs[lane]
        answer: object = None
        try:
            while True:
                request: Request = steps.send(answer)
                match request:
                    case Measure(runs):
                        answer = self._measured(lane, log, runs)
                    case Seal(runs):
                        answer = self._opened(lane, log, runs)
                    case Think(call):
                        answer = self._thought(lane, log, call)
        except StopIteration:
            left = next(iter(log.ahead), None)
            if left is None:
                return True
            self._differs(lane, left, "nothing more was to be expected")
        except RecordEnds:
            self.open.append(lane)
        except Diverged as diverged:
            self.diverged.append(diverged)
        except Impossible as impossible:
            self.impossible = str(impossible)
        return False

    def _differs(self, lane: str, entry: Mapping[str, Any], why: str) -> None:
        self.diverged.append(Diverged(lane, int(entry["seq"]), str(entry["event"]), why))

    def _measured(self, lane: str, log: LaneLog, runs: tuple[Run, ...]) -> list[Measurement]:
        known = self._runs.get(lane, {})
        return self._answers(lane, log, runs, known, "measured")

    def _opened(self, lane: str, log: LaneLog, runs: tuple[Run, ...]) -> list[Measurement]:
        self.sealed = runs
        return self._answers(lane, log, runs, self._sealed, "sealed")

    def _answers(
        self, lane: str, log: LaneLog, runs: tuple[Run, ...], known: Mapping[str, Mapping[str, Any]], event: str
    ) -> list[Measurement]:
        found: list[Measurement] = []
        for run in runs:
            entry = known.get(run.key)
            self.asked[lane, run.key] = run
            answer = self.lacking(run) if entry is None else read_measurement(entry)
            if answer is None:
                # A crash may have cut a group of entries short; anything else that follows is not what was asked for.
                asked = {other.key for other in runs}
                after = next((e for e in log.ahead if e["event"] != event or e["run"] not in asked), None)
                if after is None:
                    raise RecordEnds
                raise Diverged(lane, int(after["seq"]), str(after["event"]), f"run {run.key} is not recorded before it")
            found.append(answer)
        return found

    def _thought(self, lane: str, log: LaneLog, call: Callable[[], Proposal | Exhausted]) -> Proposal | Exhausted:
        left = next(iter(log.ahead), None)
        if left is None:
            raise RecordEnds
        if not self.thinks:
            raise Diverged(lane, int(left["seq"]), str(left["event"]), "`proposed` was to be expected")
        return call()


def pinned(record: Record) -> tuple[SourceFile, Spec] | Diagnostic:
    """The baseline of a record, resolved, whether or not it is the one that was pinned; or why there is none.

    It is read under the name of its spec where a plan has it: imports are relative to that.
    """
    path = record.folder / BASELINE_SPEC
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _unusable(f"`{path}` cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}")
    plan = read_json(record.folder / "plan.json") or {}
    name = plan["source"]["file"] if isinstance(plan.get("source"), dict) else path.name
    beside = record.folder / str(name)
    source = SourceFile(str(beside if beside.parent.is_dir() else path), text)
    resolved = resolve(source)
    errors = [diagnostic for diagnostic in resolved.diagnostics if diagnostic.is_error]
    if errors:
        return _unusable(f"`{path}` does not resolve: {errors[0]}")
    if resolved.spec.space is None:
        return _unusable(f"`{path}` has no `search`")
    made = design(source, ())
    if isinstance(made, Refused):  # such as for molecules whose file is elsewhere
        return _unusable(f"`{path}`, read as `{source.name}`, does not check here: {made.reason}", _BRING)
    return source, resolved.spec


def unpinned(record: Record, spec: Spec, plan: Plan | None = None) -> Diagnostic | None:
    """What of a baseline is not as the record's first entry pins it: its meaning, and what follows from that."""
    card = spec.only("scorecard")
    found: dict[str, tuple[object, object]] = {
        "spec": (digest(canonical(spec)), record.spec),
        "scorecard": (None if card is None else digest(canonical_scorecard(card)), record.scorecard),
        "rules": (recorded_rules(rules_of(spec)), recorded_rules(record.rules)),
    }
    if plan is not None and spec.only("pilot") is not None and card is not None:
        found["settings"] = settings_of(spec, plan).document(), record.settings.document()
    names = [f"the {name}" for name, (ours, theirs) in found.items() if ours != theirs]
    if not names:
        return None
    *others, last = names
    words = f"{', '.join(others)} and {last} of `{{}}` are" if others else f"{last} of `{{}}` is"
    headline = words.format(record.folder / BASELINE_SPEC)
    return Diagnostic("MLP0911", f"{headline} not what the record pins", help=f"{RESTORE}; a record is of one baseline")


def baseline_of(record: Record) -> tuple[SourceFile, Spec] | Diagnostic:
    """The baseline that a record pins, resolved."""
    read = pinned(record)
    return read if isinstance(read, Diagnostic) else unpinned(record, read[1]) or read


_BRING = "bring what its spec names to where it says, or look at the record beside its spec"


def _unusable(headline: str, help_: str = "") -> Diagnostic:
    restored = f"no decision can be made again without it: {RESTORE}, or have `mlipilot execute` write it from the spec"
    return Diagnostic("MLP0911", headline, help=help_ or restored)
