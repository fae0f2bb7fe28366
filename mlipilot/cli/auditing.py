"""`verify`, `rejudge`, `replay`: a record held against what it was made of, decided again, repeated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.cli.inspection import find_run
from mlipilot.cli.proof import show
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.execution.verification import VerifiedRun, verify_run
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.pilot.audit.asked import read_setting, with_thresholds
from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import Rejudged
from mlipilot.runtime.pilot.audit.rejudging import rejudge as decide_again
from mlipilot.runtime.pilot.audit.replaying import replay as repeat
from mlipilot.runtime.pilot.audit.retelling import baseline_of
from mlipilot.runtime.pilot.audit.verified import Figures, Verified
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.pilot.gate.settings import Settings as Gate
from mlipilot.runtime.record import CAMPAIGN, Run, Store, Workspace, altered, line_of, lost_record
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count
from mlipilot.spec.source import SourceFile

IN_PART = 4
"""The exit code of `verify` where what could be looked at holds, and not everything could be."""


class Target(NamedTuple):
    """What is looked at."""

    folder: Path
    workspace: Workspace | None
    """None of a committed record."""

    @property
    def is_campaign(self) -> bool:
        """Whether it has a campaign's record."""
        return (self.folder / CAMPAIGN).exists()

    @property
    def has_lost_its_record(self) -> bool:
        """Whether its plan is a campaign's, and the record of that is not there."""
        plan = (read_json(self.folder / "plan.json") or {}).get("plan", {})
        return not self.is_campaign and plan.get("campaign") is not None

    @property
    def store(self) -> Store | None:
        """Where its results are; None of a committed record, which has them itself."""
        return None if self.workspace is None else self.workspace.store


def find_target(which: str | None) -> Target | Diagnostic:
    """A folder with a record, or the run that was meant."""
    if which is not None and Path(which).name == CAMPAIGN:
        which = str(Path(which).parent)
    if which is not None and Path(which).is_dir():
        folder = Path(which)
        if not (folder / CAMPAIGN).exists() and not (folder / "journal.jsonl").exists():
            return Diagnostic(
                "MLP0910", f"`{which}` holds no record", help="name a run's folder, or a committed record"
            )
        root = folder.absolute().parent.parent
        is_run = folder.absolute().parent.name == "runs" and (root / "store").is_dir()
        return Target(folder, Workspace(root) if is_run else None)
    found = find_run(which)
    return found if isinstance(found, Diagnostic) else Target(found[1].folder, found[0])


def verify(which: str | None, archive: Path | None, *, as_json: bool) -> int:
    """Verify a run or a committed record: 0 where everything holds, 1 where something does not, 4 where a part does."""
    target = find_target(which)
    if isinstance(target, Diagnostic):
        show([target])
        return 2
    found: Verified | VerifiedRun
    if target.is_campaign:
        if archive is not None and target.store is None:
            show([Diagnostic("MLP0918", f"`{target.folder}` has no store beside it", help="name a run by its spec")])
            return 2
        found = verify_campaign(target.folder, target.store, archive)
    elif target.has_lost_its_record:
        show([lost_record(target.folder)])
        return 1
    elif target.workspace is not None:
        found = verify_run(target.workspace, Run(target.folder))
    else:
        show([Diagnostic("MLP0910", f"`{target.folder}` holds no campaign's record", help="name a run by its spec")])
        return 2
    if as_json:
        print(_json(found.document()))
    else:
        show(found.diagnostics)
        print("\n".join(_campaign(found) if isinstance(found, Verified) else _run(found)))
    if not found.holds:
        return 1
    if archive is not None and isinstance(found, Verified) and found.archived is None:
        return 2
    return 0 if found.is_whole else IN_PART


