"""A plan as a graph: jobs, and which of them need which others' files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlipilot.compiler.plan import Plan


def edges(plan: Plan) -> list[tuple[str, str]]:
    """Pairs of a job and one that needs it, each once, in the order of the plan."""
    found = [(source.job, job.id) for job in plan.jobs for source in job.inputs.values()]
    return list(dict.fromkeys(found))


def mermaid(plan: Plan) -> str:
    """For Markdown pages; ids are numbers, because a job's id may hold any letter."""
    number = {job.id: f"j{n}" for n, job in enumerate(plan.jobs)}
    nodes = [f'    {number[job.id]}["{_entities(job.id)}"]' for job in plan.jobs]
    arrows = [f"    {number[source]} --> {number[job]}" for source, job in edges(plan)]
    return "\n".join(["flowchart LR", *nodes, *arrows])


def _entities(text: str) -> str:
    """The text with what ends a label in mermaid written as its code."""
    return "".join(f"#{ord(c)};" if c in '"#&<>' else c for c in text)


def dot(plan: Plan) -> str:
    """For Graphviz."""
    nodes = [f"    {_quoted(job.id)} [shape=box];" for job in plan.jobs]
    arrows = [f"    {_quoted(source)} -> {_quoted(job)};" for source, job in edges(plan)]
    return "\n".join(["digraph plan {", "    rankdir=LR;", *nodes, *arrows, "}"])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def document(plan: Plan) -> dict[str, Any]:
    """For programs: nodes, and an edge for each file that is handed on."""
    return {
        "nodes": [{"job": job.id, "kind": job.kind, "operation": job.operation} for job in plan.jobs],
        "edges": [
            {"from": source.job, "to": job.id, "role": role, "file": source.file}
            for job in plan.jobs
            for role, source in job.inputs.items()
        ],
    }


DRAWINGS: dict[str, Callable[[Plan], str]] = {"mermaid": mermaid, "dot": dot}
"""By format, besides JSON."""
