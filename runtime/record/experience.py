"""What jobs took, kept in a workspace: a line a job, which later estimates on the same machine are made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from mlipilot.compiler.canonical import digest
from mlipilot.compiler.experience import Experience, Taken, experience, operation_on
from mlipilot.compiler.plan import Compiled, Plan
from mlipilot.compiler.workspace import workspace_folder

FILE = "experience.jsonl"
VERSION = 1
_LARGEST = 4_000_000
"""Bytes that are read, from the end."""


def machine_of(plan: Plan, hardware: Mapping[str, str | int]) -> str:
    """What figures hold for: the hardware and the packages."""
    return digest({"version": VERSION, "hardware": dict(hardware), "packages": dict(plan.packages)})[:16]


def remember(folder: Path, compiled: Compiled, run: str, machine: str, seconds: Mapping[str, float]) -> None:
    """Keep what jobs of a plan took; where it cannot be written there is nothing to keep."""
    base = compiled.estimate.get("analytic", compiled.estimate["seconds"])
    jobs = [job for job in compiled.plan.jobs if job.id in seconds and base.get(job.id)]
    lines = [
        json.dumps(
            {
                "machine": machine,
                "run": run,
                "operation": operation_on(job.operation, job.device),
                "estimated": base[job.id],
                "seconds": round(seconds[job.id], 3),
            }
        )
        for job in jobs
    ]
    if lines:
        with suppress(OSError), (folder / FILE).open("a", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")


def recalled(spec: Path, machine: str) -> Experience | None:
    """What runs in a workspace teach of a machine; damaged lines, and those of another machine, teach nothing."""
    try:
        with (workspace_folder(spec) / FILE).open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _LARGEST))
            lines = stream.read().splitlines()
    except OSError:
        return None
    return experience(_read(lines, machine))


def _read(lines: Iterable[bytes], machine: str) -> Iterable[Taken]:
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            if entry["machine"] == machine:
                yield Taken(
                    str(entry["run"]), str(entry["operation"]), float(entry["estimated"]), float(entry["seconds"])
                )


__all__ = ["machine_of", "recalled", "remember"]
