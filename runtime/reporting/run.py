"""From a run's record to its report: which result files show what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.operations.verdict import VerdictInput
from mlipilot.compiler.plan import Compiled, Job
from mlipilot.runtime.encodings.benchmark.outcome import SCORES, BenchmarkOutcome, load_outcome
from mlipilot.runtime.execution.outcome import JobState, Outcome
from mlipilot.runtime.execution.standing import Standing, standing
from mlipilot.runtime.judgement.verdict import Verdict, load_verdict
from mlipilot.runtime.record import Workspace
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import unwritten

if TYPE_CHECKING:
    from mlipilot.runtime.pilot.outcome.folder import CampaignFolder
    from mlipilot.runtime.report import JobRow

_ELSEWHERE = "choose another with `-o`"


def report_run(workspace: Workspace, standing: Standing, path: Path) -> None:
    """Write a run's report; a run that failed or goes on is reported as far as it got."""
    # Drawing needs two seconds of imports, which an execution that changes nothing is spared.
    from mlipilot.runtime.report import ReportInput, Result
    from mlipilot.runtime.reporting.page import write_report

    plan = standing.compiled.plan
    states = {state.id: state for state in standing.jobs}
    done = [job for job in plan.jobs if states[job.id].state.has_result]
    verdict = run_verdict(workspace, standing)

    def folder(job: Job) -> Path:
        return workspace.store.entry(states[job.id].key).result

    write_report(
        ReportInput(
            name=plan.name,
            question=plan.question,
            verdict=verdict,
            hashes={
                "spec": plan.spec_hash,
                **({"scorecard": plan.scorecard_hash} if plan.scorecard_hash else {}),
                "plan": plan.hash,
            },
            packages={name: version or "not installed" for name, version in plan.packages.items()},
            hardware=standing.hardware,
            jobs=[_row(workspace, state) for state in standing.jobs],
            device_seconds=standing.device_seconds,
            wall_seconds=standing.wall_seconds,
            model_path=model_path(workspace, standing, verdict),
            results=[Result(job.kind, job.seed, folder(job), job.target, job.params, job.block) for job in done],
        ),
        path,
    )


def close_run(compiled: Compiled, workspace: Workspace, outcome: Outcome) -> Path | None:
    """After an execution: write the report where it is missing or out of date, hand out raw scores and the model.

    Returns where the accepted model is; None where none was accepted.
    """
    run = workspace.run(compiled.spec, compiled.plan.hash)
    found = standing(workspace, run)
    if isinstance(found, Diagnostic):
        return None
    if outcome.ran or not run.report.exists():
        report_run(workspace, found, run.report)
    for block, table in _scores(workspace, found).items():
        run.hand_out_scores(block, table)
    model = model_path(workspace, found, outcome.verdict)
    return run.hand_out(model) if model is not None else None


def _scores(workspace: Workspace, standing: Standing) -> dict[str, Path]:
    """Raw scores of the benchmarks of encodings that are done, by block."""
    states = {state.id: state for state in standing.jobs}
    compared = [(job.block, states[job.id]) for job in with_role(standing.compiled.plan.jobs, Role.COMPARISON)]
    done = {block: workspace.store.entry(state.key).result for block, state in compared if state.state.has_result}
    return {block: folder / SCORES for block, folder in done.items() if (folder / SCORES).exists()}


def campaign_report_of(found: CampaignFolder, path: Path) -> Diagnostic | None:
    """Write the report of a campaign; or why it cannot be written."""
    # Drawing needs two seconds of imports.
    from mlipilot.runtime.reporting.campaign import write_campaign_report

    try:
        write_campaign_report(found, path)
    except OSError as error:
        return unwritten(error, path, help=_ELSEWHERE)
    return None


def report_of(workspace: Workspace, read: Standing | CampaignFolder, path: Path) -> Diagnostic | None:
    """Write the report of a run or a campaign as it stands; or why it cannot be written."""
    if not isinstance(read, Standing):
        return campaign_report_of(read, path)
    try:
        report_run(workspace, read, path)
    except OSError as error:
        return unwritten(error, path, help=_ELSEWHERE)
    return None


def run_verdict(workspace: Workspace, standing: Standing) -> Verdict | None:
    """The verdict of a run; None where there is none yet."""
    judges = {job.id for job in with_role(standing.compiled.plan.jobs, Role.VERDICT)}
    judged = (state for state in standing.jobs if state.id in judges and state.state.has_result)
    found = (load_verdict(workspace.store.entry(state.key).result) for state in judged)
    return next((verdict for verdict in found if verdict is not None), None)


def run_benchmarks(workspace: Workspace, standing: Standing) -> list[BenchmarkOutcome]:
    """What the benchmarks of encodings of a run found, as far as they are done."""
    compares = {job.id for job in with_role(standing.compiled.plan.jobs, Role.COMPARISON)}
    done = (state for state in standing.jobs if state.id in compares and state.state.has_result)
    found = (load_outcome(workspace.store.entry(state.key).result) for state in done)
    return [outcome for outcome in found if outcome is not None]


def model_path(workspace: Workspace, standing: Standing, verdict: Verdict | None) -> Path | None:
    """The model that is handed out: the selected seed's; None unless a scorecard accepted one."""
    seed = verdict.selected_seed if verdict is not None and verdict.is_accepted else None
    if seed is None:
        return None
    judge = with_role(standing.compiled.plan.jobs, Role.VERDICT)[0]
    source = judge.inputs[VerdictInput(seed, "", "model.model").role]
    state = next(state for state in standing.jobs if state.id == source.job)
    return (workspace.store.entry(state.key).result / source.file).absolute()


def _row(workspace: Workspace, state: JobState) -> JobRow:
    from mlipilot.runtime.report import JobRow

    entry = workspace.store.entry(state.key) if state.key else None
    attempts = entry.attempts() if entry is not None else []
    return JobRow(
        state.id,
        state.kind,
        "pending" if state.state == "running" else state.state.value,  # type: ignore[arg-type]
        state.seconds or None,
        len(attempts),
        state.key,
        state.message,
        state.code,
        state.help,
    )
