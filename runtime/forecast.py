"""What an execution would do now: which results are there, and what the rest is estimated to cost."""

from __future__ import annotations

from collections.abc import Callable

from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.runtime.hardware import fingerprint
from mlipilot.runtime.record.workspace import workspace_of


def forecast(compiled: Compiled, in_words: Callable[[float], str]) -> str:
    """One plain sentence: jobs, how many are reused, how many run, and for how long."""
    plan = compiled.plan
    store = workspace_of(compiled.spec).store
    keys = job_keys(plan, fingerprint(str(plan.engine["device"])))
    done = {job for job, key in keys.items() if key is not None and store.entry(key).is_done()}
    todo = [job.id for job in plan.jobs if job.id not in done]
    count = f"{len(plan.jobs)} jobs" if len(plan.jobs) != 1 else "1 job"
    if not todo:
        return f"{count}: all {len(done)} are done already, nothing to run"
    seconds = sum(compiled.estimate["seconds"][job] for job in todo) / max(1, int(plan.engine["workers"]))
    threads = max(plan.job(job).threads for job in todo)
    where = f"{threads} thread{'s' if threads != 1 else ''}" if plan.engine["device"] == "cpu" else "one GPU"
    reused = f"{len(done)} reused, " if done else ""
    factor = compiled.estimate["factor"]
    cost = f"about {in_words(seconds)} on {where} (analytic, within a factor of {factor:g})"
    return f"{count}: {reused}{len(todo)} to run, {cost}"
