"""How `execute` ends: the scorecard on the terminal, the report, the model and how to load it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mlipilot.cli.explaining import hint
from mlipilot.cli.proof import show
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import style_for
from mlipilot.runtime.display.benchmark import benchmark_text
from mlipilot.runtime.display.scorecard import scorecard_text
from mlipilot.runtime.display.words import duration
from mlipilot.runtime.execution.outcome import Outcome, State
from mlipilot.runtime.record import Run, Workspace
from mlipilot.runtime.reporting.run import close_run
from mlipilot.spec.diagnostics.refusal import REFUSED, refusal

_SNIPPET = """\
from ase.io import read
from mace.calculators import MACECalculator
atoms = read("structure.xyz"); atoms.calc = MACECalculator(model_paths="{path}", device="{device}")"""


def close(compiled: Compiled, workspace: Workspace, outcome: Outcome, *, gate: bool, as_json: bool) -> int:
    """Print what came out, write the report where anything is new, and return the exit code."""
    run = workspace.run(compiled.spec, compiled.plan.hash)
    if any(said.code == REFUSED for said in outcome.diagnostics):
        print(_count(outcome), file=sys.stderr)
        return 1
    model, unwritten = None, None
    try:
        model = close_run(compiled, workspace, outcome)
    except OSError as error:
        unwritten = refusal(error, run.report)
    if as_json:
        print(json.dumps(_document(compiled, run, outcome, model), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        _print(compiled, run, outcome, model, reported=unwritten is None)
    if unwritten is not None:
        show([unwritten])
        return 1
    if outcome.interrupted and not outcome.diagnostics:
        return 130
    if not outcome.is_complete:
        return 1
    if gate and outcome.passes and outcome.verdict is None and not any(found.required for found in outcome.benchmarks):
        print("nothing is required, so the gate has nothing to refuse", file=sys.stderr)
    return 3 if gate and not outcome.passes else 0


def stopped(compiled: Compiled, *, detached: bool) -> str:
    """What a signal left, and how it continues."""
    again = f"`mlipilot execute {compiled.spec}`"
    if not detached:
        return f"stopped; {again} continues from here"
    return (
        f"what was submitted continues without this process: `mlipilot status {compiled.spec}` shows it, "
        f"{again} follows it again, `mlipilot cancel {compiled.spec}` ends it"
    )


def _print(compiled: Compiled, run: Run, outcome: Outcome, model: Path | None, *, reported: bool) -> None:
    for job in outcome.jobs:
        if job.state is State.FAILED:
            print(f"\nerror[{job.code}]: `{job.id}` failed: {job.message}", file=sys.stderr)
            if job.help:
                print(f"  = help: {job.help}", file=sys.stderr)
    failed = [job.code for job in outcome.jobs if job.state is State.FAILED]
    if failed:
        print(f"\n{hint(failed)}", file=sys.stderr)
    if outcome.verdict is not None:
        print("\n" + scorecard_text(outcome.verdict, style_for(sys.stdout)))
    for benchmark in outcome.benchmarks:
        print("\n" + benchmark_text(benchmark, style_for(sys.stdout)))
    if outcome.ran:
        print(f"\n{_count(outcome)} in {duration(outcome.wall_seconds)}")
    if outcome.interrupted:
        print(stopped(compiled, detached=outcome.detached))
    if reported:
        print(f"report   {relative(run.report)}")
    for scores in (run.scores(benchmark.block) for benchmark in outcome.benchmarks):
        if scores.exists():
            print(f"scores   {relative(scores)}")
    if model is not None:
        device = compiled.plan.engine["device"]
        print(f"model    {relative(model)}\n\n{_SNIPPET.format(path=relative(model), device=device)}")


def _count(outcome: Outcome) -> str:
    words = []
    for state in (State.DONE, State.REUSED, State.FAILED, State.STOPPED, State.SKIPPED, State.PENDING):
        count = sum(job.state is state for job in outcome.jobs)
        if count:
            words.append(f"{count} {state.value}")
    return "jobs: " + ", ".join(words)


def relative(path: Path) -> str:
    """A path as it is typed from here."""
    here = Path.cwd()
    path = path.absolute()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _document(compiled: Compiled, run: Run, outcome: Outcome, model: Path | None) -> dict[str, Any]:
    return {
        "run": run.name,
        "plan": compiled.plan.hash,
        "verdict": outcome.verdict.document() if outcome.verdict is not None else None,
        "benchmarks": [benchmark.document() for benchmark in outcome.benchmarks],
        "report": str(run.report.absolute()),
        "model": str(model) if model is not None else None,
        "interrupted": outcome.interrupted,
        "wall_seconds": outcome.wall_seconds,
        "jobs": [job.as_dict() for job in outcome.jobs],
    }
