"""What an entry of the journal of jobs is about: a job, and in a campaign who asked for it and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mlipilot.compiler.operations import OPERATIONS, Role, role_of
from mlipilot.compiler.plan import Job
from mlipilot.spec.one_line import in_a_line

_ASKED = ("lane", "trial", "purpose")


@dataclass(frozen=True)
class About:
    """A job as each entry about it has it; its id is to be read by people alone."""

    job: str
    """The id."""
    key: str
    kind: str
    block: str = ""
    seed: int | None = None
    repeat: int = 0
    target: str = ""
    lane: str = ""
    """Who asked for it: an arm and its replicate, `baseline` or `seal`; empty where there is no campaign."""
    trial: int = 0
    purpose: str = ""
    """Of the run that it is part of; empty of the one job that opens the seal, and where there is no campaign."""

    @classmethod
    def of(cls, job: Job, key: str, **asked: Any) -> About:
        """A job of a plan."""
        return cls(job.id, key, job.kind, job.block, job.seed, job.repeat, job.target, **asked)

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> About | None:
        """Of an entry; None where it is about no job, or was damaged."""
        try:
            found = cls(**{name: entry[name] for name in _NAMES}, **{n: entry[n] for n in _ASKED if n in entry})
        except KeyError:
            return None
        texts = (found.job, found.key, found.kind, found.block, found.target, found.lane, found.purpose)
        numbers = (found.repeat, found.trial, 0 if found.seed is None else found.seed)
        is_sound = all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers)
        return found if is_sound else None

    def __repr__(self) -> str:
        run = f"of {self.lane}, trial {self.trial}, {self.purpose}" if self.purpose else f"of {self.lane}"
        return in_a_line("About", self.job, self.kind, run if self.lane else "")

    def document(self) -> dict[str, Any]:
        """As JSON, for an entry."""
        found = asdict(self)
        return found if self.lane else {name: found[name] for name in _NAMES}

    @property
    def role(self) -> Role | None:
        """What it is for; None of what is no job."""
        return role_of(self.kind) if self.kind in OPERATIONS else None

    @property
    def is_verdict(self) -> bool:
        """Whether it is the last job of its run."""
        return self.role is Role.VERDICT


_NAMES = tuple(name for name in About.__dataclass_fields__ if name not in _ASKED)


def about_jobs(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[About, Mapping[str, Any]]]:
    """The entries of a journal that are about a job."""
    for entry in entries:
        found = About.read(entry)
        if found is not None:
            yield found, entry
