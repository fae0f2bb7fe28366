"""A plan as a table: what each job is, whether its result is there, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from typing import Any

from mlipilot.compiler.estimate import in_bytes, in_words
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import Style, visible
from mlipilot.compiler.review import trials
from mlipilot.compiler.source_map import HEAD

_PREFIX = 12
"""Characters of a key that are shown."""
_HEADS = ("job", "operation", "state", "estimate", "memory", "threads", "key", "source")


@dataclass(frozen=True)
class Row:
    """One job."""

    job: str
    operation: str
    state: str
    """`reuse` where its result is there, else `run`."""
    seconds: float | None
    """Estimated, on its device."""
    memory_bytes: int | None
    """Peak, where a probe measured it."""
    threads: int
    key: str | None
    place: str
    """File and line of the block that it comes from."""


def rows(compiled: Compiled, keys: Mapping[str, str | None], done: Set[str]) -> list[Row]:
    """The jobs of a plan in their order; `done` are those whose results are in the store."""
    seconds, memory = (compiled.estimate.get(name, {}) for name in ("seconds", "memory_bytes"))
    return [
        Row(
            job.id,
            f"{job.operation} v{job.version}",
            "reuse" if job.id in done else "run",
            seconds.get(job.id),
            memory.get(job.id),
            job.threads,
            keys[job.id],
            source_place(compiled, compiled.places.get(job.id, {}).get(HEAD) or _line(compiled, job.id)),
        )
        for job in compiled.plan.jobs
    ]


def _line(compiled: Compiled, job: str) -> str | None:
    """The place of a job in a plan that knows no others."""
    line = compiled.lines.get(job)
    return None if line is None else f"{compiled.spec.name}:{line}"


def source_place(compiled: Compiled, place: str | None) -> str:
    """A place as it is opened from here: relative places are in the spec's folder."""
    return "" if place is None else str(compiled.spec.parent / place)


def as_text(table: list[Row], style: Style) -> str:
    """Columns with their heads."""
    cells = [
        (
            row.job,
            row.operation,
            row.state,
            in_words(row.seconds),
            "" if row.memory_bytes is None else in_bytes(row.memory_bytes),
            str(row.threads),
            (row.key or "unknown")[:_PREFIX],
            row.place,
        )
        for row in table
    ]
    widths = [max(len(line[column]) for line in [_HEADS, *cells]) for column in range(len(_HEADS))]
    lines = [style.paint(_line_of(_HEADS, widths), "strong")]
    for row, line in zip(table, cells, strict=True):
        text = _line_of(line, widths)
        lines.append(style.paint(text, "faint") if row.state == "reuse" else text)
    return "\n".join(lines)


def _line_of(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(visible(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def as_document(compiled: Compiled, table: list[Row], sentence: str) -> dict[str, Any]:
    """The table as JSON."""
    campaign = trials.as_document(compiled)
    return {
        "name": compiled.plan.name,
        "plan": compiled.plan.hash,
        "spec": str(compiled.spec),
        "summary": sentence,
        "jobs": [asdict(row) for row in table],
        **({} if campaign is None else {"campaign": campaign}),
    }
