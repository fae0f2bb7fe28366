"""What a user tells a campaign that runs: files in its folder, read by whoever executes it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

from mlipilot.runtime.foundation.atomic_files import read_json, write_json
from mlipilot.runtime.pilot.campaign.lane import USER
from mlipilot.runtime.pilot.proposers.replay import read_proposal, recorded
from mlipilot.runtime.pilot.trial import Proposal

LONGEST_SLUG = 80
"""Characters, so that a file's name stays within any file system's limit."""
_PLAIN = re.compile(r"[a-z_]+(\([a-z0-9._]+(-[a-z0-9._]+)*\))?/\d+")


class Control:
    """The folder `control/` of a campaign."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "control"

    # -- said by a user --

    def forbid(self, lane: str, trial: int, because: str) -> None:
        """Veto a trial that is proposed or under way."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(self._veto(lane, trial), {"because": because})

    def suggest(self, lane: str, proposal: Proposal) -> None:
        """Have a lane try this next."""
        folder = self._suggestions(lane)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / f"{time.time_ns()}.json", recorded(proposal))

    def waiting(self, lane: str) -> int:
        """How many suggestions a lane has not taken yet."""
        return len(list(self._suggestions(lane).glob("*.json")))

    # -- heard by the campaign --

    def forget(self) -> None:
        """Let go of what was said to another campaign."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def vetoed(self, lane: str, trial: int) -> str | None:
        """Why a trial is forbidden; None where it is not."""
        found = read_json(self._veto(lane, trial))
        return None if found is None else str(found.get("because", ""))

    def suggested(self, lane: str) -> Proposal | None:
        """The oldest edit that a user wants tried in a lane, which is taken away with it."""
        for path in sorted(self._suggestions(lane).glob("*.json")):
            document = _document(path)
            path.unlink(missing_ok=True)
            proposal = read_proposal(document)
            if proposal is not None:
                return Proposal(proposal.changes, proposal.hypothesis, origin=USER)
        return None

    def _veto(self, lane: str, trial: int) -> Path:
        return self.folder / f"veto-{slug(lane)}-{trial}.json"

    def _suggestions(self, lane: str) -> Path:
        return self.folder / f"suggested-{slug(lane)}"


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def slug(lane: str) -> str:
    """A lane's name as part of a file's: `llm(gpt-5.5)/1` gives `llm-gpt-5.5-1`.

    What may be another lane's too, as `llm(a/b)/1` and `llm(a-b)/1` would, or is too long, has a digest added.
    """
    words = filter(None, "".join(c if c.isalnum() or c in "._" else "-" for c in lane).split("-"))
    shown = "-".join(words)
    if _PLAIN.fullmatch(lane) and len(shown) <= LONGEST_SLUG:
        return shown
    return f"{shown[:LONGEST_SLUG]}-{hashlib.sha256(lane.encode()).hexdigest()[:8]}"
