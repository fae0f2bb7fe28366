"""Progress on a terminal: one line a job, with epoch, loss and time left."""

from __future__ import annotations

import sys
import time
from typing import TextIO, cast

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mlipilot.runtime.display.words import MARKS, detail, duration, produced, remaining, share
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.foundation.lenient import Lenient

_LOOKS = {
    State.PENDING: "dim",
    State.RUNNING: "bold cyan",
    State.REUSED: "dim green",
    State.DONE: "green",
    State.FAILED: "bold red",
    State.STOPPED: "yellow",
    State.SKIPPED: "dim",
}


_DETAIL = 3
"""The column that is cut."""


def _cut(text: str, look: str = "") -> Text:
    """A text that is cut where its column is too narrow."""
    return Text(text, look, no_wrap=True, overflow="ellipsis")


class TerminalWatcher:
    """A table that is redrawn in place, on standard error."""

    def __init__(self) -> None:
        self.console = Console(file=cast(TextIO, Lenient(sys.stderr)))
        self.jobs: list[JobState] = []
        self.live: Live | None = None
        self.began = time.monotonic()

    def begin(self, jobs: list[JobState], notes: list[str]) -> None:
        """Draw the table."""
        self.jobs = jobs
        for note in notes:
            self.console.print(Text.assemble(("note", "yellow"), f": {note}"), highlight=False)
        self.live = Live(console=self.console, get_renderable=self._table, refresh_per_second=4, transient=False)
        self.live.start()

    def changed(self, job: JobState) -> None:
        """The next refresh shows it."""

    def tick(self) -> None:
        """The next refresh shows it."""

    def end(self) -> None:
        """Leave the table as it is."""
        if self.live is not None:
            self.live.stop()

    def _table(self) -> RenderableType:
        table = self._jobs()
        table.add_row("", Text(duration(time.monotonic() - self.began), "dim"), "", "", "")
        return table

    def _jobs(self) -> Table:
        table = Table.grid(padding=(0, 2), expand=False)
        longest = max((len(job.id) for job in self.jobs), default=0)
        # Marks, names and times keep their width on a narrow terminal; what is cut is the detail between them. Only a
        # column that may wrap is made narrower; its text does not wrap.
        for place, width in enumerate((1, longest, None, None, 6)):
            table.add_column(no_wrap=place != _DETAIL, overflow="ellipsis", min_width=width)
        for job in self.jobs:
            table.add_row(*self._row(job))
        return table

    def _row(self, job: JobState) -> tuple[Text | ProgressBar | str, ...]:
        look = _LOOKS[job.state]
        mark, name = Text(MARKS[job.state], look), Text(job.id, look if job.state is not State.DONE else "")
        if job.state is State.RUNNING:
            elapsed = duration(time.time() - job.started)
            part = share(job.progress)
            bar = ProgressBar(100, 100 * (part or 0.0), width=16, pulse=part is None)
            left = remaining(job)
            return mark, name, bar, _cut(detail(job)), Text(f"{elapsed}{f'  {left} left' if left else ''}", "dim")
        if job.state in (State.FAILED, State.SKIPPED):
            return mark, name, "", _cut(job.message, look), ""
        if job.state is State.REUSED:
            return mark, name, "", _cut("reused", "dim"), ""
        if job.state is State.PENDING:
            return mark, name, "", "", ""
        return (
            mark,
            name,
            "",
            _cut(produced(job) if job.state is State.DONE else "", "dim"),
            Text(duration(job.seconds), "dim"),
        )
