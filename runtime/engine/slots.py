"""How many jobs run at once on this machine, and with how many threads each."""

from __future__ import annotations

from mlipilot.compiler.machine import cores
from mlipilot.spec.numerals import count


class Slots:
    """The slots that were asked for, within the cores that are here."""

    def __init__(self, workers: int, threads: int) -> None:
        self._wanted = workers, threads
        self.threads = min(threads, cores())
        self.workers = max(1, min(workers, cores() // self.threads))

    def notes(self) -> list[str]:
        """What was adapted to this machine."""
        if (self.workers, self.threads) == self._wanted:
            return []
        slots = f"{count(self.workers, 'job')} at a time with {count(self.threads, 'thread')} each"
        return [f"{count(cores(), 'core')} here: {slots}, instead of {self._wanted[0]} with {self._wanted[1]}"]
