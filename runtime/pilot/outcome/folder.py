"""A campaign's folder as it lies there: its record, its specs, who works at it, which jobs run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlipilot.runtime.pilot.audit.record import read_campaign
from mlipilot.runtime.pilot.campaign.control import slug
from mlipilot.runtime.pilot.campaign.pins import BASELINE_SPEC
from mlipilot.runtime.pilot.outcome.reading import read_result
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.pilot.outcome.under_way import Phase, UnderWay
from mlipilot.runtime.pilot.outcome.wording import Activity, edits_in_words, headline
from mlipilot.runtime.record import FORMAT, Run, altered, no_record, outdated, read_journal, unfit, unreadable
from mlipilot.runtime.record.about import About
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile, Unreadable, read_source

if TYPE_CHECKING:
    import polars

ACCEPTED = "accepted"


class RunningJob(NamedTuple):
    """A job that was started and has not ended."""

    job: str
    key: str
    attempt: int
    started: float
    """Seconds since the epoch."""


@dataclass(frozen=True)
class CampaignFolder:
    """What a campaign's folder holds."""

    folder: Path
    result: Result
    activity: Activity
    running: tuple[RunningJob, ...]
    under_way: tuple[Phase, ...]
    """What was asked for and is not in the record yet."""
    baseline: str | None
    """The text of the baseline; None where it is not there."""
    accepted: dict[str, str]
    """By lane: the text of the spec that it accepted last."""

    @property
    def headline(self) -> str:
        """The first line of the report: the added value of a campaign that is closed, else where it stands."""
        return headline(self.result, self.activity)

    @property
    def table(self) -> polars.DataFrame:
        """A row for each trial: `lane`, `trial`, `state`, `reason`, `edits`, `objective`, `device_seconds`.

        The objective is in the unit of its rule; null where it was not measured.
        """
        import polars

        text, real = polars.String, polars.Float64
        columns = {"lane": text, "trial": polars.Int64, "state": text, "reason": text, "edits": text}
        rule = self.result.objective

        def shown(value: float | None) -> float | None:
            return None if value is None or rule is None else rule.in_unit(value)

        rows = [
            (lane.name, t.number, t.state, t.reason, edits_in_words(t.edits), shown(t.objective), t.device_seconds)
            for lane in self.result.lanes
            for t in lane.trials
        ]
        return polars.DataFrame(rows, schema={**columns, "objective": real, "device_seconds": real}, orient="row")

    def __repr__(self) -> str:
        lanes = self.result.lanes
        trials = count(sum(len(lane.trials) for lane in lanes), "trial")
        accepted = sum(len(lane.accepted) for lane in lanes)
        return in_a_line("CampaignFolder", f"{self.folder.name} ({self.result.stage}): {trials}, {accepted} accepted")


def is_campaign(folder: Path) -> bool:
    """Whether a folder holds the record of a campaign."""
    return Run(folder).campaign.is_file()


def accepted_spec(folder: Path, lane: str) -> Path:
    """Where the spec is that a lane accepted last."""
    return folder / ACCEPTED / f"{slug(lane)}.mlp"


def read_folder(folder: Path) -> CampaignFolder | Diagnostic:
    """Read a campaign's folder; nothing else is needed, neither results of jobs nor the spec that it began with."""
    path = Run(folder).campaign
    try:
        read = read_journal(path)
    except OSError as error:
        return unreadable(path, error)
    first = next((entry for entry in read.entries if entry.get("event") == "campaign"), None)
    if first is None:
        return no_record(path)
    if first.get("format") != FORMAT:
        return outdated(path, first.get("format"))
    if read.broken is not None:
        return altered(path, read.broken)
    source = read_source(folder / BASELINE_SPEC)
    baseline = None if isinstance(source, Unreadable) else source
    result = read_result(read.entries, baseline)
    if isinstance(result, str):
        why = read_campaign(folder)
        return why if isinstance(why, Diagnostic) else unfit(path, result)
    run = Run(folder)
    is_running = run.holder() is not None
    jobs = [] if result.stage == "closed" and not is_running else read_journal(run.journal).entries
    texts = {lane.name: read_source(accepted_spec(folder, lane.name)) for lane in result.lanes if lane.accepted}
    return CampaignFolder(
        folder,
        result,
        Activity(is_running, run.is_paused),
        _running(jobs) if is_running else (),
        _under_way(read.entries, jobs, is_running=is_running),
        None if baseline is None else baseline.text,
        {lane: text.text for lane, text in texts.items() if isinstance(text, SourceFile)},
    )


def _under_way(
    record: Sequence[Mapping[str, Any]], jobs: Sequence[Mapping[str, Any]], *, is_running: bool
) -> tuple[Phase, ...]:
    if record[-1]["event"] == "closed":
        return ()
    found = UnderWay()
    for entry in record:
        found.told(entry)
    for entry in jobs:
        found.job(entry)
    return tuple(found.phases(time.time() if is_running else None))


def _running(jobs: Iterable[Mapping[str, Any]]) -> tuple[RunningJob, ...]:
    found: dict[str, RunningJob] = {}
    for entry in jobs:
        if entry["event"] == "begin":
            found.clear()
        about = About.read(entry)
        if about is not None and entry["event"] == "started":
            found[about.job] = RunningJob(about.job, about.key, entry["attempt"], float(entry["time"]))
        elif about is not None and entry["event"] == "ended":
            found.pop(about.job, None)
    return tuple(found.values())
