"""What an engine is told: the fields of its block, in seconds, bytes and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from mlipilot.compiler.operations import OPERATIONS
from mlipilot.compiler.plan import Job
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import block_schema
from mlipilot.spec.schema.types import Real
from mlipilot.spec.units import SECOND
from mlipilot.spec.values import BlockValue, Name, Value

RESOURCES = "resources"
"""Of the settings: what kinds of jobs need, by the block that says so."""


def settings(spec: Spec) -> dict[str, Any]:
    """The settings of a spec's engine; what it does not ask for is as of one worker on this machine."""
    found = {"kind": "local", "workers": 1, "threads": 1, "device": "cpu"}
    block = spec.only("engine")
    if block is None:
        return found
    needs = {child.kind: _fields(child) for child in block.children}
    return found | {"kind": block.tag} | _fields(block) | ({RESOURCES: needs} if needs else {})


def fitted(jobs: Sequence[Job], engine: Mapping[str, Any]) -> list[Job]:
    """Jobs with the threads that their kind has on an engine: as many as it asks for cores."""
    needs = engine.get(RESOURCES, {})
    cores = {kind: need["cores"] for kind, need in needs.items() if "cores" in need}
    return [replace(job, threads=cores.get(OPERATIONS[job.kind].resources, job.threads)) for job in jobs]


def _fields(block: BlockValue) -> dict[str, Any]:
    schema = block_schema(block.kind, block.tag)
    assert schema is not None
    times = {field.name for field in schema.fields if isinstance(field.type, Real) and field.type.dimension == "time"}
    plain = {name: _plain(value) for name, value in block.fields.items()}
    return {name: value / SECOND if name in times else value for name, value in plain.items()}


def _plain(value: Value) -> Any:
    """A number, a word, a text or a list of these as JSON."""
    match value.data:
        case Fraction():
            return float(value.data)
        case Name():
            return value.data.text
        case tuple():
            return [_plain(item) for item in value.data]
        case _:
            return value.data
