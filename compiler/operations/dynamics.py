"""Molecular dynamics: replicas of a simulation with a trained model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from mlipilot.compiler.block_meaning import sampling_steps, steps
from mlipilot.compiler.extent import Extents
from mlipilot.compiler.measured import START_SECONDS, Cost, Measured, Part, Rate, read_rate
from mlipilot.compiler.model_cost import FIRST_CALL_SECONDS, call_overhead, call_seconds, speed_up
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import NUMBER_BYTES, TRACES_BYTES, Lowering, Probed, seeds
from mlipilot.compiler.operations.train import training_id
from mlipilot.compiler.packages import DYNAMICS
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.compiler.seeds import seed_from
from mlipilot.compiler.source_map import SourceMap
from mlipilot.spec.values import BlockValue

VERSION = 2
_INTEGRATION_SECONDS = 5e-4
"""Of a step of one replica, besides the model."""
_SEED_BITS = 48


class DynamicsParameters(NamedTuple):
    """Parameters of the job; temperatures in K, times in fs."""

    ensemble: str
    """`nve` or `nvt`."""
    temperature: float
    timestep: float
    steps: int
    every: int
    """Steps between stored frames."""
    replicas: int
    thermostat: Mapping[str, Any] | None
    """`{"kind": "langevin", "relaxation": fs}`; None keeps the energy."""
    seed: int

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "thermostat": None if self.thermostat is None else dict(self.thermostat)}

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> DynamicsParameters:
        """From JSON."""
        return cls(**{name: params[name] for name in cls._fields})


class Motion(NamedTuple):
    """What a probe found of a step."""

    replicas: int
    step: Rate | None
    """None where no replica of the untrained model lived long enough to be timed."""
    bytes: int

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What was timed repeatedly."""
        return () if self.step is None else (self.step,)


class _Dynamics(Probed):
    kind = "dynamics"

    def jobs(self, lowering: Lowering) -> Iterator[Job]:
        """Every `dynamics` block, whether a rule names it or not."""
        for block in lowering.spec.of_kind("dynamics"):
            training = lowering.block(block.reference("potential").block)
            for seed in seeds(training):
                yield _job(lowering, block, training, seed)

    def files(self, stages: Sequence[str]) -> tuple[str, ...]:
        """What happened to the replicas."""
        return ("thermo.parquet", "trajectory.npz", "dynamics.json")

    def again(self, job: Job, repeat: int) -> Job:
        """Velocities and the thermostat's noise are drawn anew."""
        seed = seed_from("repeat", job.params["seed"], repeat, bits=_SEED_BITS)
        return replace(job, params={**job.params, "repeat": repeat, "seed": seed})

    def seconds(self, plan: Plan, job: Job, extents: Extents) -> float:
        """A call of the model a step."""
        params, trained = DynamicsParameters.read(job.params), plan.job(self.training(job))
        moved = extents.of(trained.inputs["train"].job, "train")
        model = trained.params["model"]
        call = call_seconds(model, moved, speed_up(job.threads))
        step = call_overhead(model) + params.replicas * (call + _INTEGRATION_SECONDS)
        return START_SECONDS + FIRST_CALL_SECONDS + params.steps * step

    def room(self, plan: Plan, job: Job, extents: Extents) -> int:
        """Positions of the recorded frames."""
        params, source = DynamicsParameters.read(job.params), job.inputs["start"]
        atoms = params.replicas * extents.of(source.job, source.file.removesuffix(".xyz")).atoms
        return TRACES_BYTES + round((params.steps // params.every + 1) * 3 * atoms * NUMBER_BYTES)

    def cost(self, plan: Plan, job: Job, measured: Measured, extents: Extents) -> Cost | None:
        """By the step of as many replicas that was timed."""
        params, found = DynamicsParameters.read(job.params), measured[self.training(job)]
        motions = (part for part in found.parts.get(self.kind, ()) if isinstance(part, Motion))
        motion = next((motion for motion in motions if motion.replicas == params.replicas), None)
        if motion is None or motion.step is None:
            return None
        source = job.inputs["start"]
        moved = extents.of(source.job, source.file.removesuffix(".xyz"))
        step = params.replicas * moved.atoms * motion.step.median
        return Cost(START_SECONDS + found.first_call + params.steps * step, motion.bytes)

    def places(self, source_map: SourceMap, block: BlockValue, job: Job) -> dict[str, str]:
        """Steps come of the duration, their spacing of the sampling."""
        written = {"steps": "duration", "every": "sampling"}
        return source_map.fields(block, [*job.params, "start"], written=written)

    def question(self, plan: Plan, job: Job) -> dict[str, Any]:
        """What decides the cost of a step."""
        return {name: job.params[name] for name in ("ensemble", "temperature", "timestep", "replicas", "thermostat")}

    def read_answer(self, answer: Mapping[str, Any]) -> Part:
        """Seconds of a step."""
        step = None if answer["step"] is None else read_rate(answer["step"])
        return Motion(answer["replicas"], step, answer["bytes"])


def _job(lowering: Lowering, block: BlockValue, training: BlockValue, seed: int) -> Job:
    start = block.reference("start")
    thermostat: dict[str, Any] | None = None
    if block.has("thermostat"):
        call = block.call("thermostat")
        relaxation = call.arguments["relaxation"].data
        thermostat = {"kind": call.name, "relaxation": float(relaxation)}  # type: ignore[arg-type]
    assert block.tag is not None
    params = DynamicsParameters(
        ensemble=block.tag,
        temperature=float(block.number("temperature")),
        timestep=float(block.number("timestep")),
        steps=steps(block),
        every=sampling_steps(block),
        replicas=block.integer("replicas"),
        thermostat=thermostat,
        seed=seed_from("dynamics", block.name, block.integer("seed"), seed, bits=_SEED_BITS),
    )
    return Job(
        id=f"dynamics/{block.name}/seed-{seed}",
        kind="dynamics",
        operation="dynamics.ase",
        version=VERSION,
        params=params.document(),
        inputs={
            "model": Input(training_id(training.name, seed), "model.model"),
            "start": Input(dataset_id(start.block), f"{start.member}.xyz"),
            "summary": Input(dataset_id(training.reference("data").block), "summary.json"),
        },
        threads=lowering.threads,
        device=lowering.device,
        packages=DYNAMICS,
        block=block.name,
        seed=seed,
        backend=lowering.backend(training),
        target=block.name,
    )


OPERATION = _Dynamics()
