"""Where each parameter of a job was written, so that a change of it can name the line of the spec.

A parameter that has the schema's default has the place of its block's head.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mlipilot.compiler.check.report import place
from mlipilot.compiler.check.training import enabled_stages
from mlipilot.compiler.plan import Job, Plan
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.values import BlockValue, Spec

HEAD = ""
"""The path of a job's block itself."""
_WRITTEN_AS = {"steps": "duration", "every": "sampling"}
"""Parameters that have another name than the field they come from."""


def item_name(item: Any) -> str | None:
    """What an item of a list of parameters is told apart by: a stage's name, a rule's verb and metric."""
    if not isinstance(item, Mapping):
        return None
    if "shown" in item:
        return f"{item['verb']} {item['shown']}"
    return item.get("name")


class _Places:
    """The places of one spec, as `file:line`, the file relative to the spec's folder."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.folder = Path(spec.source.name).parent

    def at(self, source: SourceFile, span: Span) -> str:
        file = Path(os.path.relpath(source.name, self.folder)).as_posix()
        return f"{file}:{source.location(span.start).line}"

    def head(self, block: BlockValue) -> str:
        return self.at(block.source, block.span)

    def fields(self, block: BlockValue, names: Iterable[str], prefix: str = "") -> dict[str, str]:
        """The places of parameters that are named like fields of a block."""
        return {prefix + name: self.at(block.source, place(block, _WRITTEN_AS.get(name, name))) for name in names}

    def of(self, job: Job) -> dict[str, str]:
        """By parameter; the second part of a job's id names its block."""
        block = self.spec.block(job.id.split("/")[1])
        if block is None:
            return {}
        found = {HEAD: self.head(block), **self._resources()}
        if job.kind == "train":
            return found | self._training(block, job)
        if job.kind == "verdict":
            return found | self._verdict(block, job)
        if job.kind == "speed":
            model = self.spec.block(block.reference("model").block)
            return found | (self.fields(model, ["precision"]) if model is not None else {})
        return found | self.fields(block, [*job.params, *(["start"] if job.kind == "dynamics" else [])])

    def _resources(self) -> dict[str, str]:
        engine = self.spec.only("engine")
        return self.fields(engine, ("device", "threads")) if engine is not None else {}

    def _training(self, block: BlockValue, job: Job) -> dict[str, str]:
        own = [name for name in job.params if name not in ("model", "stages", "seed")]
        found = self.fields(block, own) | {"seed": self.at(block.source, place(block, "seeds"))}
        model = self.spec.block(block.reference("model").block)
        if model is not None:
            found |= {"model": self.head(model), **self.fields(model, job.params["model"], "model/")}
        for stage, params in zip(enabled_stages(block), job.params["stages"], strict=True):
            prefix = f"stages/{stage.name}"
            found |= {prefix: self.head(stage), **self.fields(stage, params, f"{prefix}/")}
        return found

    def _verdict(self, block: BlockValue, job: Job) -> dict[str, str]:
        found = self.fields(block, ["confidence"])
        for rule, params in zip(block.constraints, job.params["constraints"], strict=True):
            found[f"constraints/{item_name(params)}"] = self.at(rule.source, rule.span)
        return found


def parameter_places(spec: Spec, plan: Plan) -> dict[str, dict[str, str]]:
    """By job and parameter, where it was written; what is not named here is where the next larger part is."""
    places = _Places(spec)
    return {job.id: _sparse(places.of(job)) for job in plan.jobs}


def _sparse(places: Mapping[str, str]) -> dict[str, str]:
    """Places without those that say no more than the next larger part does."""
    return {
        path: found
        for path, found in places.items()
        if path == HEAD or found != place_of(path.rpartition("/")[0], places)
    }


def place_of(path: str, places: Mapping[str, str]) -> str | None:
    """The place of a parameter, or of the smallest part that it belongs to."""
    while path not in places and path != HEAD:
        path = path.rpartition("/")[0]
    return places.get(path)
