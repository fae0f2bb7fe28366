"""What a plan will cost, and how far that may be trusted: by what a probe measured, or else by an analytic model.

Each kind of job says what it takes; a machine, a device or a model far from those that the analytic model was fitted
to is off by the factor that the estimate states.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from types import MappingProxyType
from typing import Any

from mlipilot.compiler.datasets import SOURCES
from mlipilot.compiler.experience import Experience, Rate, operation_on
from mlipilot.compiler.extent import Counted, Extents
from mlipilot.compiler.machine import cores
from mlipilot.compiler.measured import Measured
from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Compiled, Job, Plan, runs_here
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import long_time, size
from mlipilot.spec.source import Span

UNCERTAINTY = 3.0
"""Factor either way that the estimate may be off by on a CPU."""
UNCERTAINTY_UNCOUNTED = 20.0
"""The same where frames of data files are not counted, but assumed."""
PROBED_FLOOR = 1.3
"""Factor that a probed estimate may be off by though every step took the same time.

Measured on the copper example with 3 + 3 epochs and short simulations, two workers of one thread on two cores, seconds
after estimate: training 29.8 after 28, evaluation 1.8 and 2.3 after 2.3 and 3, simulations 5.2 and 11.8 after 4.2 and
11, speed 11.8 after 9. What works beside a job slows it more than it slowed the probe, which was alone.
"""


def estimate(
    plan: Plan,
    files: Counted | None = None,
    measured: Measured | None = None,
    learned: Experience | None = None,
    left: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, Any]:
    """Seconds of each job on its device, their sum, and the factor that they may be off by; None for what is unknown.

    `files` are counted frames of data sets of files, `measured` what a probe found of each training, `learned` what
    earlier jobs took, `left` the share of a job's work that is not done yet: they move the estimate, and no key.
    `memory_bytes` is the peak of each job of which it is known; of a campaign there is `campaign`, a `CampaignCost`:
    the jobs are its baseline's. `analytic` are the seconds of the model, where others stand in their place.
    """
    extents = Extents(plan, files, SOURCES)
    operations = {job.id: OPERATIONS[job.kind] for job in plan.jobs}
    costs = {job.id: operations[job.id].cost(plan, job, measured, extents) for job in plan.jobs} if measured else {}
    known = {job: found for job, found in costs.items() if found is not None}
    analytic = {job.id: round(operations[job.id].seconds(plan, job, extents), 1) for job in plan.jobs}
    undone = {job: left.get(job, 1.0) * taken for job, taken in analytic.items()}
    unsure = UNCERTAINTY if extents.counted else UNCERTAINTY_UNCOUNTED
    rates = {job.id: _rate(job, learned) for job in plan.jobs if job.id not in known}
    seconds = {
        job.id: round(known[job.id].seconds, 1) if job.id in known else _seconds(job, undone[job.id], rates[job.id])
        for job in plan.jobs
    }
    certain = {job: taken for job, taken in seconds.items() if taken is not None}
    total = sum(certain.values())
    memory = {job.id: operations[job.id].bytes(plan, job, extents) for job in plan.jobs if job.device == "cpu"}
    # What was neither measured nor learned is as uncertain as ever.
    factors = {job: rate.factor if (rate := rates.get(job)) is not None else unsure for job in certain}
    if measured:
        spread = max(measurement.spread for measurement in measured.values())
        factors |= dict.fromkeys(known, PROBED_FLOOR * spread)
        # A peak that stayed below what the imports had taken is not known, and is not zero.
        memory |= {job: found.bytes for job, found in known.items() if found.bytes}
    factor = round(sum(factors[job] * taken for job, taken in certain.items()) / total, 1) if total else unsure
    beside: dict[str, Any] = {"memory_bytes": {job: size for job, size in memory.items() if size is not None}}
    is_known = len(certain) == len(seconds)
    if plan.campaign is not None and is_known:
        from mlipilot.compiler.campaign_cost import campaign_cost

        beside["campaign"] = campaign_cost(plan, certain).document()
    if seconds != analytic:
        beside["analytic"] = analytic
    if learned is not None and any(rate is not None for rate in rates.values()):
        beside["learned_from"] = learned.runs
    return {
        "kind": "probed" if measured else "learned" if "learned_from" in beside else "analytic",
        "seconds": seconds,
        "device_seconds": round(total, 1) if is_known else None,
        "wall_seconds": round(wall_seconds(plan, certain), 1) if is_known else None,
        "factor": factor if is_known else None,
        **beside,
    }


def _rate(job: Job, learned: Experience | None) -> Rate | None:
    return None if learned is None else learned.rates.get(operation_on(job.operation, job.device))


def _seconds(job: Job, undone: float, rate: Rate | None) -> float | None:
    return None if rate is None and _is_unknown(job) else round(undone * (rate.ratio if rate else 1.0), 1)


def _is_unknown(job: Job) -> bool:
    """Whether only a measurement tells what a job takes: no GPU is like the next, and none like a CPU."""
    return job.device != "cpu" and bool(job.backend)


def wall_seconds(plan: Plan, seconds: Mapping[str, float]) -> float:
    """Seconds until all jobs are done, each begun by the first free worker once its inputs are there."""
    free = [0.0] * _side_by_side(plan)
    finish: dict[str, float] = {}
    for job in plan.jobs:
        ready = max((finish[source.job] for source in job.inputs.values()), default=0.0)
        begin = max(ready, heappop(free))
        finish[job.id] = begin + seconds[job.id]
        heappush(free, finish[job.id])
    return max(finish.values(), default=0.0)


def _side_by_side(plan: Plan) -> int:
    """Jobs that run at once as fast as one alone: on a CPU, each worker has cores of its own."""
    workers = max(1, int(plan.engine["workers"]))
    if plan.engine["device"] != "cpu" or not runs_here(plan):
        return workers
    return max(1, min(workers, cores() // max(1, int(plan.engine["threads"]))))


_TERABYTE = 10**12


def in_words(seconds: float | None) -> str:
    """A duration as a person says it."""
    if seconds is None:
        return "unknown"
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else long_time(seconds)


def in_bytes(count: int) -> str:
    """An amount of memory as a person says it."""
    if count >= _TERABYTE:
        return size(count)
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"


def memory_errors(spec: Spec, compiled: Compiled, measured: Measured) -> list[Diagnostic]:
    """An error for each kind of job whose memory, at so many workers, is more than the device has.

    Jobs of one kind never wait for each other, so as many as there are workers do run at once.
    """
    plan, peaks = compiled.plan, compiled.estimate["memory_bytes"]
    totals = [measurement.total_bytes for measurement in measured.values() if measurement.total_bytes is not None]
    found = []
    for kind in dict.fromkeys(job.kind for job in plan.jobs):
        jobs = sorted(
            (job for job in plan.jobs if job.kind == kind and job.id in peaks), key=lambda job: -peaks[job.id]
        )
        together = jobs[: max(1, int(plan.engine["workers"]))]
        needed = sum(peaks[job.id] for job in together)
        block = spec.block(together[0].block) if together else None
        if block is None or not totals or needed <= min(totals):
            continue
        one = len(together) == 1
        who = f"`{together[0].id}` needs" if one else f"{len(together)} jobs like `{together[0].id}` need"
        found.append(
            Diagnostic(
                "MLP0823",
                f"{who} {in_bytes(needed)} of memory, and the device has {in_bytes(min(totals))}",
                block.source,
                Annotation(block.span, OPERATIONS[kind].memory_origin),
                help=f"use {'' if one else 'fewer workers, '}{OPERATIONS[kind].memory_remedy}",
            )
        )
    return found


def budget_warnings(spec: Spec, compiled: Compiled) -> list[Diagnostic]:
    """A warning for each limit of the budget that the estimate passes, or that leaves a campaign no trial."""
    block = spec.only("budget")
    if block is None:
        return []
    found = []
    for limit, figure in (("device_time", "device_seconds"), ("wall", "wall_seconds")):
        budget, expected = compiled.plan.budget.get(limit), compiled.estimate[figure]
        if budget is None or expected is None:
            continue
        span = block.fields[limit].span or block.span
        if limit == "device_time" and compiled.plan.campaign is not None:
            short = _no_trial(spec, compiled, budget, span)
            if short is not None:
                found.append(short)
                continue
        if expected <= budget:
            continue
        found.append(
            Diagnostic(
                "MLP0601",
                f"the estimate of {in_words(expected)} exceeds the budget of {in_words(budget)}",
                spec.source,
                Annotation(span, f"`{limit}`"),
                help=f"the estimate is {compiled.estimate['kind']}, "
                f"good to a factor of {compiled.estimate['factor']:g}; "
                "`execute` stops where the budget is spent",
            )
        )
    return found


def _no_trial(spec: Spec, compiled: Compiled, budget: float, span: Span) -> Diagnostic | None:
    """A warning where by the estimate an arm has no device time for a trial."""
    from mlipilot.compiler.campaign_cost import least, read_cost

    cost = read_cost(compiled.estimate["campaign"])
    if cost.fewest is None or cost.share is None or cost.share >= cost.confirmed:
        return None
    assert compiled.plan.campaign is not None
    needed = least(cost)
    return Diagnostic(
        "MLP0602",
        f"by the estimate {in_words(budget)} of device time leave an arm no trial",
        spec.source,
        Annotation(span, f"calibration {in_words(cost.calibration)}, one confirmed trial {in_words(cost.confirmed)}"),
        notes=(f"the estimate is {compiled.estimate['kind']}, good to a factor of {compiled.estimate['factor']:g}",),
        help=f"allow {in_words(needed)} or more, or use fewer `confirm_seeds`, arms or replicates",
    )
