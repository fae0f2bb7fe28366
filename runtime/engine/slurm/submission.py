"""Attempts on their way into the queue: those of the same need as one array, each found by its name ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.runtime.engine.protocol import Attempt
from mlipilot.runtime.engine.slurm.commands import Commands, Refused
from mlipilot.runtime.engine.slurm.need import Need
from mlipilot.runtime.engine.slurm.refusal import is_for_now
from mlipilot.runtime.engine.slurm.script import sbatch_options, script
from mlipilot.runtime.foundation.atomic_files import write_json
from mlipilot.runtime.record.store import Entry

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds after which a job that was not taken is submitted again, each time twice as many."""

Due = tuple[Attempt, Mapping[str, Any]]


class Submitted(NamedTuple):
    """An attempt that may be in the queue; with `words`, one that Slurm will never take, and why."""

    attempt: Attempt
    name: str
    place: int
    """In its array."""
    words: str = ""


class Submission:
    """What is to be submitted, and what Slurm says of it; a limit on submitted jobs is waited for."""

    def __init__(
        self,
        options: Mapping[str, Any],
        folder: Path,
        commands: Commands,
        need: Callable[[Mapping[str, Any]], Need],
        clock: Callable[[], float],
    ) -> None:
        self._options, self._folder, self._commands = options, folder, commands
        self._need, self._clock = need, clock
        self._due: list[Due] = []
        self._not_before = -float("inf")
        self._wait = FIRST_WAIT
        self.array_size = 1001
        """Places of an array, the first one's number 0."""
        self.refused_for_now = ""
        """Why nothing is taken now, in the cluster's words; empty where it is."""

    def add(self, attempt: Attempt, request: Mapping[str, Any]) -> None:
        """Have an attempt submitted with the next ones."""
        self._due.append((attempt, request))

    @property
    def is_due(self) -> bool:
        """Whether there is anything to submit now."""
        return bool(self._due) and self._clock() >= self._not_before

    def has(self, attempt: Attempt) -> bool:
        """Whether an attempt was not submitted yet."""
        return any(attempt == due for due, _ in self._due)

    def withdraw(self, attempt: Attempt) -> bool:
        """Leave an attempt out; False where it was submitted."""
        before = len(self._due)
        self._due = [pair for pair in self._due if pair[0] != attempt]
        return len(self._due) < before

    def submit(self, most: int | None = None) -> list[Submitted]:
        """Submit what is due, at most so many attempts; those that Slurm does not take now stay due."""
        if not self.is_due:
            return []
        due, self._due = (self._due, []) if most is None else (self._due[:most], self._due[most:])
        done: list[Submitted] = []
        needs: dict[Need, list[Due]] = {}
        for attempt, request in due:
            needs.setdefault(self._need(request), []).append((attempt, request))
        for need, alike in needs.items():
            for start in range(0, len(alike), self.array_size):
                done += self._submit(need, alike[start : start + self.array_size])
        return done

    def _submit(self, need: Need, tasks: Sequence[Due]) -> list[Submitted]:
        """Write down who is who in the array, then have it run; of the answer only a refusal counts."""
        tokens = [attempt.token for attempt, _ in tasks]
        name = tokens[0] if len(tokens) == 1 else f"mlp-{hashlib.sha256(' '.join(tokens).encode()).hexdigest()[:40]}"
        requests = [Entry(attempt.folder).file("request", attempt.number) for attempt, _ in tasks]
        for index, ((attempt, request), path) in enumerate(zip(tasks, requests, strict=True)):
            write_json(path, dict(request))
            write_json(Entry(attempt.folder).file("slurm", attempt.number), {"name": name, "index": index})
        listed = self._folder / f"{name}.json"
        write_json(listed, {"requests": [str(path) for path in requests]})
        options = sbatch_options(self._options, need, name, self._output(name, len(tasks)), len(tasks))
        answer = self._commands.submit(script(self._options, listed), options)
        if isinstance(answer, Refused) and is_for_now(answer.words):
            self._due = [*tasks, *self._due]
            self.refused_for_now, self._not_before = answer.words, self._clock() + self._wait
            self._wait = min(2 * self._wait, LONGEST_WAIT)
            return []
        self.refused_for_now, self._wait = "", FIRST_WAIT
        words = answer.words if isinstance(answer, Refused) else ""
        return [Submitted(attempt, name, index, words) for index, (attempt, _) in enumerate(tasks)]

    def _output(self, name: str, count: int) -> Path:
        return self._folder / (f"{name}.%a.txt" if count > 1 else f"{name}.txt")


def output_of(folder: Path, name: str, index: int) -> Path:
    """Where a job prints what no log of its own takes."""
    path = folder / f"{name}.{index}.txt"
    return path if path.exists() else folder / f"{name}.txt"
