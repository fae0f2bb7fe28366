"""A toy kind of job, the runtime's side: run, the metric with its bounds, a section of the report."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from jinja2 import Template
from peak_lowering import FILE

from mlipilot.runtime.backends import backend
from mlipilot.runtime.datasets.frames import read_frames
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.operations import Measuring
from mlipilot.runtime.report.section import Page, Result, Section
from mlipilot.spec.schema import Metric

_SECTION = Template('<section id="peaks"><h2>Peaks</h2><p>{{ peaks | length }} frames</p></section>')


class _Peak(Measuring):
    def run(self, job: JobContext) -> None:
        """Write the length of the longest force of each frame, eV/Å."""
        frames = read_frames(job.inputs["data"])
        potential = backend(job.backend).load(job.inputs["model"], job.device)
        peaks = [float(np.linalg.norm(found.forces, axis=1).max()) for found in potential.evaluate(frames)]
        (job.out / FILE).write_text(json.dumps(peaks))
        job.progress(result=f"peaks of {len(peaks)} frames")

    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """Their median; one of n frames is above it, and one below, with a probability of 1 - 2^-n."""
        peaks = json.loads(files[FILE].read_text())
        is_bound = 1 - 0.5 ** len(peaks) >= confidence
        bounds = (min(peaks), max(peaks)) if is_bound else (None, None)
        return Measured(statistics.median(peaks), *bounds, "order statistics of frames")

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """How many frames were looked at."""
        peaks = [peak for result in results for peak in json.loads((result.folder / FILE).read_text())]
        return Section("peaks", "Peaks", _SECTION, {"peaks": peaks}) if peaks else None


OPERATION = _Peak()
