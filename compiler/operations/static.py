"""Static properties: a model's energies over volumes of a data set's unstrained cell, beside the data's own method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.compiler.extent import Extent, Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured
from mlipilot.compiler.model_cost import FIRST_CALL_SECONDS, call_overhead, call_seconds, speed_up
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import Lowering, Measuring, target_key
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.values import BlockValue, MetricCall

VERSION = 1
VOLUMES = 11
RANGE = 0.06
"""Of the volume, to either side of the unstrained cell's."""


class StaticParameters(NamedTuple):
    """Parameters of the job."""

    source: str
    """Tag of the data set, whose method is compared with."""
    volumes: int
    """Evenly spaced; the middle one is the unstrained cell's."""
    range: float
    """Share of the volume to either side."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return self._asdict()

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> StaticParameters:
        """From JSON."""
        return cls(params["source"], params["volumes"], params["range"])


class _Static(Measuring):
    kind = "static"

    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """Each data set that a rule names."""
        for metric, training, seed in lowering.asked(self.kind):
            yield _job(lowering, training, seed, metric)

    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """The curves and what was fitted to them."""
        return ("static.json",)

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """One call a volume; the reference calculator takes a moment."""
        params, model = StaticParameters.read(job.params), plan.job(self.training(job)).params["model"]
        cell = Extent(1, extents.cell_atoms(job.inputs["cell"].job))
        call = call_overhead(model) + call_seconds(model, cell, speed_up(job.threads))
        return START_SECONDS + FIRST_CALL_SECONDS + params.volumes * call

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """By the evaluation of frames that was timed."""
        params, found = StaticParameters.read(job.params), measured[self.training(job)]
        atoms = params.volumes * extents.cell_atoms(job.inputs["cell"].job)
        return Cost(START_SECONDS + found.first_call + atoms * found.evaluation.median, found.evaluate_bytes)

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """No field of the training says what is computed."""
        return {}


def _job(lowering: Lowering, training: BlockValue, seed: int, metric: MetricCall) -> Job:
    data, target = lowering.block(metric.target.block), target_key(metric)
    assert data.tag is not None
    inputs = {
        "model": Input(training_id(training.name, seed), "model.model"),
        "cell": Input(dataset_id(data.name), "unstrained.xyz"),
    }
    return OPERATION.job(
        lowering, training, seed, target, inputs, StaticParameters(data.tag, VOLUMES, RANGE).document(), version=VERSION
    )


OPERATION = _Static()
