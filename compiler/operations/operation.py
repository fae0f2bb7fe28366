"""What every kind of job is asked on this side of the plan.

A kind is one module here, found by its name in the table of `mlipilot.compiler.operations`, and one of the same name
in `mlipilot.runtime.operations`. Nothing else asks which kind a job has; some ask what its kind is for, its role.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from mlipilot.compiler.packages import DYNAMICS
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.spec.document import Spec
from mlipilot.spec.values import BlockValue, Constraint, MetricCall

if TYPE_CHECKING:
    from mlipilot.compiler.extent import Extents
    from mlipilot.compiler.measured import Cost, Measured, Part
    from mlipilot.compiler.source_map import SourceMap


TRACES_BYTES = 40_000
"""Of a job, whatever it writes besides: its record, log and progress, and a small result."""
NUMBER_BYTES = 8
"""Of a number in a result."""


class Role(Enum):
    """What jobs of a kind are for."""

    DATA = "data"
    LABELS = "labels"
    TRAINING = "training"
    MEASUREMENT = "measurement"
    VERDICT = "verdict"
    HOLDOUT = "holdout"
    BENCHMARK = "benchmark"
    COMPARISON = "comparison"

    @property
    def is_data(self) -> bool:
        """Whether they label, make or read frames: what all runs of a campaign share."""
        return self in (Role.LABELS, Role.DATA)


class Lowering(NamedTuple):
    """A spec on its way to jobs, and what all of them have in common."""

    spec: Spec
    threads: int
    device: str

    @property
    def scorecard(self) -> BlockValue | None:
        """The scorecard, if the spec has one."""
        return self.spec.only("scorecard")

    def block(self, name: str) -> BlockValue:
        """A block that a checked reference names."""
        found = self.spec.block(name)
        assert found is not None
        return found

    def judged(self) -> BlockValue:
        """The training that the scorecard judges."""
        assert self.scorecard is not None
        return self.block(self.scorecard.reference("judges").block)

    def backend(self, training: BlockValue) -> str:
        """The backend of a training's model."""
        tag = self.block(training.reference("model").block).tag
        assert tag is not None
        return tag

    def constraints(self, operation: str) -> list[Constraint]:
        """The rules of the scorecard whose metric a kind of job measures."""
        from mlipilot.spec.schema import METRICS

        rules = self.scorecard.constraints if self.scorecard is not None else ()
        return [rule for rule in rules if METRICS[rule.metric.metric].operation == operation]

    def asked(self, operation: str) -> Iterator[tuple[MetricCall, BlockValue, int]]:
        """What the rules ask of a kind of job: the metric, of the judged training's model of a seed."""
        for rule in self.constraints(operation):
            training = self.judged()
            for seed in seeds(training):
                yield rule.metric, training, seed


class Operation(ABC):
    """One kind of job."""

    kind: ClassVar[str]
    role: ClassVar[Role]
    resources: ClassVar[str] = ""
    """The block of an engine that says what such jobs need of a node; empty: they need what others do."""
    resumes: ClassVar[bool] = False
    """Whether such a job that is stopped saves what it has, and continues from there."""
    memory_origin: ClassVar[str] = "measured by a dry run"
    """Where the figure of `bytes` comes from."""
    memory_remedy: ClassVar[str] = "a smaller `batch`, fewer `channels` or `replicas`, or `precision = float32`"
    """What lowers it."""

    @abstractmethod
    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """Seconds that a job takes by the analytic model."""

    def bytes(self, plan: Plan, job: Job, extents: Extents) -> int | None:
        """Peak memory of a job on a CPU by the analytic model; None where it has none."""
        return None

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """Bytes that a job writes, of its result and of what it keeps while it runs."""
        return TRACES_BYTES

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """What a job takes by what probes measured; None where they measured nothing of it."""
        return None

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """By parameter, where it was written: `file:line`."""
        return source_map.fields(block, job.params)


class Measuring(Operation):
    """A kind of job that measures a trained model."""

    role = Role.MEASUREMENT
    resources = "measure"
    by_stage: ClassVar[bool] = False
    """Whether it measures the model of every stage, not of the last alone."""

    @abstractmethod
    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """The jobs of a spec, for each seed of a training; each has its target. One that comes again is left out."""

    @abstractmethod
    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """Files of a result that a verdict reads, of a training with these stages; no other kind writes such names."""

    def again(self, job: Job, repeat: int) -> Job:
        """A job that measures once more what was measured; what it draws is drawn anew."""
        return replace(job, params={**job.params, "repeat": repeat})

    def training(self, job: Job) -> str:
        """The id of the job that trained the model."""
        return job.inputs["model"].job

    def job(
        self,
        lowering: Lowering,
        training: BlockValue,
        seed: int,
        target: str,
        inputs: Mapping[str, Input],
        params: Mapping[str, Any],
        *,
        version: int,
        on_this_machine: bool = False,
    ) -> Job:
        """The job that measures the model of a seed on a target."""
        return Job(
            id=f"{self.kind}/{training.name}/seed-{seed}/{target}",
            kind=self.kind,
            operation=f"{self.kind}.mace",
            version=version,
            params=params,
            inputs=inputs,
            threads=lowering.threads,
            device=lowering.device,
            packages=DYNAMICS,
            on_this_machine=on_this_machine,
            block=training.name,
            seed=seed,
            backend=lowering.backend(training),
            target=target,
        )


class Probed(Measuring):
    """A kind of job whose cost a probe tries, besides that of the training itself."""

    @abstractmethod
    def question(self, plan: Plan, job: Job) -> dict[str, Any]:
        """What is to be tried of a job, as JSON."""

    @abstractmethod
    def read_answer(self, answer: Mapping[str, Any]) -> Part:
        """What was found of a question. Raises KeyError, TypeError or ValueError where it is not that."""


def target_key(metric: MetricCall) -> str:
    """What a metric is measured on, in words that jobs are found by."""
    repeats = "".join(f"-{n}" for n in metric.target_arguments)
    return f"{metric.target.text}{repeats}"


def seeds(training: BlockValue) -> list[int]:
    """The seeds of a training, each of which makes one model."""
    return [value.data for value in training.items("seeds") if isinstance(value.data, int)]


def distinct(jobs: Iterable[Job]) -> list[Job]:
    """The jobs, each target of a seed once."""
    found: dict[tuple[str, int | None], Job] = {}
    for job in jobs:
        found.setdefault((job.target, job.seed), job)
    return list(found.values())
