"""A campaign while it runs: lanes and running jobs on a terminal; a line for each trial where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.text import Text

from mlipilot.compiler.render.style import visible
from mlipilot.runtime.display.campaign_board import Board, Place, changes_in_words
from mlipilot.runtime.display.minutes import MINUTE
from mlipilot.runtime.display.terminal import TerminalWatcher
from mlipilot.runtime.display.words import detail, duration
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.foundation.lenient import Lenient
from mlipilot.runtime.pilot.outcome.under_way import Phase
from mlipilot.runtime.pilot.outcome.wording import maker_in_words, phase_in_words
from mlipilot.spec.numerals import count

_FEW = 3
"""Running jobs that are named."""
_LOOKS = {"accepted": "bold green", "infeasible": "red", "failed": "red", "undecided": "yellow", "vetoed": "yellow"}


def entry_line(board: Board, entry: Mapping[str, Any]) -> str | None:
    """What an entry says to somebody who looks on; None where it is a detail."""
    lane = entry.get("lane")
    match entry["event"]:
        case "calibrated":
            return f"calibrated: the baseline is {entry['outcome']}, {entry['reason']}"
        case "proposed":
            why = " ".join(str(entry["proposal"]["hypothesis"]).split())
            changes = changes_in_words(entry["proposal"])
            maker = maker_in_words(str(lane).rpartition("/")[0], str(entry["proposal"]["origin"]))
            shown = f"  ({maker})" if maker else ""
            return f"{lane}/{entry['trial']}: {changes}" + (f"  “{why}”" if why else "") + shown
        case "trial":
            value, rule = board.value(entry["objective"]), board.rule
            shown = f"  {rule.reads(value)}" if value is not None and rule is not None else ""
            return f"{lane}/{entry['trial']} {entry['state']}{shown}: {entry['reason']}"
        case "llm-fallback":
            why = " ".join(str(entry.get("message", "")).split())
            return f"{lane}/{entry['trial']}: the language model made no proposal ({entry['class']})" + (
                why and f": {why}"
            )
        case "ended":
            return f"{lane} ended: {entry['reason']}"
        case "closed":
            return "closed" + (f": {entry['reason']}" if entry["reason"] else "")
    return None


class PlainCampaignWatcher:
    """A line for each thing that is decided, on standard error, and one a minute where nothing is.

    Of jobs only those that failed are named, and those that run when a minute went by.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.board = Board()
        self.has_begun = False
        self._clock = clock
        self._said = clock()
        self._running: dict[str, JobState] = {}

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Say what was adapted, and how far an earlier execution came."""
        self.has_begun = True
        for note in notes:
            self._say(f"note: {note}")
        if self.board.decided:
            self._say(f"goes on after {count(self.board.decided, 'trial')}")

    def told(self, entry: Mapping[str, Any]) -> None:
        """Say what an entry means; what was there before is passed over."""
        self.board.told(entry)
        line = entry_line(self.board, entry) if self.has_begun else None
        if line is not None:
            self._say(line)

    def changed(self, job: JobState) -> None:
        """Say that a job failed, or what is wrong with a person's edit."""
        if job.kind != "edit":
            self.board.changed(job)
        if job.state is State.RUNNING:
            self._running[job.id] = job
        else:
            self._running.pop(job.id, None)
        if job.state is State.FAILED or (job.kind == "edit" and job.message):
            self._say(f"{job.state.value} {job.id}: {job.message}" if job.kind != "edit" else job.message)

    def tick(self) -> None:
        """Say where the campaign is, and what runs, where nothing was said for a minute."""
        now = self._clock()
        if not self.has_begun or now - self._said < MINUTE:
            return
        phases = self.board.under_way.phases(now)
        shown = [phase_in_words(phase, duration(phase.device_seconds)) for phase in phases]
        jobs = [" ".join(f"{job.id} {detail(job)}".split()) for job in self._running.values()]
        doing = "; ".join([*(shown or [self.board.stage]), *jobs[:_FEW]])
        more = f"; {count(len(jobs) - _FEW, 'more job')}" if len(jobs) > _FEW else ""
        self._say(f"running  {doing}{more}")

    def end(self) -> None:
        """Nothing to take down."""

    def _say(self, line: str) -> None:
        self._said = self._clock()
        print(visible(line), file=Lenient(sys.stderr), flush=True)


