"""The execution of a campaign: calibration, arms side by side, the close; resumed from its journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from mlipilot.compiler.canonical import canonical, digest
from mlipilot.compiler.compile import check_source
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import write_plan
from mlipilot.runtime.execution.outcome import JobState
from mlipilot.runtime.execution.session import LeaseLost, Session, open_session
from mlipilot.runtime.execution.watcher import Silent, Watcher
from mlipilot.runtime.foundation.atomic_files import write_bytes
from mlipilot.runtime.pilot.campaign.arms import Arm, Hearing, as_asked, proposers, unusable
from mlipilot.runtime.pilot.campaign.calibrating import Impossible
from mlipilot.runtime.pilot.campaign.control import Control, slug
from mlipilot.runtime.pilot.campaign.design import Design, Refused, design
from mlipilot.runtime.pilot.campaign.drive import Laboratory, drive
from mlipilot.runtime.pilot.campaign.laboratory import JobLaboratory
from mlipilot.runtime.pilot.campaign.log import Diverged, LaneLog
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run, read_measurement
from mlipilot.runtime.pilot.campaign.phases import Phases
from mlipilot.runtime.pilot.campaign.pins import BASELINE_SPEC, first_entry
from mlipilot.runtime.pilot.campaign.rules import rules_of
from mlipilot.runtime.pilot.campaign.sealing import is_closed
from mlipilot.runtime.pilot.campaign.settings import Limits, Settings, settings_of
from mlipilot.runtime.pilot.gate.duplicates import Tried
from mlipilot.runtime.pilot.language import Limit, Mode
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.runtime.record import Journal, Workspace, altered, read_journal
from mlipilot.runtime.record import Run as RunFolder
from mlipilot.runtime.record.about import About
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.diagnostics.refusal import refusal
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile, Unreadable, read_source
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

_NOT_GONE_ON_WITH = (
    "restore the file from a copy: nothing is added to a record that was altered; without a copy begin anew, with "
    "`MLIPILOT_WORKSPACE` set to another folder"
)
_LOST = "the record of an earlier execution is gone: all is decided anew, and what was measured is used again"
TICK = 0.2
"""Seconds after which whoever waits looks whether the campaign is to stop."""


@dataclass
class Ended:
    """How an execution of a campaign ended."""

    run: RunFolder | None = None
    is_closed: bool = False
    """Whether the campaign has come to its end; else `execute` goes on with it."""
    interrupted: bool = False
    detached: bool = False
    """Whether jobs on other machines continue without this process."""
    wall_seconds: float = 0.0
    diagnostics: list[Diagnostic] = field(default_factory=list)
    report: Path | None = None
    """Where the report is, once it is written."""
    model: Path | None = None
    """That of the best design; None where none passes its scorecard."""
    accepted: dict[str, Path] = field(default_factory=dict)
    """By arm and replicate: the spec that it accepted last."""

    def __repr__(self) -> str:
        name = "" if self.run is None else self.run.name
        words = "closed" if self.is_closed else "interrupted" if self.interrupted else "not closed"
        return in_a_line("Ended", name, f"({words})", *(diagnostic.headline for diagnostic in self.diagnostics[:1]))


@runtime_checkable
class Follower(Protocol):
    """A watcher that is told of the record besides jobs."""

    def told(self, entry: Mapping[str, Any]) -> None:
        """An entry: before `begin` those that were there already, of the jobs' journal too; from any thread.

        Afterwards each entry of the record as it is added.
        """


class World:
    """What lanes need of the world: designs, points, and what a user says."""

    def __init__(
        self, source: SourceFile, space: SearchSpace, folder: Path, arms: Mapping[str, Arm], limits: Limits
    ) -> None:
        self._chart = Chart(space)
        self._tried: dict[str, Tried] = {}
        self._folder = folder
        self._control = Control(folder)
        self._arms = arms
        models = sum(arm.ledger is not None for arm in arms.values())
        self._limit = limits.of_models(models) if models else Limit()
        self.design: Callable[[tuple[Change, ...]], Design | Refused] = lru_cache(64)(
            lambda changes: design(source, changes)
        )

    def point(self, changes: tuple[Change, ...]) -> Mapping[str, Data]:
        """The settled point that changes of the baseline make."""
        read = self._chart.read(changes)
        return self._chart.space.baseline if isinstance(read, str) else read

    def twin(self, lane: str, point: Mapping[str, Data]) -> int | None:
        """The trial of a lane that had this point before."""
        tried = self._tried.get(lane)
        return None if tried is None else tried.find(point)

    def tried(self, lane: str, number: int, point: Mapping[str, Data]) -> None:
        """Remember the point of a trial."""
        self._tried.setdefault(lane, Tried(self._chart.space)).add(number, point)

    def suggestion(self, lane: str) -> Proposal | None:
        """What a user wants tried next in a lane; a trial that its language model was asked for is the model's."""
        arm = self._arms[lane]
        if arm.is_asked:
            arm.is_asked = False
            return None
        return self._control.suggested(lane)

    def veto(self, lane: str, trial: int) -> str | None:
        """Why a user forbids a trial."""
        return self._control.vetoed(lane, trial)

    def allowance(self, lane: str) -> Limit:
        """What this lane's language model may still use, of an equal share of what all may."""
        ledger = self._arms[lane].ledger
        return Limit() if ledger is None else self._limit.after(ledger.spent)

    def accepted(self, lane: str, design: Design, trial: int) -> None:
        """Write the spec of what a lane accepted: the baseline's bytes but for the edit."""
        folder = self._folder / "accepted"
        folder.mkdir(exist_ok=True)
        write_bytes(folder / f"{slug(lane)}.mlp", design.source.text.encode())


