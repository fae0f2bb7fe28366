"""The plan: what will run, as data that can be reviewed, stored and compared.

A plan is a graph of jobs. Each job's key is a hash of what it means: its operation and version, its parameters, the
keys of its inputs, the packages whose numbers it depends on. The ids of jobs, the estimate and the places in the source
stand beside the plan, outside its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.machine import cuda_is_absent
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.schema import is_here


@dataclass(frozen=True)
class Input:
    """A file of another job's result."""

    job: str
    file: str


@dataclass(frozen=True)
class Job:
    """One process that turns inputs into a result folder."""

    id: str
    """A label to read, such as `train/fit/seed-1`; what it says stands in fields of its own."""
    kind: str
    operation: str
    version: int
    """Of the operation's meaning; a new one makes old results of it stale."""
    params: Mapping[str, Any]
    inputs: Mapping[str, Input]
    threads: int
    device: str
    packages: tuple[str, ...] = ()
    """Packages whose versions are part of the key."""
    on_this_machine: bool = False
    """Measures the machine: its key needs the hardware, and is known only where it runs."""
    block: str = ""
    """The block of the spec that it comes from."""
    seed: int | None = None
    """Of the model that it trains, measures or judges; None where it is of none, or of several."""
    repeat: int = 0
    """Above 0: it measures or judges once more what was measured."""
    target: str = ""
    """What a job that measures is measured on: `cu.test`, a cell, a `dynamics` block."""
    backend: str = ""
    """Whose models it trains or uses: the tag of the `model` block; empty where it needs no model."""

    def __repr__(self) -> str:
        return in_a_line("Job", f"{self.id}:", f"{self.operation} v{self.version}")


@dataclass(frozen=True)
class Plan:
    """All jobs of a spec, in an order in which they could run."""

    name: str
    question: str
    spec_hash: str
    scorecard_hash: str | None
    jobs: tuple[Job, ...]
    packages: Mapping[str, str | None]
    """Versions that the keys were made with."""
    budget: Mapping[str, float] = field(default_factory=dict)
    engine: Mapping[str, Any] = field(default_factory=dict)
    campaign: Mapping[str, Any] | None = None
    """Of a spec with a pilot: its arms, and what a trial is made of. The plan's own jobs are the baseline's."""

    def job(self, job_id: str) -> Job:
        """A job by its id."""
        return next(job for job in self.jobs if job.id == job_id)

    def document(self) -> dict[str, Any]:
        """The plan as JSON; its hash is over these bytes. Jobs are told apart by their places in the list."""
        place = {job.id: number for number, job in enumerate(self.jobs)}
        beside = {} if self.campaign is None else {"campaign": dict(self.campaign)}
        return {
            **beside,
            "name": self.name,
            "question": self.question,
            "spec": self.spec_hash,
            "scorecard": self.scorecard_hash,
            "packages": dict(self.packages),
            "budget": dict(self.budget),
            "engine": dict(self.engine),
            "jobs": [
                {
                    "kind": job.kind,
                    "block": job.block,
                    "seed": job.seed,
                    "repeat": job.repeat,
                    "target": job.target,
                    "backend": job.backend,
                    "operation": job.operation,
                    "version": job.version,
                    "params": dict(job.params),
                    "inputs": {
                        role: {"job": place[source.job], "file": source.file} for role, source in job.inputs.items()
                    },
                    "resources": {"threads": job.threads, "device": job.device},
                    "packages": list(job.packages),
                    "on_this_machine": job.on_this_machine,
                }
                for job in self.jobs
            ],
        }

    @property
    def hash(self) -> str:
        """SHA-256 of the plan's canonical bytes."""
        return digest(self.document())

    def __repr__(self) -> str:
        what = "a campaign, baseline of" if self.campaign is not None else ""
        return in_a_line("Plan", self.hash[:12], f"{self.name}:", what, count(len(self.jobs), "job"))


class Compiled(NamedTuple):
    """A plan and what stands beside it."""

    plan: Plan
    estimate: dict[str, Any]
    lines: dict[str, int]
    """The spec's line that each job comes from."""
    files: dict[str, str]
    """Paths of data files by SHA-256, relative to the spec's folder."""
    spec: Path
    """The spec's file."""
    places: Mapping[str, Mapping[str, str]]
    """Where each parameter of a job was written, as `file:line` relative to the spec's folder; its block at ``."""
    texts: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """The field that each parameter of a job came from with its value as the author wrote it, as `field = value`."""

    def __repr__(self) -> str:
        return in_a_line("Compiled", f"{self.spec}:", f"{self.plan!r}"[1:-1])


def job_keys(plan: Plan, hardware: Mapping[str, Any] | None = None) -> dict[str, str | None]:
    """The content key of each job.

    Without `hardware`, a job that measures the machine, and every job that needs it, has no key yet.
    """
    keys: dict[str, str | None] = {}
    for job in plan.jobs:
        inputs = {role: (keys[source.job], source.file) for role, source in job.inputs.items()}
        unknown = any(key is None for key, _ in inputs.values()) or (job.on_this_machine and hardware is None)
        keys[job.id] = (
            None
            if unknown
            else digest(
                {
                    "operation": job.operation,
                    "version": job.version,
                    "params": dict(job.params),
                    "inputs": {role: list(source) for role, source in inputs.items()},
                    "device": job.device,
                    "packages": {name: plan.packages.get(name) for name in job.packages},
                    "hardware": {**dict(hardware or {}), "threads": job.threads} if job.on_this_machine else None,
                }
            )
        )
    return keys


def lacks_device(plan: Plan) -> bool:
    """Whether jobs of a plan run on this machine and ask for a device that it surely has not."""
    return runs_here(plan) and plan.engine["device"] == "cuda" and cuda_is_absent()


def runs_here(plan: Plan) -> bool:
    """Whether the jobs of a plan are processes of this machine."""
    return is_here(str(plan.engine["kind"]))
