"""Evaluation: what the models of a training predict for a labelled split, beside its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.compiler.block_meaning import enabled_stages
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured
from mlipilot.compiler.model_cost import FIRST_CALL_SECONDS, call_overhead, call_seconds, speed_up
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import NUMBER_BYTES, TRACES_BYTES, Lowering, Measuring, seeds
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.spec.values import BlockValue

VERSION = 1


class EvaluateParameters(NamedTuple):
    """Parameters of the job."""

    models: tuple[str, ...]
    """Stages of the training, whose models are evaluated."""
    split: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"models": list(self.models), "split": self.split}

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> EvaluateParameters:
        """From JSON."""
        return cls(tuple(params["models"]), params["split"])


def model_role(stage: str) -> str:
    """The role of the model of a stage among the inputs."""
    return f"model:{stage}"


class _Evaluate(Measuring):
    kind = "evaluate"
    by_stage = True

    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """On every split that a rule names; on the valid one too, which picks the model that is handed out."""
        if lowering.scorecard is None:
            return
        training = lowering.judged()
        splits = [(training.reference("data").block, "valid")]
        for rule in lowering.constraints(self.kind):
            assert rule.metric.target.member is not None
            splits.append((rule.metric.target.block, rule.metric.target.member))
        for data, split in splits:
            for seed in seeds(training):
                yield _job(lowering, training, seed, data, split)

    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """The predictions of each stage."""
        return tuple(predictions(stage) for stage in stages)

    def training(self, job: Job) -> str:
        """All models are of one training."""
        return job.inputs[model_role(job.params["models"][0])].job

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """Each frame once by each model."""
        params = EvaluateParameters.read(job.params)
        judged = extents.of(job.inputs["data"].job, params.split)
        model = plan.job(self.training(job)).params["model"]
        frame = call_seconds(model, judged, speed_up(job.threads)) + call_overhead(model)
        return START_SECONDS + len(params.models) * (FIRST_CALL_SECONDS + judged.frames * frame)

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """Energies and forces, labelled and predicted, by each model."""
        params = EvaluateParameters.read(job.params)
        judged = extents.of(job.inputs["data"].job, params.split)
        numbers = 2 * (judged.frames + 3 * judged.all_atoms)
        return TRACES_BYTES + round(len(params.models) * numbers * NUMBER_BYTES)

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """Each model is loaded, compiled by its first call, and sees each frame."""
        params, found = EvaluateParameters.read(job.params), measured[self.training(job)]
        judged = extents.of(job.inputs["data"].job, params.split)
        model = START_SECONDS + found.first_call + judged.all_atoms * found.evaluation.median
        return Cost(len(params.models) * model, found.evaluate_bytes)


def predictions(stage: str) -> str:
    """The file of a stage's predictions."""
    return f"predictions-{stage}.npz"


def _job(lowering: Lowering, training: BlockValue, seed: int, data: str, split: str) -> Job:
    trained = training_id(training.name, seed)
    stages = tuple(stage.name for stage in enabled_stages(training))
    target = f"{data}.{split}"
    inputs = {
        **{model_role(stage): Input(trained, f"stages/{stage}.model") for stage in stages},
        "data": Input(dataset_id(data), f"{split}.xyz"),
    }
    return OPERATION.job(
        lowering, training, seed, target, inputs, EvaluateParameters(stages, split).document(), version=VERSION
    )


OPERATION = _Evaluate()