def rejudge(
    which: str | None, thresholds: list[str], alpha: str | None, confirm_seeds: str | None, *, as_json: bool
) -> int:
    """Decide a campaign again under other settings, and say which trials that changes."""
    read = _recorded(which)
    if isinstance(read, int):
        return read
    record, baseline = read
    asked = with_thresholds(thresholds, baseline[1])
    gate = _gate(record.settings.gate, alpha, confirm_seeds)
    show([*asked.diagnostics, *(gate if isinstance(gate, list) else ())])
    if asked.rules is None or isinstance(gate, list):
        return 2
    rules = asked.rules
    lanes = decide_again(record, baseline, replace(record.settings, gate=gate), rules)
    if as_json:
        settings = {"alpha": gate.alpha, "confirm_seeds": gate.confirm_seeds}
        bounds = {rule.shown: {"threshold": rule.threshold} for rule in rules if rule.is_required}
        print(_json({**settings, "requires": bounds, "lanes": [lane.document() for lane in lanes]}))
        return 0
    then = record.settings.gate
    for name in ("alpha", "confirm_seeds"):
        if getattr(gate, name) != getattr(then, name):
            print(f"{name} = {getattr(gate, name):g} instead of {getattr(then, name):g}")
    for rule, before in zip(rules, record.rules, strict=True):
        if rule != before:
            print(
                f"{rule.shown} {rule.comparator} {rule.reads(rule.threshold)} instead of {rule.reads(before.threshold)}"
            )
    for lane in lanes:
        print("\n".join(_rejudged(lane)))
    return 0


def _gate(gate: Gate, alpha: str | None, confirm_seeds: str | None) -> Gate | list[Diagnostic]:
    """The settings of a gate with those that are asked for; or what is wrong with these."""
    found: list[Diagnostic] = []
    for field, text in (("alpha", alpha), ("confirm_seeds", confirm_seeds)):
        read = None if text is None else read_setting(field, text)
        if isinstance(read, list):
            found += read
        elif read is not None:
            gate = replace(gate, **{field: type(getattr(gate, field))(read)})
    return found or gate


def _rejudged(lane: Rejudged) -> list[str]:
    trials = count(lane.trials, "trial")
    changed = f"{len(lane.changed)} of {trials} decided otherwise" if lane.changed else f"{trials} decided as before"
    lines = [f"{lane.lane}: {changed}"]
    lines += [f"  trial {c.trial}  {c.was} → {c.state}  {c.reason}" for c in lane.changed]
    if lane.unreached:
        lines.append(f"  {lane.unreached} more would not have been tried: {lane.ended}")
    if lane.lacking:
        lines.append(f"  {lane.lacking} need runs that the record lacks, which only a new campaign could make")
    return [*lines, f"  accepted  {_edit(lane.was)} → {_edit(lane.accepted)}"]


def _edit(changes: tuple[Change, ...] | None) -> str:
    return "nothing" if changes is None else ", ".join(f"{c.path} = {c.value}" for c in changes)


def replay(which: str | None, *, as_json: bool) -> int:
    """Repeat a campaign: 0 where every entry is the same, 1 with the first that differs."""
    read = _recorded(which)
    if isinstance(read, int):
        return read
    found = repeat(*read)
    if isinstance(found, Diagnostic):
        show([found])
        return 2
    if as_json:
        print(_json(found.document()))
        return 0 if found.is_identical else 1
    for difference in found.differences:
        lane, seq, event, what = difference
        help_ = "the record or a transcript was altered, or another version draws otherwise; see the first entry"
        show([Diagnostic("MLP0917", f"{line_of(seq, read[0].path)} (`{event}` of `{lane}`): {what}", help=help_)])
    lines = [f"identical: all {found.entries} entries of the lanes, bit for bit"] if found.is_identical else []
    lines += [f"  the record of `{lane}` ends before it does" for lane in found.open]
    lines += [f"  the proposals of `{lane}` are a person's, and were taken from the record" for lane in found.told]
    print("\n".join(lines))
    return 0 if found.is_identical else 1


