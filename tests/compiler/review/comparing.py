"""Plans of the copper spec, changed here and there, and what the comparison says of them."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.plan import Compiled, Job, job_keys
from mlipilot.compiler.review.difference import Change, difference
from mlipilot.spec.source import SourceFile

TEXT = (Path(__file__).parents[1] / "copper.mlp").read_text(encoding="utf-8")
HARDWARE = {"processor": "x", "cores": 2}


def plan(*changes: tuple[str, str]) -> Compiled:
    """The plan of the spec with parts of its text replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    checked = check_source(SourceFile("copper.mlp", text))
    assert checked.spec is not None
    # A run that a rule no longer names is remarked on, and planned all the same.
    assert [d for d in checked.diagnostics if d.code != "MLP0526"] == []
    found = compile_spec(checked.spec)
    assert isinstance(found, Compiled)
    return found


def with_jobs(compiled: Compiled, change: Callable[[Job], Job]) -> Compiled:
    """The plan with each of its jobs changed."""
    return compiled._replace(plan=replace(compiled.plan, jobs=tuple(change(job) for job in compiled.plan.jobs)))


def changed(old: Compiled, new: Compiled, stored: Set[str] = frozenset()) -> dict[str, Change]:
    """What becomes of each job."""
    found = difference(old, new, job_keys(old.plan, HARDWARE), job_keys(new.plan, HARDWARE), stored)
    return {change.job: change for change in found}


def why(change: Change) -> list[tuple[str, str, Any, Any]]:
    """The causes of a change: kind, subject, old and new."""
    return [(cause.kind, cause.subject, cause.old, cause.new) for cause in change.causes]
