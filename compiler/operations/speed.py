"""Speed: a model's time for energy and forces against the reference model's, on a cell of a data set."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.compiler.datasets import source_of_job
from mlipilot.compiler.extent import Extent, Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured, Part, Rate, read_seconds
from mlipilot.compiler.model_cost import call_overhead, call_seconds, speed_up
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import Lowering, Probed, target_key
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.schema.metrics import REFERENCE_MODEL, SPEED_ROUNDS
from mlipilot.spec.values import BlockValue, MetricCall

VERSION = 1
ROUND_SECONDS = 0.05
"""A round takes so long at least, for each of its two models."""
_WARM_UP_ROUNDS = 5


class SpeedParameters(NamedTuple):
    """Parameters of the job."""

    repeats: tuple[int, ...]
    """Of the data set's unstrained cell, along each axis."""
    rounds: int
    reference: Mapping[str, Any]
    """Architecture of the model that is compared with."""
    precision: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "repeats": list(self.repeats)}

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> SpeedParameters:
        """From JSON."""
        return cls(tuple(params["repeats"]), params["rounds"], params["reference"], params["precision"])


class Speed(NamedTuple):
    """What a probe found of a call of a model and of the reference model on a cell; seconds."""

    repeats: tuple[int, ...]
    ours: float
    reference: float
    warm_up: float
    bytes: int

    @property
    def rates(self) -> tuple[Rate, ...]:
        """Nothing was timed often enough to have a spread."""
        return ()


class _Speed(Probed):
    kind = "speed"

    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """Each cell that a rule names."""
        for metric, training, seed in lowering.asked(self.kind):
            yield _job(lowering, training, seed, metric)

    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """The times of each round."""
        return ("speed.json",)

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """Rounds of both models."""
        params, faster = SpeedParameters.read(job.params), speed_up(job.threads)
        cell = Extent(1, extents.cell_atoms(job.inputs["cell"].job) * math.prod(params.repeats))
        models = (plan.job(self.training(job)).params["model"], params.reference)
        calls = [max(call_seconds(m, cell, faster) + call_overhead(m), ROUND_SECONDS) for m in models]
        return START_SECONDS + (params.rounds + _WARM_UP_ROUNDS) * sum(calls)

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """By the calls on the same cell that were timed."""
        params, found = SpeedParameters.read(job.params), measured[self.training(job)]
        speeds = (part for part in found.parts.get(self.kind, ()) if isinstance(part, Speed))
        speed = next((speed for speed in speeds if speed.repeats == params.repeats), None)
        if speed is None:
            return None
        rounds = params.rounds * (max(ROUND_SECONDS, speed.ours) + max(ROUND_SECONDS, speed.reference))
        return Cost(START_SECONDS + speed.warm_up + rounds, speed.bytes)

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """The model's precision is that of the reference too."""
        model = source_map.spec.block(block.reference("model").block)
        return source_map.fields(model, ["precision"]) if model is not None else {}

    def question(self, plan: Plan, job: Job) -> dict[str, Any]:
        """The cell, and the model that is compared with."""
        cell = plan.job(job.inputs["cell"].job).params
        return {**source_of_job(cell).cell(cell), **{name: job.params[name] for name in ("repeats", "reference")}}

    def read_answer(self, answer: Mapping[str, Any]) -> Part:
        """Seconds of a call."""
        times = {name: read_seconds(answer[name]) for name in ("ours", "reference", "warm_up")}
        return Speed(tuple(answer["repeats"]), **times, bytes=answer["bytes"])


def _job(lowering: Lowering, training: BlockValue, seed: int, metric: MetricCall) -> Job:
    model, target = lowering.block(training.reference("model").block), target_key(metric)
    params = SpeedParameters(tuple(metric.target_arguments), SPEED_ROUNDS, REFERENCE_MODEL, model.text("precision"))
    inputs = {
        "model": Input(training_id(training.name, seed), "model.model"),
        "cell": Input(dataset_id(metric.target.block), "unstrained.xyz"),
    }
    return OPERATION.job(
        lowering, training, seed, target, inputs, params.document(), version=VERSION, on_this_machine=True
    )


OPERATION = _Speed()