def _recorded(which: str | None) -> tuple[Record, tuple[SourceFile, Spec]] | int:
    """The record that was meant, and its baseline; or the exit code, after saying why there is none."""
    target = find_target(which)
    if isinstance(target, Diagnostic):
        show([target])
        return 2
    if target.has_lost_its_record:
        show([lost_record(target.folder)])
        return 1
    if not target.is_campaign:
        show([Diagnostic("MLP0910", f"`{target.folder}` holds no campaign's record", help="name a campaign")])
        return 2
    record = read_campaign(target.folder)
    if isinstance(record, Record) and record.broken is not None:
        record = altered(record.path, record.broken)
    baseline = baseline_of(record) if isinstance(record, Record) else record
    if isinstance(record, Diagnostic) or isinstance(baseline, Diagnostic):
        show([found for found in (record, baseline) if isinstance(found, Diagnostic)][:1])
        return 1
    return record, baseline


def _campaign(found: Verified) -> list[str]:
    if found.record is None:
        return []
    closed = "closed" if found.record.is_closed else "not closed"
    lines = [
        f"{found.record.name} ({closed}): {_outcome(found)}",
        f"  chain      {count(found.entries, 'entry', 'entries')} of the campaign, {found.jobs} of its jobs",
        f"  decisions  of {count(found.trials, 'trial')}, made again from the record"
        if found.is_decided
        else "  decisions  not made again",
        f"  figures    of {_figures(found.measured)}",
    ]
    if found.sealed.runs:
        lines.append(f"  sealed     of {_figures(found.sealed)}")
    lines += [f"  specs      {found.accepted} accepted, made again from the baseline"] if found.is_decided else []
    lines += [
        f"  time       {duration(found.seconds)} on devices, which adds up in every lane"
        if not any(d.code == "MLP0914" for d in found.diagnostics)
        else "  time       does not add up",
    ]
    lines += [f"  open       the record of `{lane}` ends before it does" for lane in found.open]
    if found.archived is not None:
        files, size, left_out = found.archived
        out = f"; {count(left_out, 'result')} did not fit" if left_out else ""
        lines.append(f"  archive    {files} files, {size / 1e6:.2f} MB{out}")
    lines += [f"not verified: {lack}" for lack in found.lacks]
    return lines + [f"note: {note}" for note in found.notes]


def _outcome(found: Verified) -> str:
    if not found.holds:
        return "does not hold"
    if found.is_whole:
        return "everything holds"
    kinds = (found.measured, found.sealed)
    missing, runs = sum(kind.missing for kind in kinds), sum(kind.runs for kind in kinds)
    if not missing:
        return "what could be looked at holds, and not everything could be"
    return (
        f"what could be looked at holds; the figures of {runs - missing} of {runs} runs are verified, the rest are not"
    )


def _figures(figures: Figures) -> str:
    words = [
        f"{number} {what}"
        for number, what in (
            (figures.recomputed, "made again from predictions, trajectories and timings"),
            (figures.compared, "compared with their verdict's file alone"),
            (figures.missing, "not verified, for their results are not here"),
        )
        if number
    ]
    return f"{figures.runs} runs" + (f": {'; '.join(words)}" if words else "")


def _run(found: VerifiedRun) -> list[str]:
    missing = f", {len(found.missing)} jobs have no result" if found.missing else ""
    return [
        _outcome_of_run(found),
        f"  chain      {found.entries} entries",
        f"  results    {found.results} held against their manifests{missing}",
        f"  figures    {found.figures} made again from predictions, trajectories and timings",
    ]


def _outcome_of_run(found: VerifiedRun) -> str:
    if not found.holds:
        return "does not hold"
    if found.is_whole:
        return "everything holds"
    jobs = found.results + len(found.missing)
    return (
        f"what could be looked at holds; the results of {found.results} of {jobs} jobs are verified, the rest are not"
    )


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
