"""What is known of a data set before anything runs, and what is wrong with one."""

from __future__ import annotations

from typing import Literal, NamedTuple

Task = Literal["classes", "numbers"]


class SampleFacts(NamedTuple):
    """How large a data set is, and what is predicted."""

    samples: int
    features: int
    task: Task
    counts: tuple[int, ...] | None = None
    """Samples of each class; None of numbers."""
    groups: tuple[int, ...] | None = None
    """Samples of each group that stays together; None where there are none, or only the job tells."""
    deviation: float | None = None
    """Of the numbers, in their own unit; None where only the job tells."""
    unit: str = ""
    """`eV/atom`, or none."""
    labels: tuple[str, ...] | None = None
    """Of the classes, in the order of `counts`; None where they are 0, 1, …"""
    class_groups: tuple[int, ...] | None = None
    """Groups that each class occurs in."""

    def label(self, place: int) -> str:
        """What a class is called, in a line."""
        return str(place) if self.labels is None else " ".join(self.labels[place].split())


class Fault(NamedTuple):
    """Something wrong with a data set: a diagnostic without its place, or the failure of a job."""

    code: str
    headline: str
    part: str = ""
    """The argument of the call whose value it is about; the whole call where that was not written."""
    label: str = ""
    help: str = ""
    replacement: str | None = None
    """What was probably meant there, without quotes."""


__all__ = ["Fault", "SampleFacts", "Task"]
