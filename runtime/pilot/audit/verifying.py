"""Verification: every figure, decision and sum of a campaign's record made again from what they were made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.plan_file import read_plan
from mlipilot.runtime.judgement.sealed import NotJudged
from mlipilot.runtime.judgement.verdict import Verdict
from mlipilot.runtime.pilot.audit.archive import archive
from mlipilot.runtime.pilot.audit.artifacts import TOLERANCE, Origins, Shelf, Source, are_same, recomputed, verdict_in
from mlipilot.runtime.pilot.audit.collecting import rarely_collected
from mlipilot.runtime.pilot.audit.packing import PACKED
from mlipilot.runtime.pilot.audit.record import Record, RecordedRun, read_campaign
from mlipilot.runtime.pilot.audit.retelling import Recalled, Retelling, Unasked, pinned, unpinned
from mlipilot.runtime.pilot.audit.unrecorded import unrecorded
from mlipilot.runtime.pilot.audit.verified import Figures, Verified
from mlipilot.runtime.pilot.campaign.control import slug
from mlipilot.runtime.pilot.campaign.design import Design, design
from mlipilot.runtime.pilot.campaign.laboratory import figures
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.phases import Phases
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.gate.duplicates import Tried
from mlipilot.runtime.record import Run as RunFolder
from mlipilot.runtime.record import Store, altered, line_of, read_journal
from mlipilot.runtime.record.faults import RESTORE
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count
from mlipilot.spec.source import SourceFile

JOBS = "journal.jsonl"
_WRITTEN_AGAIN = "restore it from a copy, or have `mlipilot execute` write it again from the spec"
_LEFT_BEHIND = (
    "an execution that was stopped or killed leaves such, and `mlipilot execute` goes on with them; if none was, the "
    "end of the record is missing, and is to be restored from a copy"
)
_ALTERED = f"it was altered or damaged; {RESTORE}"
_SAME_SECONDS = 1e-6


@rarely_collected()
def verify_campaign(folder: Path, store: Store | None = None, commit: Path | None = None) -> Verified:
    """Verify the record in a folder: a run's, with the store of its workspace, or a committed one.

    One that holds is then copied to `commit`, where that is given and there is a store.
    """
    record = read_campaign(folder)
    if isinstance(record, Diagnostic):
        return Verified(diagnostics=[record])
    verification = _Verification(record, store)
    found = verification.verify()
    if commit is not None and store is not None and found.holds:
        made = archive(record, commit, store, verification.sources)
        if isinstance(made, Diagnostic):
            found.diagnostics.append(made)
        else:
            found.archived = made
    return found


class _Verification:
    def __init__(self, record: Record, store: Store | None) -> None:
        self.record = record
        self.found = Verified(record, entries=record.count)
        self.shelf = Shelf(record.folder, store)
        self.hardware: list[dict[str, Any]] = []
        self.sources: dict[tuple[str, str], Source] = {}
        """What a verdict was made of, by the keys of its run and its own."""

    def verify(self) -> Verified:
        self._chains()
        compiled = self._plan()
        baseline = pinned(self.record)
        if not isinstance(baseline, Diagnostic):
            plan = None if compiled is None else compiled.plan
            baseline = unpinned(self.record, baseline[1], plan) or baseline
        self._seconds()
        if isinstance(baseline, Diagnostic):
            self.found.diagnostics.append(baseline)
            self.found.lacks.append("without the baseline that was pinned, no decision was made again")
            self._figures(self._retelling(), None, compiled)
            return self.found
        source, spec = baseline
        retelling, world = self._decisions(source, spec)
        self._proposals(spec, world)
        self._accepted(source)
        self._figures(retelling, source, compiled)
        return self.found

    def _say(self, code: str, headline: str, help_: str = "") -> None:
        self.found.diagnostics.append(Diagnostic(code, headline, help=help_))

    # -- the chains, and what the first entry pins --

    def _chains(self) -> None:
        record = self.record
        jobs = record.folder / JOBS
        read = read_journal(jobs)
        self.found.jobs = len(read.entries)
        self.hardware = [entry["hardware"] for entry in reversed(read.entries) if entry.get("event") == "begin"]
        if not read.entries:
            self.found.lacks.append(f"`{jobs}` is not there: jobs cannot be verified, nor keys of results made again")
        for path, broken, torn in ((record.path, record.broken, record.torn), (jobs, read.broken, read.torn)):
            if broken is not None:
                self.found.diagnostics.append(altered(path, broken, _ALTERED))
            if torn:
                ends = f"ends in {count(torn, 'byte')} that {'is' if torn == 1 else 'are'} no whole entry"
                self.found.notes.append(f"`{path}` {ends}, as after a crash")
        self._unrecorded(jobs, read.entries)

    def _unrecorded(self, path: Path, jobs: list[dict[str, Any]]) -> None:
        """Runs that the record does not know: of a closed one it had; of another, a crash may have left them."""
        found = unrecorded(self.record, jobs)
        if not found or RunFolder(self.record.folder).holder() is not None:
            return
        self.found.unrecorded = found
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        what = f"`{path}` has finished `{found[0]}`{others}, which the record does not know"
        if self.record.is_closed:
            self._say("MLP0902", f"the record is closed, and {what}", f"entries were taken out of it; {RESTORE}")
        else:
            self.found.lacks.append(f"{what}: {_LEFT_BEHIND}")

    def _plan(self) -> Compiled | None:
        path = self.record.folder / "plan.json"
        try:
            compiled = read_plan(path.read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            self.found.lacks.append(f"`{path}` cannot be read ({why}): no figure is made again; {_WRITTEN_AGAIN}")
            return None
        if isinstance(compiled, Diagnostic):
            self.found.diagnostics.append(compiled)
            return None
        if compiled.plan.hash != self.record.plan:
            self._say("MLP0911", f"`{path}` is another plan than the record pins", "restore the file from a copy")
            return None
        return compiled

    # -- decisions --

    def _decisions(self, source: SourceFile, spec: Spec) -> tuple[Retelling, Recalled]:
        record = self.record
        assert spec.space is not None
        world = Recalled(record, source, spec, spec.space)
        retelling = self._retelling()
        proposers = {lane: Unasked() for lane in record.settings.lanes}
        phases = Phases(record.settings, record.rules, spec.space, world, proposers, retelling.logged)
        phases.run(retelling.drive)
        self.found.is_decided = True
        self.found.trials = sum(1 for lane in record.settings.lanes for _ in record.of(lane, "trial"))
        self.found.open = [*retelling.open]
        if retelling.impossible:
            self.found.notes.append(f"the campaign could not begin: {retelling.impossible}")
        for diverged in retelling.diverged:
            self._say(
                "MLP0902",
                f"the record does not follow from itself: {diverged}",
                "it was altered, or decided by another version, which its first entry names",
            )
        known = {"", *record.settings.lanes, "baseline", "seal"}
        for lane in sorted(set(record.entries) - known):
            self._say("MLP0910", f"`{record.path}` has entries of `{lane}`, which is no lane of it", "restore the file")
        return retelling, world

    def _retelling(self) -> Retelling:
        record = self.record
        return Retelling(record, lambda lane: LaneLog(lane, record.entries.get(lane, ()), None))

    def _proposals(self, spec: Spec, world: Recalled) -> None:
        """Every proposal lies in the search, and is said to repeat another exactly where it does."""
        assert spec.space is not None
        for lane in self.record.settings.lanes:
            tried = Tried(spec.space)
            tried.add(0, world.point(()))
            for trial in self.record.proposals(lane):
                read = world.read(trial.proposal.changes)
                if isinstance(read, str) and trial.refused is None:
                    self._say(
                        "MLP0912",
                        f"trial {trial.number} of `{lane}` ({line_of(trial.seq)}) was run outside the search: {read}",
                        "an edit outside the search is refused before it is run; this record was altered",
                    )
                point = world.point(trial.proposal.changes)
                twin = tried.find(point) if trial.proposal.changes else None
                if twin != trial.twin:
                    was = "no other" if trial.twin is None else f"trial {trial.twin}"
                    self._say(
                        "MLP0902",
                        f"the record does not follow from itself: trial {trial.number} of `{lane}` "
                        f"({line_of(trial.seq)}) is said to repeat {was}, "
                        f"and repeats {'no other' if twin is None else f'trial {twin}'}",
                        "it was altered, or decided by another version, which its first entry names",
                    )
                tried.add(trial.number, point)

    def _accepted(self, source: SourceFile) -> None:
        """The specs that were handed out are the baseline with the accepted edits, byte for byte."""
        folder = self.record.folder / "accepted"
        kept = {lane: entry for lane in self.record.settings.lanes for entry in self.record.of(lane, "accepted")}
        names = {f"{slug(lane)}.mlp" for lane in kept}
        for path in sorted(folder.glob("*.mlp")):
            if path.name not in names:
                help_ = (
                    "the end of the record is missing, or the file is of another campaign: restore one, or remove it"
                )
                self._say("MLP0911", f"`{path}` is of no lane that accepted a design", help_)
        for lane, entry in kept.items():
            path, trial = folder / f"{slug(lane)}.mlp", entry["trial"]
            made = design(source, [Change(*change) for change in entry["changes"]])
            try:
                text = path.read_bytes()
            except OSError as error:
                self._say("MLP0911", f"`{path}`, accepted in trial {trial}, cannot be read: {error.strerror}")
                continue
            if not isinstance(made, Design):
                self._say("MLP0912", f"the edit of `{lane}` that trial {trial} accepted makes no spec: {made.reason}")
            elif made.source.text.encode() != text:
                self._say(
                    "MLP0911",
                    f"`{path}` is not the baseline with the edit that trial {trial} of `{lane}` accepted",
                    "restore it: `mlipilot edit` on a copy of `baseline.mlp` makes it again",
                )
            else:
                self.found.accepted += 1

    # -- sums --

    def _seconds(self) -> None:
        """What each trial and lane spent is what its runs took."""
        record = self.record
        total = 0.0
        for lane in record.entries:
            spent = math.fsum(entry["device_seconds"] for entry in record.of(lane, "measured"))
            total += spent + math.fsum(entry["device_seconds"] for entry in record.of(lane, "sealed"))
            trials = math.fsum(entry["device_seconds"] for entry in record.of(lane, "trial"))
            ended = record.ended(lane)
            if ended is None:
                continue
            for what, seconds in (("its trials", trials), ("its runs", spent)):
                if not math.isclose(seconds, ended["device_seconds"], rel_tol=_SAME_SECONDS, abs_tol=_SAME_SECONDS):
                    self._say(
                        "MLP0914",
                        f"`{lane}` says that it spent {ended['device_seconds']:.3f} s, and {what} took {seconds:.3f} s",
                        "the record was altered; restore it from a copy",
                    )
        self.found.seconds = total

    # -- figures --

    def _figures(self, retelling: Retelling, source: SourceFile | None, compiled: Compiled | None) -> None:
        record = self.record
        origins = None
        if compiled is not None and source is not None and self.hardware:
            origins = Origins(compiled.plan, source, self.hardware)
        for lane in record.entries:
            for run in record.runs(lane):
                asked = retelling.asked.get((lane, run.key))
                made = None if origins is None or asked is None else partial(origins.measured, asked)
                self._held(lane, run, self.found.measured, made)
        for run in record.sealed():
            made = None
            if origins is not None and retelling.sealed:
                made = partial(origins.sealed, retelling.sealed, run.key)
            self._held(SEAL, run, self.found.sealed, made)
        if self.shelf.broken:
            self._say(
                "MLP0806",
                f"the results of the record, `{PACKED}`, cannot be unpacked: {self.shelf.broken}",
                "the file was altered or damaged; restore it from a copy",
            )
        for key, files in self.shelf.damaged.items():
            self._say(
                "MLP0806",
                f"the result {key[:12]} does not have the content that was published: "
                + ", ".join(f"`{name}`" for name in files),
                "it was altered or damaged; restore it from a copy",
            )

    def _held(self, lane: str, run: RecordedRun, counted: Figures, made: Callable[[str], Source | None] | None) -> None:
        """Hold the figures of a run against its verdict's file, and against what the verdict read."""
        if run.measurement.failure is not None:
            return
        counted.runs += 1
        key = run.measurement.verdict_key
        folder = self.shelf.result(key)
        verdict = None if folder is None else verdict_in(folder, run.key)
        if verdict is None:
            counted.missing += 1
            return
        if not self._agrees(lane, run, verdict):
            return
        if made is None:
            counted.compared += 1
            return
        origin = made(key)
        if origin is None:
            self._say(
                "MLP0913",
                f"{line_of(run.seq)} ({lane}, run {run.key}) names the verdict {key[:12]}, which is not of this run",
                "its design, seed and plan make another; the record was altered, or made by another version",
            )
            return
        self.sources[run.key, key] = origin
        again = recomputed(origin, self.shelf, self.record.rules, run.seed)
        if again is None:
            counted.compared += 1
        elif are_same(again, run.measurement.figures, TOLERANCE):
            counted.recomputed += 1
        else:
            self._differs(lane, run, "what its predictions, trajectories and timings give")

    def _agrees(self, lane: str, run: RecordedRun, verdict: Verdict | NotJudged) -> bool:
        judged = verdict.seeds.get(str(run.seed)) if isinstance(verdict, Verdict) else None
        if are_same(figures(judged, self.record.rules) or (), run.measurement.figures):
            return True
        self._differs(lane, run, f"those of the result {run.measurement.verdict_key[:12]}")
        return False

    def _differs(self, lane: str, run: RecordedRun, what: str) -> None:
        self._say(
            "MLP0913",
            f"the figures of {line_of(run.seq)} ({lane}, run {run.key}) are not {what}",
            "the record or the result was altered; restore them from copies",
        )