class Execution:
    """A campaign of a session. Jobs make its runs: `measure` is all that knows of an engine."""

    def __init__(self, session: Session, source: SourceFile, spec: Spec) -> None:
        self.session, self.watcher = session, session.watcher
        self.compiled, self.run = session.compiled, session.run
        self.source, self.spec = source, spec
        assert spec.space is not None
        self.space = spec.space
        self.settings: Settings = settings_of(spec, session.plan)
        self.rules = rules_of(spec)
        self.ended = Ended(self.run, diagnostics=session.diagnostics)
        self._is_halted = False

    def execute(self) -> Ended:
        self.run.folder.mkdir(parents=True, exist_ok=True)
        with closing(Journal(self.run.campaign)) as self.journal:
            return self._execute()

    def _execute(self) -> Ended:
        if self.journal.broken is not None:
            return self._refused(altered(self.run.campaign, self.journal.broken, _NOT_GONE_ON_WITH))
        if self.journal.entries:
            self._restore()
        if is_closed(self.journal.entries):
            self.ended.is_closed = True
            return self.ended
        for entry in self.journal.entries:
            self._tell(entry)
        arms = proposers(self.spec, self.settings, self.hearing())
        if isinstance(arms, Diagnostic):
            return self._refused(arms)
        lacking = unusable(arms, {entry["lane"] for entry in self.journal.entries if entry["event"] == "ended"})
        if lacking is not None:
            return self._refused(lacking)
        try:
            self._pin()
            self.world = World(self.source, self.space, self.run.folder, arms, self.settings.limits)
            self._recorded = {
                (entry["lane"], entry["run"]): entry for entry in self.journal.entries if entry["event"] == "measured"
            }
            self.measure(arms)
        except LeaseLost:
            self.ended.is_closed = False  # the session says why
        except Impossible as impossible:
            self.ended.diagnostics.append(
                Diagnostic("MLP0901", str(impossible), help="execute the baseline alone, without its `pilot` block")
            )
        except Diverged as diverged:
            self.ended.diagnostics.append(
                Diagnostic(
                    "MLP0902",
                    f"the record cannot be gone on with: {diverged}",
                    help="it was written by another version; execute from another folder to begin anew",
                )
            )
        self.ended.wall_seconds = self.session.seconds
        return self.ended

    def _refused(self, diagnostic: Diagnostic) -> Ended:
        self.ended.diagnostics.append(diagnostic)
        self.journal.close()
        return self.ended

    def _enter(self, event: str, **data: Any) -> Mapping[str, Any]:
        self.session.demand_lease()
        entry = self.journal.append(event, **data)
        self._tell(entry)
        return entry

    def _tell(self, entry: Mapping[str, Any]) -> None:
        if isinstance(self.watcher, Follower):
            self.watcher.told(entry)

    def _restore(self) -> None:
        """Write again what can be made from the spec, where it was lost: the plan's hash is the folder's name."""
        if not self.run.plan.exists():
            write_bytes(self.run.plan, write_plan(self.compiled, self.run.folder).encode())
        if not (self.run.folder / BASELINE_SPEC).exists():
            write_bytes(self.run.folder / BASELINE_SPEC, self.source.text.encode())

    def _pin(self) -> None:
        """The first entry pins what no edit may change."""
        if not any(entry["event"] == "campaign" for entry in self.journal.entries):
            write_bytes(self.run.folder / BASELINE_SPEC, self.source.text.encode())
            Control(self.run.folder).forget()
            self._enter("campaign", **first_entry(self.compiled.plan, self.settings, self.rules))

    def hearing(self) -> Hearing:
        """What language models and people are heard by."""

        def write(lane: str, event: Mapping[str, Any]) -> object:
            body = {name: value for name, value in event.items() if name != "event"}
            return self._enter(str(event["event"]), lane=lane, **body)

        def entries(lane: str) -> list[Mapping[str, Any]]:
            return [e for e in self.journal.entries if e.get("lane") == lane and str(e["event"]).startswith("llm-")]

        def explain(text: str) -> None:
            self.watcher.changed(JobState(About("human", "", "edit"), message=text))

        def wait(seconds: float) -> None:
            until = time.monotonic() + seconds
            while not self.is_stopping and (left := until - time.monotonic()) > 0:
                time.sleep(min(left, TICK))

        folder, asked = self.run.folder, partial(as_asked, self.journal.entries)
        return Hearing(folder, Mode.REPLAY, write, entries, explain, lambda: self.is_stopping, asked, wait)

    @property
    def is_stopping(self) -> bool:
        """Whether whoever waits is to wait no longer."""
        return self._is_halted or self.session.is_stopping

    def _halt(self) -> None:
        self._is_halted = True

    # -- running --

    def measure(self, arms: Mapping[str, Arm]) -> None:
        """Continue the campaign by jobs on an engine, until it closes or is stopped."""
        session, dispatch = self.session, self.session.dispatch
        dispatch.rank = self._rank
        begun = session.open()
        for entry in [*session.journal.entries, *([] if begun is None else [begun])]:
            self._tell(entry)
        lost = [_LOST] if session.journal.entries and not self.journal.entries else []
        try:
            with session.running(notes=lost):
                laboratory = JobLaboratory(session.plan, self.rules, dispatch, session.hardware)
                self.conduct(arms, laboratory, tick=self._tick)
                if not self.ended.is_closed:
                    dispatch.skip()
        finally:
            self.ended.interrupted, self.ended.detached = session.is_interrupted, dispatch.detached

    def conduct(self, arms: Mapping[str, Arm], laboratory: Laboratory, **how: Any) -> None:
        """Continue the campaign, whose runs a laboratory makes; `how` is of `drive`."""
        named = {lane: arm.proposer for lane, arm in arms.items()}
        self.phases = Phases(self.settings, self.rules, self.space, self.world, named, self._log)
        drive_all = partial(drive, laboratory=laboratory, recorded=self._measured, halt=self._halt, **how)
        self.ended.is_closed = self.phases.run(drive_all)

    def _log(self, lane: str) -> LaneLog:
        past = [entry for entry in self.journal.entries if entry.get("lane") == lane]
        return LaneLog(lane, past, self._enter)

    def _measured(self, run: Run) -> Measurement | None:
        entry = self._recorded.get((run.lane, run.key))
        return None if entry is None else read_measurement(entry)

    def _rank(self, state: JobState) -> float:
        """Of what is ready, that is started first whose lane has spent least."""
        spent = {lane.name: lane.spent for lane in self.phases.lanes}
        return spent.get(state.about.lane, -1.0)

    def _tick(self) -> None:
        # What was set aside for the close is an estimate, and a campaign that is cut off there says little.
        self.session.tick(limits_device_time=not self.phases.is_closing)


