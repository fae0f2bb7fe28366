"""What an execution would do now: which results are there, and what the rest is estimated to cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mlipilot.compiler.estimate import wall_seconds
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled, job_keys, runs_here
from mlipilot.runtime.foundation.nodes import hardware_of
from mlipilot.runtime.record.workspace import workspace_of
from mlipilot.spec.numerals import count


def keys_here(compiled: Compiled) -> dict[str, str | None]:
    """The key of each job on this machine."""
    return job_keys(compiled.plan, hardware_of(compiled.plan.engine))


def finished(compiled: Compiled) -> set[str]:
    """The jobs whose results are in the store."""
    store = workspace_of(compiled.spec).store
    return {job for job, key in keys_here(compiled).items() if key is not None and store.entry(key).is_done()}


def forecast(compiled: Compiled, in_words: Callable[[float], str]) -> str:
    """One plain sentence: jobs, how many are reused, how many run, and for how long."""
    done = finished(compiled)
    nothing = f"all {len(done)} are done already, nothing to run"
    return sentence(compiled, done, in_words, nothing)


def sentence(compiled: Compiled, reused: set[str], in_words: Callable[[float], str], nothing: str) -> str:
    """The sentence of a plan of which some jobs are reused; `nothing` is what it says where all are."""
    plan = compiled.plan
    todo = [job.id for job in plan.jobs if job.id not in reused]
    jobs = count(len(plan.jobs), "job")
    if plan.campaign is not None:
        jobs = f"baseline of {jobs}"
    if not todo:
        return f"{jobs}: {nothing}"
    workers = max(1, int(plan.engine["workers"]))
    estimated = compiled.estimate["seconds"]
    of_them = f"{len(reused)} reused, " if reused else ""
    if any(estimated[job] is None for job in todo):
        measured = ", and measured by `mlipilot compile --probe`" if runs_here(plan) else " until it ran there once"
        unknown = f"how long is unknown on this device{measured}"
        return f"{jobs}: {of_them}{len(todo)} to run, {unknown}"
    seconds = wall_seconds(plan, {job: 0.0 if job in reused else estimated[job] for job in estimated})
    threads = max(plan.job(job).threads for job in todo)
    where = count(threads, "thread") if plan.engine["device"] == "cpu" else "one GPU"
    if workers > 1:
        where = f"{count(workers, 'worker')} {'of' if plan.engine['device'] == 'cpu' else 'sharing'} {where}"
    if not runs_here(plan):
        where = f"the cluster, at most {count(workers, 'job')} at a time"
    factor = compiled.estimate["factor"]
    kind = compiled.estimate.get("kind", "analytic")
    if kind == "learned":
        kind = f"learned from {count(compiled.estimate['learned_from'], 'run')}"
    trust = kind if factor is None else f"{kind}, within a factor of {factor:g}"
    cost = f"about {in_words(seconds)} on {where} ({trust})"
    return f"{jobs}: {of_them}{len(todo)} to run, {cost}{_labelled(compiled, todo)}"


def _labelled(compiled: Compiled, todo: Sequence[str]) -> str:
    """How many molecules of jobs that label are labelled already, by earlier jobs."""
    jobs = [job for job in with_role(compiled.plan.jobs, Role.LABELS) if job.id in todo]
    if not jobs:
        return ""
    from mlipilot.runtime.labels.whole import labelled  # few plans label molecules

    shelf = workspace_of(compiled.spec).shelf
    known = sum(labelled(shelf, job.params) for job in jobs)
    every = sum(len(molecule["numbers"]) > 1 for job in jobs for molecule in job.params["molecules"])
    return f"; {known} of {count(every, 'molecule')} {'is' if known == 1 else 'are'} labelled already" if known else ""
