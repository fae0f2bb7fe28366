"""A person's proposals: edits from a terminal or a file, in the language of `mlipilot edit`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mlipilot.runtime.pilot.proposers.default import baseline
from mlipilot.runtime.pilot.proposers.tried import Memory, Tried
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining, Stopped
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change, read_changes
from mlipilot.spec.space import SearchSpace

POLL = 0.5
"""Seconds between two looks at a watched file."""
STOP = "stop"
SHAPE = (
    "one `PATH=VALUE` a line, such as `potential.channels=16`, and `because: …` for the reason; "
    f"or edits as JSON; `{STOP}` ends the arm"
)


class Input(Protocol):
    """Where a person's edits come from."""

    def read(self) -> str | None:
        """What was written next; None when nothing will be any more."""
        ...


class Watched:
    """A file: each time that it is written anew, its text is the next proposal."""

    def __init__(self, path: Path, is_stopped: Callable[[], bool] = lambda: False) -> None:
        self.path = path
        self.is_stopped = is_stopped
        self._last = ""

    def read(self) -> str:
        """The text once it differs from the last and has stood still between two looks; raises `Stopped`."""
        before = ""
        while not self.is_stopped():
            try:
                text = self.path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
            if text.strip() and text not in (self._last,) and text == before:
                self._last = text
                return text
            before = text
            time.sleep(POLL)
        raise Stopped


class Human:
    """Asks until a proposal lies in the space, and says of each refused one what is wrong with it."""

    def __init__(self, source: Input, explain: Callable[[str], None]) -> None:
        self.source = source
        self.explain = explain
        self._memory = Memory()

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next edits that can be made."""
        if not history:
            return baseline("human")
        tried = self._memory.of(history, space)
        while (text := self.source.read()) is not None and text.strip() != STOP:
            answer = _read(text, tried)
            if isinstance(answer, Proposal):
                return answer
            self.explain(answer)
        return Exhausted("the user stopped")


def _read(text: str, tried: Tried) -> Proposal | str:
    """A proposal, or what is wrong with it."""
    changes = _json(text) if text.lstrip()[:1] in ("{", "[") else _settings(text)
    if isinstance(changes, str):
        return changes
    settled = tried.chart.read(changes)
    if isinstance(settled, str):
        return settled
    if tried.holds(tried.chart.position(settled), 0.0):
        return "this point was tried"
    proposal = tried.chart.proposal(settled, "human", "")
    if proposal is None:
        return "this point cannot be written"
    reasons = {change.path: change.because for change in changes}
    kept = tuple(change._replace(because=reasons.get(change.path, "")) for change in proposal.changes)
    return Proposal(kept, hypothesis=next(filter(None, reasons.values()), ""), origin="human")


def _json(text: str) -> list[Change] | str:
    read = read_changes(text, "the edits")
    return f"{read.headline}; {read.help}" if isinstance(read, Diagnostic) else read


def _settings(text: str) -> list[Change] | str:
    changes: list[Change] = []
    because = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("because:"):
            because = line.removeprefix("because:").strip()
            continue
        path, sign, value = line.partition("=")
        if not sign or not path.strip() or not value.strip():
            return f"`{line}` is no `PATH=VALUE`; write {SHAPE}"
        changes.append(Change(path.strip(), value.strip()))
    if not changes:
        return f"nothing is to be edited; write {SHAPE}"
    return [change._replace(because=because) for change in changes]