class TerminalCampaignWatcher(TerminalWatcher):
    """Lanes with what they try now, and below them the jobs that run; decisions scroll by above."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Draw the lanes."""
        if self.board.decided:
            notes = [*notes, f"goes on after {count(self.board.decided, 'trial')}"]
        super().begin([], notes)

    def told(self, entry: Mapping[str, Any]) -> None:
        """Take in an entry; decisions are written above the lanes."""
        self.board.told(entry)
        if self.live is None or entry["event"] not in ("calibrated", "llm-fallback", "trial", "ended"):
            return
        line = entry_line(self.board, entry)
        if line is not None:
            look = _LOOKS.get(str(entry.get("state")), "dim")
            self.console.print(f"[{look}]{escape(visible(line))}[/]", highlight=False)

    def changed(self, job: JobState) -> None:
        """Keep those jobs that run."""
        if job.kind == "edit" and job.message:
            self.console.print(escape(visible(job.message)), highlight=False)
            return
        self.jobs = [other for other in self.jobs if other.id != job.id]
        self.board.changed(job)
        if job.state is State.RUNNING:
            self.jobs = [*self.jobs, job]

    def _table(self) -> RenderableType:
        places = list(self.board.places.values())
        phases = self.board.under_way.phases(time.time())
        rows = [self._cells(place) for place in places]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
        lines: list[RenderableType] = [Text("")]
        for place, row in zip(places, rows, strict=True):
            line = Text(no_wrap=True, overflow="ellipsis")
            for cell, width, look in zip(row, widths, ("bold", "", "green", "dim", "dim"), strict=True):
                line.append(cell.ljust(width) + ("  " if width else ""), look)
            lines.append(line)
            for text, look in ((place.changes, ""), (place.hypothesis and f"“{place.hypothesis}”", "italic dim")):
                if text:
                    lines.append(Text(f"    {visible(text)}", look, no_wrap=True, overflow="ellipsis"))
        for phase in phases:
            shown = phase_in_words(phase, duration(phase.device_seconds))
            lines.append(Text(visible(shown), "dim", no_wrap=True, overflow="ellipsis"))
        return Group(*lines, Text(""), self._jobs(), Text(self._stage(phases), "dim"))

    def _stage(self, phases: list[Phase]) -> str:
        """Where the campaign is, and what it has spent of its device time."""
        board, settings = self.board, self.board.settings
        total = None if settings is None else settings.limits.device_seconds
        of = "" if total is None else f" of {duration(total)}"
        spent = f"device time {duration(board.under_way.spent(phases))}{of}"
        return f"{board.stage}, {duration(time.monotonic() - self.began)}; {spent}"

    def _cells(self, place: Place) -> tuple[str, ...]:
        """Name, trial, what was accepted, what was spent, what is done now."""
        board, settings = self.board, self.board.settings
        most = None if settings is None else settings.limits.trials
        spent = duration(place.spent) + ("" if place.share is None else f" of {duration(place.share)}")
        trial = f"trial {place.trial}" + ("" if most is None else f" of {most}")
        best = "" if place.best is None or board.rule is None else board.rule.reads(place.best)
        accepted = f"✓ {len(place.accepted)} {best}".rstrip() if place.accepted else ""
        waiting = "waiting" if board.stage == "calibrating" else "" if place.changes else "proposing"
        doing = f"ended: {place.ended}" if place.ended else place.phase or waiting
        return place.name, trial if place.trial else "", accepted, spent, visible(doing)
