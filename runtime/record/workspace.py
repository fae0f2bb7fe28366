"""Where results and runs are kept: `.mlipilot/` beside the spec, unless told otherwise.

A run is one plan's folder: the plan, its journal, its lease, its report. Results are in the store, which all runs
of a workspace share.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlipilot.compiler.workspace import workspace_folder
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.record.lease import Lease
from mlipilot.runtime.record.store import Store
from mlipilot.spec.one_line import in_a_line

CAMPAIGN = "campaign.jsonl"
"""The record of a campaign's decisions, in the folder of its run, and in a record that was committed."""


@dataclass(frozen=True)
class Run:
    """The folder of one plan's executions."""

    folder: Path

    @property
    def name(self) -> str:
        """Spec and hash, such as `copper-1a2b3c4d`."""
        return self.folder.name

    @property
    def plan(self) -> Path:
        """The plan."""
        return self.folder / "plan.json"

    @property
    def journal(self) -> Path:
        """The journal."""
        return self.folder / "journal.jsonl"

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was recorded, and is there still."""
        return self.journal.exists() or self.campaign.exists()

    @property
    def last_active(self) -> float:
        """When something was last recorded, in seconds since the epoch."""
        return max(path.stat().st_mtime for path in (self.journal, self.campaign) if path.exists())

    @property
    def report(self) -> Path:
        """The report."""
        return self.folder / "report.html"

    @property
    def model(self) -> Path:
        """A link to the accepted model."""
        return self.folder / "accepted.model"

    def hand_out(self, model: Path) -> Path:
        """Link the accepted model under a name that is easy to find."""
        return self._link(self.model, model)

    def scores(self, block: str) -> Path:
        """A link to the raw scores of a benchmark of encodings."""
        return self.folder / f"{block}.parquet"

    def hand_out_scores(self, block: str, table: Path) -> Path:
        """Link the raw scores of a benchmark under its name."""
        return self._link(self.scores(block), table)

    def _link(self, link: Path, file: Path) -> Path:
        target = Path(os.path.relpath(file, self.folder))
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
        return link

    @property
    def campaign(self) -> Path:
        """The record of a campaign's decisions; there is none where the spec has no pilot."""
        return self.folder / CAMPAIGN

    @property
    def queue(self) -> Path:
        """What the queue of a cluster showed of its jobs last; there is none where they run on one machine."""
        return self.folder / "queue.json"

    @property
    def is_paused(self) -> bool:
        """Whether whoever executes this run is to start nothing new."""
        return self._paused.exists()

    def pause(self, *, on: bool) -> None:
        """Have nothing new started, or go on; what runs is not touched."""
        self._mark(self._paused, on=on)

    @property
    def is_cancelled(self) -> bool:
        """Whether whoever executes this run is to stop it, jobs on other machines included."""
        return self._cancelled.exists()

    def cancel(self, *, on: bool) -> None:
        """Have whoever executes this run stop it, or forget that."""
        self._mark(self._cancelled, on=on)

    def _mark(self, mark: Path, *, on: bool) -> None:
        if on:
            write_json(mark, {"time": time.time()})
        else:
            mark.unlink(missing_ok=True)

    @property
    def _cancelled(self) -> Path:
        return self.folder / "cancelled.json"

    @property
    def _paused(self) -> Path:
        return self.folder / "paused.json"

    @property
    def lease(self) -> Lease:
        """The right to execute this run, which one process has at a time."""
        return Lease(self.folder)

    def holder(self) -> dict[str, Any] | None:
        """The process that executes this run now; None where none does."""
        return self.lease.holder()

    def __repr__(self) -> str:
        return in_a_line("Run", self.name, "(paused)" if self.is_paused else "", "in", str(self.folder.parent))


@dataclass(frozen=True)
class Workspace:
    """A store and its runs."""

    root: Path

    @property
    def store(self) -> Store:
        """Results by key."""
        return Store(self.root / "store")

    @property
    def shelf(self) -> Path:
        """What labels cost, by content: paid once, whichever spec asks."""
        return self.root / "labels"

    def run(self, spec: Path, plan_hash: str) -> Run:
        """The run of a plan."""
        slug = re.sub(r"[^A-Za-z0-9]+", "-", spec.stem).strip("-").lower() or "spec"
        return Run(self.root / "runs" / f"{slug}-{plan_hash[:8]}")

    def runs(self) -> list[Run]:
        """All runs, the one that was active last first."""
        found = [run for run in map(Run, self.root.glob("runs/*")) if run.is_begun]
        return sorted(found, key=lambda run: run.last_active, reverse=True)

    def __repr__(self) -> str:
        return in_a_line("Workspace", str(self.root))


def workspace_of(spec: Path) -> Workspace:
    """The workspace of a spec: `MLIPILOT_WORKSPACE`, or `.mlipilot/` in the spec's folder."""
    return Workspace(workspace_folder(spec))
