"""The record: what ran, where, with which versions, and how to use what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlipilot.compiler.operations import OPERATIONS, Role, role_of
from mlipilot.runtime.operations import MODULES, operation
from mlipilot.runtime.report.data import JobRow, ReportInput
from mlipilot.runtime.report.evidence import read_json
from mlipilot.runtime.report.quantity import Quantity, Unknown, attempt, format_duration, quantity

FINISHED = ("done", "reused")
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class JobLine:
    """A job as the table shows it."""

    job: JobRow
    seconds: Quantity

    @property
    def key(self) -> str:
        """Enough of the key to find it."""
        return self.job.key[:12]


@dataclass(frozen=True)
class Record:
    """Section on provenance."""

    hashes: Facts
    packages: Facts
    hardware: Facts
    seeds: Facts
    training: Facts
    trains: bool
    """Whether a model was to be trained; without a list of jobs that is not known, and a model is expected."""
    jobs: tuple[JobLine, ...]
    counts: str
    device_time: str
    wall_time: str
    snippet: str | None
    model: str


def read_record(run: ReportInput, seed: int | None) -> Record:
    """Everything that the run is known by."""
    training = next((r for r in run.results if role_of(r.kind) is Role.TRAINING and r.seed == seed), None)
    found = (
        attempt(lambda: read_json(training.folder / "training.json"))
        if training is not None
        else Unknown("no model was trained")
    )
    about: Mapping[str, Any] = {} if isinstance(found, Unknown) else found
    model = "" if run.model_path is None else str(run.model_path)
    return Record(
        hashes=_facts(run.hashes),
        packages=_facts(run.packages),
        hardware=_facts(run.hardware),
        seeds=_seeds(run),
        training=_training(about),
        trains=not run.jobs or any(_is_training(job.kind) for job in run.jobs),
        jobs=tuple(JobLine(job, quantity(job.seconds, "s")) for job in run.jobs),
        counts=_counts(run.jobs),
        device_time=format_duration(quantity(run.device_seconds, "s")),
        wall_time=format_duration(quantity(run.wall_seconds, "s")),
        snippet=_snippet(model, str(about.get("dtype") or "float64")) if model else None,
        model=model,
    )


def failures(run: ReportInput) -> tuple[JobRow, ...]:
    """Jobs that failed, in the plan's order."""
    return tuple(job for job in run.jobs if job.state == "failed")


def unfinished(run: ReportInput) -> tuple[JobRow, ...]:
    """Jobs without a result that did not fail themselves."""
    return tuple(job for job in run.jobs if job.state not in (*FINISHED, "failed"))


def _facts(content: Mapping[str, Any]) -> Facts:
    return tuple((str(name).replace("_", " "), str(value)) for name, value in content.items() if value is not None)


def _seeds(run: ReportInput) -> Facts:
    return tuple(fact for kind in MODULES for fact in operation(kind).seeds(run.of_kind(kind)))


def _training(about: Mapping[str, Any]) -> Facts:
    facts: list[tuple[str, str]] = []
    for name, unit in (("parameters", ""), ("dtype", ""), ("device", ""), ("threads", ""), ("average_neighbours", "")):
        if name in about:
            value = quantity(about[name], unit, digits=4 if name == "average_neighbours" else None)
            facts.append((name.replace("_", " "), str(about[name]) if isinstance(value, Unknown) else str(value)))
    e0 = about.get("e0")
    if isinstance(e0, Mapping):
        shown = [f"{element} {quantity(energy, 'eV', digits=6)}" for element, energy in e0.items()]
        facts.append(("reference energies", ", ".join(shown)))
    scale = quantity(about.get("scale"), digits=4)
    if not isinstance(scale, Unknown):
        facts.append(("scaling", f"{about.get('scaling', '')}, {scale}"))
    return tuple(facts)


def _is_training(kind: str) -> bool:
    return kind in OPERATIONS and role_of(kind) is Role.TRAINING


def _counts(jobs: Sequence[JobRow]) -> str:
    words = {"done": "run", "reused": "reused"}
    tally: dict[str, int] = {}
    for job in jobs:
        tally[words.get(job.state, job.state)] = tally.get(words.get(job.state, job.state), 0) + 1
    return ", ".join(f"{number} {word}" for word, number in tally.items())


def _snippet(model: str, dtype: str) -> str:
    device = "cpu"
    path = repr(Path(model).as_posix())
    return "\n".join(
        (
            "from mace.calculators import MACECalculator",
            f"calculator = MACECalculator(model_paths={path}, device={device!r}, default_dtype={dtype!r})",
            "atoms.calc = calculator  # any ase.Atoms of the elements trained on; energies in eV, forces in eV/Å",
        )
    )
