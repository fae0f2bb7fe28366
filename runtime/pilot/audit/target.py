"""What an audit looks at: a run, a campaign, or the record of one that was committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.runtime.execution.finding import find_run
from mlipilot.runtime.execution.verification import VerifiedRun, verify_run
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.pilot.audit.asked import read_setting, with_thresholds
from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import Rejudged, rejudge
from mlipilot.runtime.pilot.audit.retelling import baseline_of
from mlipilot.runtime.pilot.audit.verified import Verified
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.pilot.campaign.rules import Rule, shown_rules
from mlipilot.runtime.pilot.gate.settings import Settings as Gate
from mlipilot.runtime.record import CAMPAIGN, Run, Store, Workspace, altered, lost_record
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile


class Target(NamedTuple):
    """What is looked at."""

    folder: Path
    workspace: Workspace | None
    """None of a committed record."""
    note: str = ""
    """What is to be known of it besides: that the spec was changed since."""

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


class Recorded(NamedTuple):
    """A campaign's record that can be gone through, and the baseline that it pins."""

    record: Record
    baseline: tuple[SourceFile, Spec]


@dataclass(frozen=True)
class Rejudgement:
    """A campaign, decided again."""

    lanes: list[Rejudged]
    then: Gate
    gate: Gate
    """The settings that it is decided by now; `then` are those that it was decided by."""
    rules: tuple[Rule, ...]
    rules_then: tuple[Rule, ...]
    diagnostics: tuple[Diagnostic, ...]
    """Warnings of the thresholds that were asked for."""

    @property
    def changed(self) -> int:
        """Trials that are decided otherwise."""
        return sum(len(lane.changed) for lane in self.lanes)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        bounds = {
            rule["shown"]: {name: rule[name] for name in ("threshold", "unit")}
            for rule in shown_rules(self.rules)
            if rule["verb"] == "require"
        }
        settings = {"alpha": self.gate.alpha, "confirm_seeds": self.gate.confirm_seeds}
        return {**settings, "requires": bounds, "lanes": [lane.document() for lane in self.lanes]}

    def __repr__(self) -> str:
        trials = sum(lane.trials for lane in self.lanes)
        return in_a_line("Rejudgement", f"{self.changed} of {count(trials, 'trial')} decided otherwise")


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
    return found if isinstance(found, Diagnostic) else Target(found.run.folder, found.workspace, found.note)


def verify(target: Target, archive: Path | None = None) -> Verified | VerifiedRun | Diagnostic:
    """Hold a record against what it was made of; with `archive`, copy it there. A diagnostic where there is nothing."""
    if target.is_campaign:
        if archive is not None and target.store is None:
            return Diagnostic("MLP0918", f"`{target.folder}` has no store beside it", help="name a run by its spec")
        return verify_campaign(target.folder, target.store, archive)
    if target.has_lost_its_record:
        return lost_record(target.folder)
    if target.workspace is not None:
        return verify_run(target.workspace, Run(target.folder))
    return Diagnostic("MLP0910", f"`{target.folder}` holds no campaign's record", help="name a run by its spec")


def recorded(target: Target) -> Recorded | Diagnostic:
    """The record of a campaign and its baseline; or why it cannot be gone through."""
    if target.has_lost_its_record:
        return lost_record(target.folder)
    if not target.is_campaign:
        return Diagnostic("MLP0910", f"`{target.folder}` holds no campaign's record", help="name a campaign")
    record = read_campaign(target.folder)
    if isinstance(record, Diagnostic):
        return record
    if record.broken is not None:
        return altered(record.path, record.broken)
    baseline = baseline_of(record)
    return baseline if isinstance(baseline, Diagnostic) else Recorded(record, baseline)


def decide_again(
    read: Recorded, thresholds: Sequence[str], alpha: str | None, confirm_seeds: str | None
) -> Rejudgement | list[Diagnostic]:
    """A campaign decided by other settings, written as in a spec; or what is wrong with these."""
    record, baseline = read
    asked = with_thresholds(thresholds, baseline[1])
    gate = _gate(record.settings.gate, alpha, confirm_seeds)
    if asked.rules is None or isinstance(gate, list):
        return [*asked.diagnostics, *(gate if isinstance(gate, list) else ())]
    lanes = rejudge(record, baseline, replace(record.settings, gate=gate), asked.rules)
    return Rejudgement(lanes, record.settings.gate, gate, asked.rules, tuple(record.rules), tuple(asked.diagnostics))


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
