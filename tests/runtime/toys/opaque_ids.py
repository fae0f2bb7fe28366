"""A plan whose ids say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mlipilot.compiler.lower.campaign import renamed
from mlipilot.compiler.plan import Compiled


def opaque_ids(compiled: Compiled) -> dict[str, str]:
    """A word for each job, by its id."""
    return {job.id: f"j{number:03}" for number, job in enumerate(compiled.plan.jobs, 1)}


def under_ids(compiled: Compiled, ids: Mapping[str, str]) -> Compiled:
    """The same plan under other ids, in all that stands in it and beside it."""
    plan, estimate = compiled.plan, compiled.estimate
    jobs = tuple(renamed(plan.jobs, lambda job: ids[job.id]))
    return compiled._replace(
        plan=replace(plan, jobs=jobs),
        estimate={**estimate, "seconds": {ids[job]: found for job, found in estimate["seconds"].items()}},
        lines={ids[job]: line for job, line in compiled.lines.items()},
        places={ids.get(job, job): places for job, places in compiled.places.items()},
        texts={ids.get(job, job): texts for job, texts in compiled.texts.items()},
    )
