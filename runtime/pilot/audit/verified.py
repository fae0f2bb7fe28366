"""What a verification looked at, what it found, and what it could not look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mlipilot.runtime.pilot.audit.archive import Archived
from mlipilot.runtime.pilot.audit.record import Record
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line


@dataclass
class Figures:
    """Of how many runs the figures were held against what, and how."""

    runs: int = 0
    recomputed: int = 0
    """Made again from predictions, trajectories and timings."""
    compared: int = 0
    """Compared with the verdict's file alone."""
    missing: int = 0
    """Nothing to compare with: their artifacts are not here."""


@dataclass
class Verified:
    """What a verification looked at, and what it found."""

    record: Record | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    entries: int = 0
    jobs: int = 0
    """Entries of the journal of jobs."""
    is_decided: bool = False
    """Whether its decisions were made again."""
    trials: int = 0
    measured: Figures = field(default_factory=Figures)
    sealed: Figures = field(default_factory=Figures)
    seconds: float = 0.0
    """Of all runs of the record."""
    accepted: int = 0
    """Accepted specs that were made again."""
    open: list[str] = field(default_factory=list)
    """Lanes that have not ended."""
    unrecorded: list[str] = field(default_factory=list)
    """Last jobs of runs that have finished, and that the record does not know."""
    lacks: list[str] = field(default_factory=list)
    """What could not be looked at, and why."""
    notes: list[str] = field(default_factory=list)
    """What else is to be known of the record."""
    archived: Archived | None = None
    """What was copied to be committed."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold; that no copy could be made says nothing of the record."""
        return not any(found.is_error and found.code != "MLP0918" for found in self.diagnostics)

    @property
    def is_whole(self) -> bool:
        """Whether everything was held against something; else what holds is only what could be looked at."""
        return not self.lacks and not self.measured.missing and not self.sealed.missing

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "holds": self.holds,
            "whole": self.is_whole,
            "closed": self.record is not None and self.record.is_closed,
            "entries": self.entries,
            "job_entries": self.jobs,
            "trials": self.trials,
            "figures": {"measured": vars(self.measured), "sealed": vars(self.sealed)},
            "device_seconds": self.seconds,
            "accepted_specs": self.accepted,
            "open_lanes": self.open,
            "unrecorded_runs": self.unrecorded,
            "lacks": self.lacks,
            "notes": self.notes,
            "archived": None if self.archived is None else self.archived._asdict(),
            "diagnostics": [
                {"code": found.code, "headline": found.headline, "help": found.help} for found in self.diagnostics
            ],
        }

    def __repr__(self) -> str:
        words = "does not hold" if not self.holds else "everything holds" if self.is_whole else "holds in part"
        return in_a_line("Verified", f"{words}:", f"{count(self.trials, 'trial')} decided again")
