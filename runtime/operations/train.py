"""The train job: labelled frames in, a model of each stage and its history out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations.operation import Facts, Operation

if TYPE_CHECKING:
    from mlipilot.runtime.report.section import Page, Result, Section


class _Train(Operation):
    def run(self, job: JobContext) -> None:
        """Write model.model, stages/, history.parquet and training.json."""
        from mlipilot.runtime.training.job import run

        run(job)

    def section(self, results: Sequence[Result], page: Page) -> Section:
        """Learning curves; beside them what the scorecard says after each stage, though no model was trained."""
        from mlipilot.runtime.report.learning import read_learning
        from mlipilot.runtime.report.section import Section

        return Section("stages", "Training", "stages.html", {"learning": read_learning(results, page.seed)})

    def seeds(self, results: Sequence[Result]) -> Facts:
        """Of initial weights and shuffling."""
        return (("training", ", ".join(str(result.seed) for result in results)),) if results else ()


OPERATION = _Train()
