"""What every source of data is asked on this side of the plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ase import Atoms
from ase.calculators.calculator import Calculator

from mlipilot.runtime.foundation.job_context import JobContext


class Made(NamedTuple):
    """A data set."""

    splits: Mapping[str, Sequence[Atoms]]
    """Labelled frames by split."""
    unstrained: Atoms | None = None
    """The cell that others are made of, where there is one."""
    provenance: Mapping[str, Any] = MappingProxyType({})
    """Of frames that were read: the files, and what was made of them, as JSON."""


class Sample(NamedTuple):
    """Some frames of a data set, labelled; isolated atoms stand last."""

    train: list[Atoms]
    valid: list[Atoms]
    largest: list[int]
    """Places in `train` of the largest frames, which decide on memory."""
    typical: list[int]
    """Places in `train` of frames spread over the data set, which decide on time."""


class Making(NamedTuple):
    """What making a data set costs, in seconds."""

    step: float
    label: float


class DataSource(ABC):
    """One tag of `dataset` blocks."""

    @abstractmethod
    def make(self, job: JobContext) -> Made:
        """Make or read the frames. Raises `JobFailure`, and `Stopped` where the job was asked to stop."""

    @abstractmethod
    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """Frames like those of the data set of a probe's question, or some of them; `paths` of files by SHA-256.

        Raises `JobFailure`.
        """

    def making(self, question: Mapping[str, Any]) -> Making | None:
        """What making the frames costs; None where they are read."""
        return None

    def reference(self) -> Calculator | None:
        """What labels any structure as the frames are labelled; None where nothing here can."""
        return None

    def cell(self, question: Mapping[str, Any]) -> Atoms:
        """The unstrained cell."""
        raise ValueError("this source of data has no unstrained cell")
