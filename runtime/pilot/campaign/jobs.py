"""The jobs of which a run is made, and the seal: the same for who makes them and for who verifies what was made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from mlipilot.compiler.engine.settings import fitted
from mlipilot.compiler.lower.campaign import on_sealed, renamed, run_jobs, seal_job
from mlipilot.compiler.operations import Role, role_of, with_role
from mlipilot.compiler.plan import Job, Plan
from mlipilot.runtime.pilot.campaign.labels import label_of
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.spec.document import Spec


def jobs_of(plan: Plan, run: Run, spec: Spec) -> list[Job]:
    """The jobs of a run of an edited spec, the verdict's last."""
    device = str(plan.engine["device"])
    jobs = run_jobs(spec, _datasets(plan), run.seed, device=device, fidelity=run.fidelity, repeat=run.repeat)
    return fitted(jobs, plan.engine)


def named_for(run: Run, jobs: Sequence[Job]) -> list[Job]:
    """Jobs under ids that say who asked for them and why."""
    return renamed(jobs, partial(label_of, run))


def seal_jobs(plan: Plan, runs: Sequence[tuple[Run, Spec]]) -> list[Job]:
    """The one job that judges the models of these runs on sealed data, last; before it the jobs that make them."""
    designs: dict[str, list[Job]] = {}
    trained: dict[str, Job] = {}
    for run, spec in runs:
        designs[run.key] = named_for(run, jobs_of(plan, run, on_sealed(spec)))
        trained |= {job.id: job for job in with_role(designs[run.key], Role.LABELS, Role.DATA, Role.TRAINING)}
    card = with_role(plan.jobs, Role.VERDICT)[-1].block
    return [*trained.values(), seal_job(designs, card)]


def _datasets(plan: Plan) -> list[Job]:
    return [job for job in plan.jobs if role_of(job.kind).is_data]
