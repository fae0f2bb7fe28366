"""Verification of a run that is no campaign: its chain, its results' content, and its verdict made again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.operations.compare import CompareParameters
from mlipilot.compiler.plan import Job
from mlipilot.runtime.encodings.benchmark.outcome import load_outcome
from mlipilot.runtime.execution.outcome import JobState
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.judgement.number import Number
from mlipilot.runtime.judgement.scorecard import judge_seed, overall
from mlipilot.runtime.judgement.verdict import JudgedConstraint, SeedVerdict, load_verdict, read_verdict
from mlipilot.runtime.operations import measure
from mlipilot.runtime.record import Run, Workspace, altered
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

_TOLERANCE = 1e-9


@dataclass
class VerifiedRun:
    """What was looked at, and what does not hold."""

    entries: int = 0
    results: int = 0
    """Whose files were held against their manifests."""
    missing: list[str] = field(default_factory=list)
    """Jobs without a result."""
    figures: int = 0
    """Made again from predictions, trajectories and timings."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found that does not hold."""
        return not any(diagnostic.is_error for diagnostic in self.diagnostics)

    @property
    def is_whole(self) -> bool:
        """Whether there was a result of every job to hold against something."""
        return not self.missing

    def document(self) -> dict[str, Any]:
        """As JSON."""
        found = [{"code": d.code, "headline": d.headline, "help": d.help} for d in self.diagnostics]
        return {"holds": self.holds, "whole": self.is_whole, **vars(self), "diagnostics": found}

    def __repr__(self) -> str:
        words = "does not hold" if not self.holds else "everything holds" if self.is_whole else "holds in part"
        return in_a_line(
            "VerifiedRun", f"{words}:", f"{count(self.results, 'result')}, {count(self.figures, 'figure')}"
        )


def verify_run(workspace: Workspace, run: Run) -> VerifiedRun:
    """Verify what a run's record and results say."""
    read = standing(workspace, run)
    if isinstance(read, Diagnostic):
        return VerifiedRun(diagnostics=[read])
    found = VerifiedRun(entries=len(read.journal))
    if read.broken is not None:
        found.diagnostics.append(
            altered(run.journal, read.broken, "the record was altered or damaged; restore the file from a copy")
        )
    damaged: set[str] = set()
    for state in read.jobs:
        if not state.state.has_result:
            found.missing.append(state.id)
            continue
        found.results += 1
        bad = workspace.store.entry(state.key).damage()
        if bad:
            damaged.add(state.id)
            names = ", ".join(f"`{name}`" for name in bad)
            help_ = "it was altered or damaged; restore it from a copy, or execute again"
            found.diagnostics.append(Diagnostic("MLP0806", f"the result of `{state.id}`: {names}", help=help_))
    for role, again in ((Role.VERDICT, _judge_again), (Role.COMPARISON, _compare_again)):
        for job in with_role(read.compiled.plan.jobs, role):
            needed = {job.id, *(source.job for source in job.inputs.values())}
            if not needed & {*found.missing, *damaged}:
                again(workspace, read, job, found)
    return found


def _compare_again(workspace: Workspace, read: Standing, job: Job, found: VerifiedRun) -> None:
    """Make the outcome of a benchmark of encodings again from the scores of its folds, and hold every figure to it."""
    from mlipilot.runtime.encodings.benchmark.assembly import assemble  # few runs have such a benchmark

    states = {state.id: state for state in read.jobs}
    recorded = load_outcome(workspace.store.entry(states[job.id].key).result)
    ours, _ = assemble(CompareParameters.read(job.params), _inputs(workspace, states, job))
    if recorded is None:
        _differs(found, f"`{job.id}` has no outcome that can be read")
        return
    held, differing = differences(ours.document(), recorded.document())
    found.figures += held
    if differing:
        more = f" and {count(len(differing) - _SHOWN, 'other')}" if len(differing) > _SHOWN else ""
        what = ", ".join(f"`{place}`" for place in differing[:_SHOWN]) + more
        _differs(found, f"{what} in `{job.id}` is not what the run's files give")


_SHOWN = 3
"""Places that are named of those that differ."""


def differences(ours: Any, theirs: Any, place: str = "") -> tuple[int, list[str]]:
    """How many figures of two documents agree, and the places where they do not."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        parts = [(f"{place}.{name}".strip("."), ours.get(name), theirs.get(name)) for name in {**ours, **theirs}]
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        parts = [(f"{place}[{at}]", *pair) for at, pair in enumerate(zip(ours, theirs, strict=True))]
    else:
        is_same = ours == theirs or (_is_number(ours) and _is_number(theirs) and _is_close(ours, theirs))
        return (int(is_same and _is_number(ours)), []) if is_same else (0, [place])
    found = [differences(one, other, name) for name, one, other in parts]
    return sum(held for held, _ in found), [name for _, names in found for name in names]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _inputs(workspace: Workspace, states: Mapping[str, JobState], job: Job) -> dict[str, Path]:
    """Files of the results that a job reads, by role."""
    return {
        role: workspace.store.entry(states[source.job].key).result / source.file for role, source in job.inputs.items()
    }


def _judge_again(workspace: Workspace, read: Standing, job: Job, found: VerifiedRun) -> None:
    states = {state.id: state for state in read.jobs}
    recorded = load_verdict(workspace.store.entry(states[job.id].key).result) or read_verdict({})
    inputs = _inputs(workspace, states, job)
    outcomes = []
    for seed in job.params["seeds"]:
        ours = judge_seed(job.params, inputs, seed, measure)
        theirs = recorded.seeds.get(str(seed), SeedVerdict(""))
        outcomes.append(ours.outcome)
        pairs = list(zip(ours.constraints, theirs.constraints, strict=False))
        differing = [constraint.shown for constraint, other in pairs if not _are_same(constraint, other)]
        found.figures += len(pairs) - len(differing)
        if differing or len(pairs) != len(ours.constraints) or ours.outcome != theirs.outcome:
            what = ", ".join(f"`{shown}`" for shown in differing) or "the verdict"
            _differs(found, f"{what} of seed {seed} in `{job.id}` is not what the run's files give")
    if overall(outcomes) != recorded.outcome:
        said = recorded.outcome or "nothing"
        _differs(found, f"`{job.id}` says {said}, and the run's files give {overall(outcomes)}")


def _differs(found: VerifiedRun, headline: str) -> None:
    help_ = "the result was altered, or made by another version; restore it from a copy"
    found.diagnostics.append(Diagnostic("MLP0915", headline, help=help_))


def _are_same(ours: JudgedConstraint, theirs: JudgedConstraint) -> bool:
    pairs = ((ours.estimate, theirs.estimate), (ours.lower, theirs.lower), (ours.upper, theirs.upper))
    return ours.outcome == theirs.outcome and all(_is_same(*pair) for pair in pairs)


def _is_same(one: Number, other: Number) -> bool:
    if one.value is None or other.value is None:
        return one == other
    return math.isclose(one.value, other.value, rel_tol=_TOLERANCE, abs_tol=0.0)
