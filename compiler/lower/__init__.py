"""Lowering: a checked spec to a plan of jobs, numbers now floats in eV, Å, fs and K."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlipilot.compiler.canonical import canonical, canonical_scorecard, digest
from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.encodings.benchmark import benchmarks
from mlipilot.compiler.engine.settings import fitted, settings
from mlipilot.compiler.faults import nothing_to_run
from mlipilot.compiler.operations import Lowering, Role, measurement_jobs, with_role
from mlipilot.compiler.operations.compare import compare_job
from mlipilot.compiler.operations.dataset import dataset_jobs
from mlipilot.compiler.operations.encode import encode_jobs
from mlipilot.compiler.operations.train import training_jobs
from mlipilot.compiler.operations.verdict import verdict_job
from mlipilot.compiler.packages import DYNAMICS, installed
from mlipilot.compiler.plan import Job, Plan
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.units import SECOND


class Lowered(NamedTuple):
    """A plan, and the paths of its data files by SHA-256, relative to the spec's folder."""

    plan: Plan
    files: dict[str, str]


def lower(spec: Spec) -> Lowered | list[Diagnostic]:
    """The plan of a spec that checks; data files that cannot be read any more give diagnostics."""
    engine = settings(spec)
    threads, device = int(engine["threads"]), str(engine["device"])
    jobs, files = dataset_jobs(spec, threads)
    if files.faults:
        return files.faults
    scorecard = spec.only("scorecard")
    campaign: dict[str, Any] | None = None
    if spec.only("pilot") is not None:
        from mlipilot.compiler.lower.campaign import baseline_jobs, campaign_section

        jobs = baseline_jobs(spec, jobs, device)
        campaign = campaign_section(spec, jobs)
    else:
        lowering = Lowering(spec, threads, device)
        for block in spec.of_kind("training"):
            jobs += training_jobs(lowering, block)
        measured = measurement_jobs(lowering)
        jobs += [job for job, _ in measured]
        if scorecard is not None:
            jobs.append(verdict_job(lowering, measured))
        jobs += _benchmark_jobs(spec, files)
    if not jobs:
        return [nothing_to_run(spec)]
    experiment = spec.only("experiment")
    plan = Plan(
        name=experiment.name if experiment is not None else Path(spec.source.name).stem,
        question=experiment.text("question") if experiment is not None and experiment.has("question") else "",
        spec_hash=digest(canonical(spec)),
        scorecard_hash=digest(canonical_scorecard(scorecard)) if scorecard is not None else None,
        jobs=tuple(fitted(jobs, engine)),
        packages=installed(_packages(jobs)),
        budget=_budget(spec),
        engine=engine,
        campaign=campaign,
    )
    return Lowered(plan, files.paths)


def _benchmark_jobs(spec: Spec, files: DataFiles) -> list[Job]:
    """The jobs of encoding benchmarks, each block's with its comparison at the end."""
    jobs: list[Job] = []
    for found in benchmarks(spec.of_kind("encoding")):
        measured = encode_jobs(found, spec, files)
        jobs += [*measured, compare_job(found, measured)]
    return jobs


def _packages(jobs: Sequence[Job]) -> tuple[str, ...]:
    """Those that the jobs of a plan with models depend on; of benchmarks of encodings alone, theirs."""
    own = tuple(dict.fromkeys(name for job in jobs for name in job.packages))
    is_of_encodings = len(with_role(jobs, Role.BENCHMARK, Role.COMPARISON)) == len(jobs)
    return own if is_of_encodings else tuple(dict.fromkeys([*DYNAMICS, *own]))


def _budget(spec: Spec) -> dict[str, float]:
    """Limits in seconds, counts and a currency."""
    block = spec.only("budget")
    if block is None:
        return {}
    seconds = {name: float(block.number(name) / SECOND) for name in ("device_time", "wall") if block.has(name)}
    counts = {name: block.integer(name) for name in ("trials", "tokens") if block.has(name)}
    return {**seconds, **counts, **{name: float(block.number(name)) for name in ("money",) if block.has(name)}}
