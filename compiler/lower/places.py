"""Where in the spec the jobs of a plan and their parameters were written."""

from __future__ import annotations

from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Job, Plan
from mlipilot.compiler.source_map import HEAD, SourceMap, sparse
from mlipilot.spec.document import Spec


def source_lines(spec: Spec, plan: Plan) -> dict[str, int]:
    """The line of the block that each job comes from, in its file."""
    lines: dict[str, int] = {}
    for job in plan.jobs:
        block = spec.block(job.block)
        if block is not None:
            lines[job.id] = block.source.location(block.span.start).line
    return lines


def parameter_places(spec: Spec, plan: Plan) -> dict[str, dict[str, str]]:
    """By job and parameter, where it was written; what is not named here is where the next larger part is."""
    source_map = SourceMap(spec)
    places = {job.id: sparse(_places(source_map, job)) for job in plan.jobs}
    return {HEAD: _besides(source_map)[0], **places}


def parameter_texts(spec: Spec, plan: Plan) -> dict[str, dict[str, str]]:
    """By job and parameter, the field that it came from and its value as the author wrote it: `cu.lattice = 3.59 Å`.

    What belongs to no job (budget, engine) stands at ``.
    """
    source_map = SourceMap(spec)
    texts = {HEAD: _besides(source_map)[1]}
    for job in plan.jobs:
        source_map.texts = {}
        _places(source_map, job)
        texts[job.id] = source_map.texts
    return texts


def _besides(source_map: SourceMap) -> tuple[dict[str, str], dict[str, str]]:
    """Places and texts of the fields that no job has."""
    places: dict[str, str] = {}
    source_map.texts = {}
    for kind in ("budget", "engine", "experiment"):
        block = source_map.spec.only(kind)
        if block is not None:
            given = [name for name, value in block.fields.items() if not value.is_default]
            places |= source_map.fields(block, given, "" if kind == "experiment" else f"{kind}/", owner=kind)
    return places, source_map.texts


def _places(source_map: SourceMap, job: Job) -> dict[str, str]:
    block, engine = source_map.spec.block(job.block), source_map.spec.only("engine")
    if block is None:
        return {}
    resources = source_map.fields(engine, ("device", "threads")) if engine is not None else {}
    return {HEAD: source_map.head(block), **resources, **OPERATIONS[job.kind].places(source_map, block, job)}
