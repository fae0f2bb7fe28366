"""What every kind of job is asked on this side of the plan.

A module here is imported when its kind is looked up, and imports torch only when a job runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.spec.schema import Metric

if TYPE_CHECKING:
    from mlipilot.runtime.operations.tried import Tried
    from mlipilot.runtime.report.section import Page, Result, Section

Facts = tuple[tuple[str, str], ...]


class Operation(ABC):
    """One kind of job."""

    @abstractmethod
    def run(self, job: JobContext) -> None:
        """Write the result into `job.out`. Raises `JobFailure`, and `Stopped` where the job was asked to stop."""

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """What a report shows of the finished jobs of this kind; None where it shows nothing."""
        return None

    def seeds(self, results: Sequence[Result]) -> Facts:
        """What the finished jobs of this kind drew from, by what a report calls it."""
        return ()


class Measuring(Operation):
    """A kind of job that measures a trained model."""

    @abstractmethod
    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """A metric of the catalogue with its bounds, from files of a result; of the model after `stage`."""


class Probed(Measuring):
    """A kind of job that a probe tries before any runs."""

    @abstractmethod
    def probe(self, question: Mapping[str, Any], tried: Tried) -> dict[str, Any]:
        """What an untrained model costs in such a job: JSON that the compiler's `read_answer` reads."""
