"""Slurm's commands, asked as text: an answer, a refusal in the cluster's own words, or none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

ANSWER_SECONDS = 20.0
"""A command that has not answered after so long is ended: whether it did what was asked is not known."""
_UNREACHABLE = (
    "unable to contact slurm controller",
    "socket timed out",
    "connection refused",
    "connection timed out",
    "zero bytes were transmitted",
    "communication connection failure",
    "unexpected message received",
    "protocol authentication error",
    "unable to establish controller machine",
    "unable to establish configuration source",
    "slurm backup controller in standby mode",
    "message receive failure",
    "munge encode failed",
)
"""What commands say where the controller was not heard: it may have taken a job all the same."""


class Said(NamedTuple):
    """What a command printed."""

    text: str


class Refused(NamedTuple):
    """What the cluster says against it."""

    words: str


class Unheard(NamedTuple):
    """Nobody answered, for all that is known."""

    why: str


Answer = Said | Refused | Unheard


class QueuedJob(NamedTuple):
    """A job as the queue shows it."""

    native: str
    """`123`, or `123_4` of an array."""
    name: str
    state: str
    reason: str
    node: str = ""
    """Where it runs or ran."""

    @property
    def number(self) -> int:
        """Of the job, or of its array."""
        return int(self.native.partition("_")[0])

    @property
    def place(self) -> int:
        """Its place in an array; 0 of a job that is in none."""
        return int(self.native.partition("_")[2] or 0)


class Commands:
    """Slurm's commands on the path of this process."""

    def __init__(self, environment: Mapping[str, str] | None = None, seconds: float = ANSWER_SECONDS) -> None:
        self._environment = None if environment is None else {**os.environ, **environment}
        self._seconds = seconds

    @property
    def path(self) -> str | None:
        """Where programs are looked for; None: where this process does."""
        return None if self._environment is None else self._environment.get("PATH")

    def within(self, seconds: float) -> Commands:
        """The same, each with so many seconds to answer."""
        return Commands(self._environment, seconds)

    def queue(self) -> list[QueuedJob] | Unheard:
        """The user's jobs that Slurm knows, those that ended lately among them."""
        answer = self.ask("squeue", "--me", "--noheader", "--array", "--states=all", "--format=%i|%T|%r|%N|%j")
        if not isinstance(answer, Said):
            return answer if isinstance(answer, Unheard) else Unheard(answer.words)
        jobs = []
        for line in answer.text.splitlines():
            pieces = line.strip().split("|", 4)
            if len(pieces) != 5 or not pieces[0][:1].isdigit():
                return Unheard(f"`squeue` printed what is no queue: {line[:80]!r}")
            native, state, reason, node, name = pieces
            jobs.append(QueuedJob(native, name, state, reason, node))
        return jobs

    def accounted(self, name: str, place: int) -> QueuedJob | None:
        """How a job ended, by the accounting of the cluster; None where it does not say."""
        told = ("--duplicates", "--starttime=now-30days", "--format=JobID,State,NodeList,JobName")
        answer = self.ask("sacct", "--noheader", "--parsable2", "--allocations", f"--name={name}", *told)
        found = None
        for line in answer.text.splitlines() if isinstance(answer, Said) else ():
            pieces = line.strip().split("|")
            if len(pieces) == 4 and pieces[0][:1].isdigit() and pieces[0].replace("_", "").isdigit():
                native, state, node, said = pieces
                job = QueuedJob(native, said, state.partition(" ")[0], "", node)
                found = job if said == name and job.place == place else found  # the last row is the latest start
        return found

    def submit(self, script: str, options: Sequence[str]) -> Answer:
        """Have a batch script run."""
        return self.ask("sbatch", "--parsable", *options, input=script)

    def cancel(self, ids: Iterable[str], signal: str = "") -> Answer:
        """End jobs, or send their scripts a signal."""
        sent = (f"--signal={signal}", "--batch") if signal else ()
        return self.ask("scancel", *sent, *ids)

    def ask(self, *command: str, input: str = "") -> Answer:
        """What a command answers."""
        try:
            done = subprocess.run(
                command,
                input=input,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=self._seconds,
                env=self._environment,
                check=False,
            )
        except FileNotFoundError:
            return Refused(f"`{command[0]}` is not on the path")
        except subprocess.TimeoutExpired:
            return Unheard(f"`{command[0]}` did not answer within {self._seconds:g} s")
        except OSError as error:
            return Unheard(f"`{command[0]}` cannot be run: {error.strerror or error}")
        if done.returncode == 0:
            return Said(done.stdout)
        words = _words(command[0], done.stderr or done.stdout)
        if done.returncode < 0 or any(part in words.lower() for part in _UNREACHABLE):
            return Unheard(words or f"`{command[0]}` was killed")
        return Refused(words or f"`{command[0]}` ended with code {done.returncode}")


def _words(command: str, text: str) -> str:
    """What a command says of a fault, in one line without the names of programs."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    plain = [line.removeprefix(f"{command}: ").removeprefix("error: ") for line in lines]
    return "; ".join(dict.fromkeys(plain))
