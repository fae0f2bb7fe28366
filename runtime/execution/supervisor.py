"""The supervisor: has a plan's jobs run, within its budget, and says how that ended."""

from __future__ import annotations

from contextlib import ExitStack

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.encodings.benchmark.outcome import load_outcome
from mlipilot.runtime.execution.outcome import JobState, Outcome
from mlipilot.runtime.execution.session import Session, open_session
from mlipilot.runtime.execution.watcher import Silent, Watcher
from mlipilot.runtime.judgement.verdict import load_verdict
from mlipilot.runtime.record import Workspace
from mlipilot.runtime.record.about import About
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import refusal


def execute(compiled: Compiled, workspace: Workspace, watcher: Watcher | None = None) -> Outcome:
    """Run what a plan still lacks.

    Finished jobs are reused, interrupted ones resumed. A plan that another process executes, or that was compiled
    with other package versions, is refused with a diagnostic.
    """
    try:
        with ExitStack() as stack:
            session = open_session(compiled, workspace, watcher or Silent(), stack)
            return Outcome([], diagnostics=[session]) if isinstance(session, Diagnostic) else supervise(session)
    except OSError as error:  # before the first job, or when the lease is given back
        return _finished(compiled, workspace) or Outcome([], diagnostics=[refusal(error, workspace.root)])


def _finished(compiled: Compiled, workspace: Workspace) -> Outcome | None:
    """How a run ended whose jobs all have results: where nothing can be written, nothing has to be."""
    run = workspace.run(compiled.spec, compiled.plan.hash)
    session = Session(compiled, workspace, run, Silent())
    states = _taken_in(session)
    return _outcome(session, states) if run.is_begun and all(state.state.has_result for state in states) else None


def _taken_in(session: Session) -> list[JobState]:
    return [session.dispatch.add(job, About.of(job, session.keys[job.id])) for job in session.plan.jobs]


def supervise(session: Session) -> Outcome:
    """Have all jobs of a session's plan run."""
    dispatch = session.dispatch
    states = _taken_in(session)
    if not all(state.state.has_result for state in states):
        session.open([state.id for state in states if state.state.has_result])
        dispatch.allowance = session.allowance
        with session.running(states):
            while True:
                session.tick()
                dispatch.step()
                if dispatch.is_idle:
                    break
            dispatch.skip()
    elif not session.run.is_begun:
        session.write_down(states)
    if session.loss is not None:
        return Outcome([], diagnostics=session.diagnostics)
    return _outcome(session, states)


def _outcome(session: Session, states: list[JobState]) -> Outcome:
    done = {state.id: session.dispatch.entry(state).result for state in states if state.state.has_result}
    judges = with_role(session.plan.jobs, Role.VERDICT)
    verdict = next((load_verdict(done[job.id]) for job in judges if job.id in done), None)
    comparisons = with_role(session.plan.jobs, Role.COMPARISON)
    compared = [load_outcome(done[job.id]) for job in comparisons if job.id in done]
    return Outcome(
        states,
        verdict,
        tuple(found for found in compared if found is not None),
        session.is_interrupted,
        session.dispatch.detached,
        session.diagnostics,
        wall_seconds=session.seconds,
    )
