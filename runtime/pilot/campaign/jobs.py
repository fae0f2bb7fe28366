"""The jobs of which a run is made, and the seal: the same for who makes them and for who verifies what was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mlipilot.compiler.lower.campaign import on_sealed, run_jobs, seal_job
from mlipilot.compiler.plan import Input, Job, Plan
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.spec.values import Spec


def jobs_of(plan: Plan, run: Run, spec: Spec) -> list[Job]:
    """The jobs of a run of an edited spec, the verdict's last."""
    device = str(plan.engine["device"])
    return run_jobs(spec, _datasets(plan), run.seed, device=device, fidelity=run.fidelity, repeat=run.repeat)


def named_for(run: Run, jobs: Sequence[Job]) -> list[Job]:
    """Jobs under ids that say who asked for them and why, such as `tpe/1/7/candidate/train/fit/seed-12`."""

    def name(job: Job) -> str:
        if job.kind == "dataset":
            return job.id
        seed = f"/seed-{run.seed}" if job.kind == "verdict" else ""
        return f"{run.lane}/{run.trial}/{run.purpose}/{job.id}{seed}"

    names = {job.id: name(job) for job in jobs}
    return [
        replace(
            job,
            id=names[job.id],
            inputs={role: Input(names[source.job], source.file) for role, source in job.inputs.items()},
        )
        for job in jobs
    ]


def seal_jobs(plan: Plan, runs: Sequence[tuple[Run, Spec]]) -> list[Job]:
    """The one job that judges the models of these runs on sealed data, last; before it the jobs that make them."""
    designs: dict[str, list[Job]] = {}
    trained: dict[str, Job] = {}
    for run, spec in runs:
        designs[run.key] = named_for(run, jobs_of(plan, run, on_sealed(spec)))
        trained |= {job.id: job for job in designs[run.key] if job.kind in ("dataset", "train")}
    card = str(plan.jobs[-1].params["scorecard"])
    return [*trained.values(), seal_job(designs, card)]


def _datasets(plan: Plan) -> list[Job]:
    return [job for job in plan.jobs if job.kind == "dataset"]
