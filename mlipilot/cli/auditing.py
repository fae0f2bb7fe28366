"""`verify`, `rejudge`, `replay`: a record held against what it was made of, decided again, repeated."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mlipilot.cli.proof import show
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.execution.verification import VerifiedRun
from mlipilot.runtime.pilot.audit import target as audit
from mlipilot.runtime.pilot.audit.rejudging import Rejudged
from mlipilot.runtime.pilot.audit.replaying import replay as repeat
from mlipilot.runtime.pilot.audit.target import Recorded, Target
from mlipilot.runtime.pilot.audit.verified import Figures, Verified
from mlipilot.runtime.record import line_of
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count

IN_PART = 4
"""The exit code of `verify` where what could be looked at holds, and not everything could be."""


def _found(which: str | None) -> Target | Diagnostic:
    """What was meant; a note of it is printed."""
    target = audit.find_target(which)
    if isinstance(target, Target) and target.note:
        print(f"note: {target.note}", file=sys.stderr)
    return target


def verify(which: str | None, archive: Path | None, *, as_json: bool) -> int:
    """Verify a run or a committed record: 0 where everything holds, 1 where something does not, 4 where a part does."""
    target = _found(which)
    found = target if isinstance(target, Diagnostic) else audit.verify(target, archive)
    if isinstance(target, Diagnostic) or isinstance(found, Diagnostic):
        return _refused(target, found)
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


def _refused(target: Target | Diagnostic, fault: object) -> int:
    """Say why nothing can be looked at: 1 where a record was lost, 2 where none was meant."""
    assert isinstance(fault, Diagnostic)
    show([fault])
    return 1 if isinstance(target, Target) and target.has_lost_its_record else 2


def rejudge(
    which: str | None, thresholds: list[str], alpha: str | None, confirm_seeds: str | None, *, as_json: bool
) -> int:
    """Decide a campaign again under other settings, and say which trials that changes."""
    read = _recorded(which)
    if isinstance(read, int):
        return read
    found = audit.decide_again(read, thresholds, alpha, confirm_seeds)
    if isinstance(found, list):
        show(found)
        return 2
    show(list(found.diagnostics))
    if as_json:
        print(_json(found.document()))
        return 0
    for name in ("alpha", "confirm_seeds"):
        if getattr(found.gate, name) != getattr(found.then, name):
            print(f"{name} = {getattr(found.gate, name):g} instead of {getattr(found.then, name):g}")
    for rule, before in zip(found.rules, found.rules_then, strict=True):
        if rule != before:
            print(
                f"{rule.shown} {rule.comparator} {rule.reads(rule.threshold)} instead of {rule.reads(before.threshold)}"
            )
    for lane in found.lanes:
        print("\n".join(_rejudged(lane)))
    return 0


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
    lines = (
        [f"identical: all {count(found.entries, 'entry', 'entries')} of the lanes, bit for bit"]
        if found.is_identical
        else []
    )
    lines += [f"  the record of `{lane}` ends before it does" for lane in found.open]
    lines += [f"  the proposals of `{lane}` are a person's, and were taken from the record" for lane in found.told]
    print("\n".join(lines))
    return 0 if found.is_identical else 1


def _recorded(which: str | None) -> Recorded | int:
    """The record that was meant, and its baseline; or the exit code, after saying why there is none."""
    target = _found(which)
    read = target if isinstance(target, Diagnostic) else audit.recorded(target)
    if isinstance(target, Diagnostic) or isinstance(read, Diagnostic):
        code = _refused(target, read)
        return 1 if isinstance(target, Target) and target.is_campaign else code
    return read


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
        files, results, size, left_out = found.archived
        out = f"; {count(left_out, 'result')} did not fit" if left_out else ""
        lines.append(
            f"  archive    {count(files, 'file')}, {count(results, 'file')} of results, {size / 1e6:.2f} MB{out}"
        )
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
    verified = f"the figures of {runs - missing} of {count(runs, 'run')} are verified"
    return f"what could be looked at holds; {verified}, the rest are not"


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
    return count(figures.runs, "run") + (f": {'; '.join(words)}" if words else "")


def _run(found: VerifiedRun) -> list[str]:
    missing = (
        f", {count(len(found.missing), 'job')} {'has' if len(found.missing) == 1 else 'have'} no result"
        if found.missing
        else ""
    )
    return [
        _outcome_of_run(found),
        f"  chain      {count(found.entries, 'entry', 'entries')}",
        f"  results    {found.results} held against their manifests{missing}",
        f"  figures    {found.figures} made again from what was measured",
    ]


def _outcome_of_run(found: VerifiedRun) -> str:
    if not found.holds:
        return "does not hold"
    if found.is_whole:
        return "everything holds"
    jobs = found.results + len(found.missing)
    verified = f"the results of {found.results} of {count(jobs, 'job')} are verified"
    return f"what could be looked at holds; {verified}, the rest are not"


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
