"""A spec with a pilot: the jobs of one run, of which calibration, trials and the seal are made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.operations import Lowering, Role, measurement_jobs, role_of, with_role
from mlipilot.compiler.operations.dataset import dataset_id
from mlipilot.compiler.operations.operation import seeds
from mlipilot.compiler.operations.seal import VERSION as SEAL_VERSION
from mlipilot.compiler.operations.seal import SealPart
from mlipilot.compiler.operations.train import training_jobs
from mlipilot.compiler.operations.verdict import verdict_job
from mlipilot.compiler.plan import Input, Job
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import SPLITS, block_schema
from mlipilot.spec.schema.types import ReferenceTo
from mlipilot.spec.values import Applied, BlockValue, Reference, Value

BASELINE_SEEDS = 5
"""Runs of the baseline that calibrate the noise, at least."""
REPEATS = 2
"""Times that the model of the baseline's first seed is evaluated again."""


def judged_training(spec: Spec) -> BlockValue:
    """The training that the scorecard judges."""
    scorecard = spec.only("scorecard")
    assert scorecard is not None
    training = spec.block(scorecard.reference("judges").block)
    assert training is not None
    return training


def baseline_seeds(spec: Spec) -> list[int]:
    """The spec's own seeds, and the numbers after the largest where these are fewer than a calibration needs."""
    own = seeds(judged_training(spec))
    return [*own, *range(max(own) + 1, max(own) + 1 + max(0, BASELINE_SEEDS - len(own)))]


def run_jobs(
    spec: Spec, datasets: Sequence[Job], seed: int, *, device: str, fidelity: Fraction = Fraction(1), repeat: int = 0
) -> list[Job]:
    """The jobs of one design under one seed, from its data to its verdict, in an order in which they could run.

    `datasets` are a plan's, with the jobs that label them, and keep their ids.
    `fidelity` is the share of each stage's epochs that is trained. A `repeat` above 0 measures the same model again:
    what the measurement draws is drawn anew.
    """
    training = judged_training(spec)
    narrowed = _narrowed(spec, training, seed, fidelity)
    lowering = Lowering(narrowed, datasets[-1].threads, device)
    measured = [
        (operation.again(job, repeat) if repeat else job, operation) for job, operation in measurement_jobs(lowering)
    ]
    jobs = [
        *training_jobs(lowering, lowering.block(training.name)),
        *(replace(job, repeat=repeat) for job, _ in measured),
        replace(verdict_job(lowering, measured), seed=seed, repeat=repeat),
    ]
    ids = {dataset_id(job.block): job.id for job in with_role(datasets, Role.DATA)}
    made = [replace(job, id=dataset_id(job.block)) if job.id in ids.values() else job for job in datasets]
    needed = _sources(jobs) | _sources([job for job in made if job.id in _sources(jobs)])
    return renamed([*(job for job in made if job.id in needed), *jobs], lambda job: ids.get(job.id, job.id))


def _sources(jobs: Sequence[Job]) -> set[str]:
    """The jobs that some jobs need."""
    return {source.job for job in jobs for source in job.inputs.values()}


def _narrowed(spec: Spec, training: BlockValue, seed: int, fidelity: Fraction) -> Spec:
    """The spec with one training, one seed, a share of its epochs, and the simulations of its potential alone."""
    stages = tuple(_shortened(child, fidelity) for child in training.children)
    seeded = replace(
        training, fields={**training.fields, "seeds": replace(training.fields["seeds"], data=(Value(seed),))}
    )
    kept = []
    for block in spec.blocks:
        if block is training:
            kept.append(replace(seeded, children=stages))
        elif block.kind != training.kind and _uses(block) in (None, training.name):
            kept.append(block)
    return replace(spec, blocks=tuple(kept))


def _uses(block: BlockValue) -> str | None:
    """The training whose models a block uses, such as one of molecular dynamics; None where it uses none."""
    schema = block_schema(block.kind, block.tag)
    for field in schema.fields if schema is not None else ():
        if isinstance(field.type, ReferenceTo) and field.type.kind == "training" and block.has(field.name):
            return block.reference(field.name).block
    return None


def _shortened(stage: BlockValue, fidelity: Fraction) -> BlockValue:
    if fidelity == 1:
        return stage
    epochs = max(1, math.ceil(stage.integer("epochs") * fidelity))
    return replace(stage, fields={**stage.fields, "epochs": replace(stage.fields["epochs"], data=epochs)})


def renamed(jobs: Sequence[Job], name: Callable[[Job], str]) -> list[Job]:
    """Jobs under other ids, by which they find each other."""
    names = {job.id: name(job) for job in jobs}
    return [
        replace(
            job,
            id=names[job.id],
            inputs={role: Input(names[source.job], source.file) for role, source in job.inputs.items()},
        )
        for job in jobs
    ]


def as_baseline(jobs: Sequence[Job]) -> list[Job]:
    """The jobs of a run under the ids that they have among the baseline's."""

    def name(job: Job) -> str:
        suffix = f"/repeat-{job.repeat}" if job.repeat else ""
        return f"{job.id}/seed-{job.seed}{suffix}" if role_of(job.kind) is Role.VERDICT else f"{job.id}{suffix}"

    return renamed(jobs, name)


