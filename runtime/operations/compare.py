"""The comparison that ends an encoding benchmark: verdicts, claims, and every figure that its report shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlipilot.compiler.operations.compare import CompareParameters
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations.operation import Operation

if TYPE_CHECKING:
    from mlipilot.runtime.report.section import Page, Result, Section


class _Compare(Operation):
    def run(self, job: JobContext) -> None:
        """Write `benchmark.json`, and the raw scores of all cells in `scores.parquet`."""
        run(job)

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """Claims, verdicts and figures, a part for each block."""
        from mlipilot.runtime.report.benchmark import GLYPHS, headline, read_benchmarks
        from mlipilot.runtime.report.section import Section

        found = read_benchmarks(results, page)
        if not found:
            return None
        shown = {"benchmarks": found, "glyphs": GLYPHS}
        return Section("encodings", "Encodings", "benchmark.html", shown, "benchmark.css", headline(found))


def run(job: JobContext) -> None:
    """Write what came of a benchmark; the inputs are the files of its jobs."""
    from mlipilot.runtime.encodings.benchmark.assembly import assemble
    from mlipilot.runtime.encodings.benchmark.outcome import SCORES, write_outcome

    outcome, scores = assemble(CompareParameters.read(job.params), job.inputs)
    if scores is not None:
        scores.write_parquet(job.out / SCORES)
    write_outcome(outcome, job.out)
    words = Counter(one.word for one in outcome.comparisons)
    job.progress(result=", ".join(f"{number} {word}" for word, number in words.items()) or "nothing was compared")


OPERATION = _Compare()
