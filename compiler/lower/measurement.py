"""What a scorecard asks of a training, and `dynamics` blocks, to jobs that measure it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from mlipilot.compiler.check.dynamics import sampling_steps, steps
from mlipilot.compiler.check.training import enabled_stages
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.train import seeds, training_id
from mlipilot.compiler.packages import DYNAMICS
from mlipilot.compiler.plan import Input, Job
from mlipilot.spec.schema import METRICS, Target
from mlipilot.spec.schema.metrics import REFERENCE_MODEL, SPEED_ROUNDS
from mlipilot.spec.values import BlockValue, MetricCall, Spec

VERSIONS = {"evaluate": 1, "dynamics": 1, "speed": 1}


@dataclass
class Measured:
    """The measuring jobs, and where the verdict finds what each rule speaks of."""

    jobs: list[Job] = field(default_factory=list)
    sources: dict[tuple[str, int], str] = field(default_factory=dict)
    """Job id by what is measured (as `target_key` writes it) and seed."""


def derived_seed(*parts: str | int) -> int:
    """A seed from names and numbers: adding a block never changes another's draws."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def target_key(metric: MetricCall) -> str:
    """What a metric is measured on, in words that jobs are found by."""
    repeats = "".join(f"-{n}" for n in metric.target_arguments)
    return f"{metric.target.text}{repeats}"


def measurement_jobs(spec: Spec, scorecard: BlockValue | None, threads: int, device: str) -> Measured:
    """Evaluation on every split that a rule names, every `dynamics` block, every speed that a rule asks for."""
    measured = Measured()
    if scorecard is not None:
        training = spec.block(scorecard.reference("judges").block)
        assert training is not None
        # The valid split picks which of several passing models is handed out.
        splits = {training.reference("data").block + ".valid": (training.reference("data").block, "valid")}
        for constraint in scorecard.constraints:
            metric = constraint.metric
            if METRICS[metric.metric].target is Target.SPLIT:
                assert metric.target.member is not None
                splits[metric.target.text] = (metric.target.block, metric.target.member)
        for key, (data, split) in splits.items():
            for seed in seeds(training):
                _add(measured, key, seed, _evaluation(training, seed, data, split, threads, device))
    for block in spec.of_kind("dynamics"):
        training = spec.block(block.reference("potential").block)
        assert training is not None
        for seed in seeds(training):
            _add(measured, block.name, seed, _dynamics(spec, block, training, seed, threads, device))
    for constraint in scorecard.constraints if scorecard is not None else ():
        metric = constraint.metric
        if METRICS[metric.metric].target is Target.CELL:
            assert scorecard is not None
            training = spec.block(scorecard.reference("judges").block)
            assert training is not None
            for seed in seeds(training):
                _add(measured, target_key(metric), seed, _speed(spec, training, seed, metric, threads, device))
    return measured


def _add(measured: Measured, key: str, seed: int, job: Job) -> None:
    if (key, seed) not in measured.sources:
        measured.sources[key, seed] = job.id
        measured.jobs.append(job)


def _evaluation(training: BlockValue, seed: int, data: str, split: str, threads: int, device: str) -> Job:
    trained = training_id(training.name, seed)
    stages = [stage.name for stage in enabled_stages(training)]
    return Job(
        id=f"evaluate/{training.name}/seed-{seed}/{data}.{split}",
        kind="evaluate",
        operation="evaluate.mace",
        version=VERSIONS["evaluate"],
        params={"models": stages, "split": split},
        inputs={
            **{f"model:{stage}": Input(trained, f"stages/{stage}.model") for stage in stages},
            "data": Input(dataset_id(data), f"{split}.xyz"),
        },
        threads=threads,
        device=device,
        packages=DYNAMICS,
    )


def _dynamics(spec: Spec, block: BlockValue, training: BlockValue, seed: int, threads: int, device: str) -> Job:
    start = block.reference("start")
    thermostat: dict[str, Any] | None = None
    if block.has("thermostat"):
        call = block.call("thermostat")
        relaxation = call.arguments["relaxation"].data
        thermostat = {"kind": call.name, "relaxation": float(relaxation)}  # type: ignore[arg-type]
    return Job(
        id=f"dynamics/{block.name}/seed-{seed}",
        kind="dynamics",
        operation="dynamics.ase",
        version=VERSIONS["dynamics"],
        params={
            "ensemble": block.tag,
            "temperature": float(block.number("temperature")),
            "timestep": float(block.number("timestep")),
            "steps": steps(block),
            "every": sampling_steps(block),
            "replicas": block.integer("replicas"),
            "thermostat": thermostat,
            "seed": derived_seed("dynamics", block.name, block.integer("seed"), seed),
        },
        inputs={
            "model": Input(training_id(training.name, seed), "model.model"),
            "start": Input(dataset_id(start.block), f"{start.member}.xyz"),
            "summary": Input(dataset_id(training.reference("data").block), "summary.json"),
        },
        threads=threads,
        device=device,
        packages=DYNAMICS,
    )


def _speed(spec: Spec, training: BlockValue, seed: int, metric: MetricCall, threads: int, device: str) -> Job:
    model = spec.block(training.reference("model").block)
    assert model is not None
    return Job(
        id=f"speed/{training.name}/seed-{seed}/{target_key(metric)}",
        kind="speed",
        operation="speed.mace",
        version=VERSIONS["speed"],
        params={
            "repeats": list(metric.target_arguments),
            "rounds": SPEED_ROUNDS,
            "reference": REFERENCE_MODEL,
            "precision": model.text("precision"),
        },
        inputs={
            "model": Input(training_id(training.name, seed), "model.model"),
            "cell": Input(dataset_id(metric.target.block), "unstrained.xyz"),
        },
        threads=threads,
        device=device,
        packages=DYNAMICS,
        on_this_machine=True,
    )