def baseline_jobs(spec: Spec, datasets: Sequence[Job], device: str) -> list[Job]:
    """The jobs that calibrate: the baseline under each seed, and the first seed's model measured again."""
    found: dict[str, Job] = {}
    chosen = baseline_seeds(spec)
    runs = [(seed, 0) for seed in chosen] + [(chosen[0], repeat) for repeat in range(1, REPEATS + 1)]
    for seed, repeat in runs:
        for job in as_baseline(run_jobs(spec, datasets, seed, device=device, repeat=repeat)):
            found.setdefault(job.id, job)
    return list(found.values())


def arms(spec: Spec) -> list[Applied]:
    """The proposers of a campaign, the pilot's own first, each once."""
    pilot = spec.only("pilot")
    assert pilot is not None
    found: dict[str, Applied] = {}
    for data in (pilot.call("proposer"), *(value.data for value in pilot.items("controls"))):
        assert isinstance(data, Applied)
        found.setdefault(arm_name(data), data)
    return list(found.values())


def arm_name(call: Applied) -> str:
    """The name of an arm: its proposer, and of a language model which."""
    model = call.arguments.get("model")
    return call.name if model is None else f"{call.name}({model.data})"


def campaign_section(spec: Spec, baseline: Sequence[Job]) -> dict[str, Any]:
    """What a plan says of a campaign: its arms, what decides, and the jobs of one run of a trial."""
    pilot = spec.only("pilot")
    assert pilot is not None
    first = baseline_seeds(spec)[0]
    return {
        "arms": [arm_name(call) for call in arms(spec)],
        "replicates": pilot.integer("replicates"),
        "confirm_seeds": pilot.integer("confirm_seeds"),
        "alpha": float(pilot.number("alpha")),
        "screen": float(pilot.number("screen")),
        "detect": float(pilot.number("detect")),
        "ablate": pilot.flag("ablate"),
        "seed": pilot.integer("seed"),
        "baseline_seeds": baseline_seeds(spec),
        "edits": [draw.path.text for draw in spec.space.draws] if spec.space is not None else [],
        "template": [place for place, job in enumerate(baseline) if job.seed == first and not job.repeat],
        "seals": has_sealed(spec),
    }


def has_sealed(spec: Spec) -> bool:
    """Whether every split that the scorecard or its simulations read has a sealed counterpart with frames in it."""
    return bool(_read_splits(spec)) and all(
        facts_of(spec.block(name)).seals for name, split in _read_splits(spec) if split != "sealed"
    )


def _read_splits(spec: Spec) -> set[tuple[str, str]]:
    """The splits that rules, and blocks that use the judged model, name."""
    scorecard = spec.only("scorecard")
    assert scorecard is not None
    training = judged_training(spec)
    used = [
        value.data
        for block in spec.blocks
        if _uses(block) == training.name
        for value in block.fields.values()
        if isinstance(value.data, Reference)
    ]
    named = [constraint.metric.target for constraint in scorecard.constraints]
    return {(target.block, target.member) for target in (*named, *used) if target.member in SPLITS}


def on_sealed(spec: Spec) -> Spec:
    """The spec with every `test` split that is judged, or simulated from, replaced by the `sealed` one."""

    def sealed(reference: Reference) -> Reference:
        return Reference(reference.block, "sealed") if reference.member == "test" else reference

    def changed(block: BlockValue) -> BlockValue:
        rules = tuple(replace(c, metric=replace(c.metric, target=sealed(c.metric.target))) for c in block.constraints)
        fields = {
            name: replace(value, data=sealed(value.data)) if isinstance(value.data, Reference) else value
            for name, value in block.fields.items()
        }
        return replace(block, constraints=rules, fields=fields)

    return replace(spec, blocks=tuple(map(changed, spec.blocks)))


def seal_job(designs: Mapping[str, Sequence[Job]], name: str) -> Job:
    """The one job that reads the sealed split: it measures and judges the models of every design.

    `designs`: by the key of a run, its jobs on the sealed split, from data to verdict as `run_jobs` gives them.
    Each job that is a part of it has its result in a folder of the seal's, a verdict in `sealed.json` alone. Parts
    and inputs have numbers: what jobs are called is no part of what is sealed.
    """
    inputs: dict[Input, str] = {}
    parts: list[SealPart] = []
    packages: dict[str, None] = {}
    threads, device, backend = 1, "cpu", ""
    for design, jobs in designs.items():
        inner: dict[str, int] = {}
        for job in jobs:
            if role_of(job.kind) not in (Role.MEASUREMENT, Role.VERDICT):
                continue
            threads, device = job.threads, job.device if role_of(job.kind) is Role.MEASUREMENT else device
            backend = job.backend or backend
            packages |= dict.fromkeys(job.packages)
            wiring: dict[str, dict[str, Any]] = {}
            for role, source in job.inputs.items():
                if source.job in inner:
                    wiring[role] = {"part": inner[source.job], "file": source.file}
                else:
                    wiring[role] = {"input": inputs.setdefault(source, f"{role}/{len(inputs) + 1}")}
            inner[job.id] = len(parts)
            folder = f"parts/{len(parts) + 1}"
            parts.append(SealPart(design, job.kind, folder, job.version, dict(job.params), wiring))
    return Job(
        id=f"seal/{name}",
        kind="seal",
        operation="seal",
        version=SEAL_VERSION,
        params={"parts": [part.document() for part in parts]},
        inputs={role: source for source, role in inputs.items()},
        threads=threads,
        device=device,
        packages=tuple(packages),
        on_this_machine=True,
        block=name,
        backend=backend,
    )
