"""The dataset job: labelled frames in splits, made or read, with a summary of what they are."""

from __future__ import annotations

import json

from mlipilot.runtime.datasets import source
from mlipilot.runtime.datasets.frames import write_frames
from mlipilot.runtime.datasets.summary import summarize
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations.operation import Operation
from mlipilot.spec.schema import SPLITS


class _Dataset(Operation):
    def run(self, job: JobContext) -> None:
        """Write the frames of every split, and what they are."""
        run(job)


def run(job: JobContext) -> None:
    """Write train.xyz, valid.xyz, test.xyz, sealed.xyz, summary.json, and unstrained.xyz where there is such a cell.

    `params["op"]` is the tag of the source. The bytes written depend on the parameters and the files alone.
    """
    splits, unstrained = source(job.params["op"]).make(job)
    if unstrained is not None:
        write_frames(job.out / "unstrained.xyz", [unstrained])
    for name in SPLITS:
        write_frames(job.out / f"{name}.xyz", splits[name])
    job.progress(phase="summary")
    summary = json.dumps(summarize(splits), indent=2, allow_nan=False)
    (job.out / "summary.json").write_text(summary + "\n", encoding="utf-8")
    job.progress(result=", ".join(f"{len(splits[name])} {name}" for name in SPLITS if name != "sealed") + " frames")


OPERATION = _Dataset()