def execute_campaign(compiled: Compiled, workspace: Workspace, watcher: Watcher | None = None) -> Ended:
    """Run what a campaign still lacks; one that was interrupted goes on where it was."""
    source = read_source(compiled.spec)
    if isinstance(source, Unreadable):
        return Ended(diagnostics=[Diagnostic("MLP0001", source.headline, help=source.help)])
    checked = check_source(source)
    if checked.spec is None or has_errors(checked.diagnostics):
        return Ended(diagnostics=checked.diagnostics)
    if digest(canonical(checked.spec)) != compiled.plan.spec_hash:
        headline = f"`{compiled.spec}` changed since the plan was compiled"
        return Ended(diagnostics=[Diagnostic("MLP0703", headline, help="compile the spec again")])
    try:
        with ExitStack() as stack:
            session = open_session(compiled, workspace, watcher or Silent(), stack)
            if isinstance(session, Diagnostic):
                return Ended(diagnostics=[session])
            source, spec = _begun_with(session.run, compiled) or (source, checked.spec)
            ended = Execution(session, source, spec).execute()
            return ended if session.loss is None else Ended(diagnostics=session.diagnostics)
    except OSError as error:  # before the first job, or when the lease is given back
        run = workspace.run(compiled.spec, compiled.plan.hash)
        if is_closed(read_journal(run.campaign).entries):
            return Ended(run, is_closed=True)  # where nothing can be written, nothing has to be
        return Ended(diagnostics=[refusal(error, workspace.root)])


def _begun_with(run: RunFolder, compiled: Compiled) -> tuple[SourceFile, Spec] | None:
    """The text that a campaign began with: what it accepts is an edit of it, however the spec was written since."""
    pinned = run.folder / BASELINE_SPEC
    source = read_source(pinned) if run.campaign.is_file() and pinned.is_file() else None
    if source is None or isinstance(source, Unreadable):
        return None
    named = SourceFile(str(compiled.spec), source.text)
    spec = check_source(named).spec
    return None if spec is None or digest(canonical(spec)) != compiled.plan.spec_hash else (named, spec)
