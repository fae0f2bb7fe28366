"""A toy kind of job, the compiler's side: the longest force that a model predicts in each frame of a split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlipilot.compiler.extent import Extents
from mlipilot.compiler.operations import Lowering, Measuring
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.plan import Input, Job, Plan

KIND = "peak"
FILE = "peaks.json"


class _Peak(Measuring):
    kind = KIND

    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """On each split that a rule names."""
        for metric, training, seed in lowering.asked(KIND):
            split = metric.target
            inputs = {
                "model": Input(training_id(training.name, seed), "model.model"),
                "data": Input(dataset_id(split.block), f"{split.member}.xyz"),
            }
            yield self.job(lowering, training, seed, split.text, inputs, {"split": split.member}, version=1)

    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """The longest force of each frame."""
        return (FILE,)

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """A tenth of a second a frame."""
        return 0.1 * extents.of(job.inputs["data"].job, job.params["split"]).frames


OPERATION = _Peak()
