"""Runs from Python: where they stand, what they printed, stopping them, their reports and audits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlipilot.interface.arguments import AnyPath, as_path, public
from mlipilot.interface.errors import MlipilotError, demand, value_of, warn
from mlipilot.interface.experiment import Experiment
from mlipilot.runtime.record import Run
from mlipilot.spec.diagnostics import Diagnostic

if TYPE_CHECKING:
    from mlipilot.runtime.execution.finding import Found
    from mlipilot.runtime.execution.outcome import JobState, Outcome
    from mlipilot.runtime.execution.standing import Standing
    from mlipilot.runtime.execution.verification import VerifiedRun
    from mlipilot.runtime.pilot.audit.replaying import Replayed
    from mlipilot.runtime.pilot.audit.target import Recorded, Rejudgement, Target
    from mlipilot.runtime.pilot.audit.verified import Verified
    from mlipilot.runtime.pilot.campaign.execution import Ended
    from mlipilot.runtime.pilot.campaign.steering import Suggested
    from mlipilot.runtime.pilot.outcome.folder import CampaignFolder

Which = Experiment | Run | AnyPath
"""A run: an experiment, its spec's path, the run's name or how that begins, or its folder."""


@public
def status(which: Which | None = None) -> Standing | CampaignFolder:
    """Where the jobs of a run, or the trials of a campaign, stand; without `which` of this folder's last run.

    Raises:
        MlipilotError: The run does not exist, or its record is damaged.
    """
    return _read(_found(which))


@public
def logs(job: str, which: Which | None = None, *, attempt: int | None = None) -> str:
    """What a job of the run `which` printed, in its last attempt or in number `attempt`.

    `job` is its id, or a part of it that no other job has. Without `which` it is of this folder's last run.

    Raises:
        MlipilotError: The run, the job or the attempt does not exist.
    """
    from mlipilot.runtime.execution.logs import find_job, log_of
    from mlipilot.runtime.execution.standing import standing

    found = _found(which)
    state = value_of(find_job(value_of(standing(*found[:2])), job))
    path = value_of(log_of(found.workspace.store, state, state.attempt if attempt is None else attempt))
    return path.read_text(encoding="utf-8", errors="replace")


@public
def logged_jobs(which: Which | None = None) -> list[JobState]:
    """The jobs of the run `which` that printed something: what failed or runs first, of the rest the latest.

    Raises:
        MlipilotError: The run does not exist, or none of its jobs was started.
    """
    from mlipilot.runtime.execution import logs
    from mlipilot.runtime.execution.standing import standing

    found = _found(which)
    return value_of(logs.logged_jobs(found.workspace.store, value_of(standing(*found[:2]))))


@public
def resume(which: Which | None = None, *, progress: bool = False) -> Outcome | Ended:
    """Run what the plan of the run `which` still lacks, and judge it, as `Experiment.execute` does with a spec's.

    Jobs on a cluster that nobody follows are followed again. `progress` writes lines to standard error.

    Raises:
        MlipilotError: The run does not exist, another process has it, data changed, or a package is missing.
    """
    return Experiment(_found(which).run.plan).execute(progress=progress)


@public
def cancel(which: Which | None = None) -> bool:
    """Stop the run `which` and wait until it is gone; finished results are kept. False where it was not running.

    Raises:
        MlipilotError: The run does not exist, it runs on another machine, or it does not end.
    """
    from mlipilot.runtime.execution import cancelling

    found = _found(which)
    return value_of(cancelling.cancel(found.run, found.workspace))


@public
def pause(which: Which | None = None, *, on: bool = True) -> Run:
    """Have the run `which` start nothing new, while what runs continues; with `on=False` have it continue.

    Raises:
        MlipilotError: The run does not exist, or it is a campaign that is closed.
    """
    from mlipilot.runtime.pilot.campaign import steering

    run = _found(which).run
    demand(steering.pause(run, on=on))
    return run


@public
def veto(trial: str, which: Which | None = None, *, because: str) -> None:
    """Forbid a trial of the campaign `which`, while it runs.

    `trial` is arm, replicate and number, as `status` has them: `"tpe/1/7"`; `because` is the reason, which is recorded.

    Raises:
        MlipilotError: The campaign or the trial does not exist, or it is decided already.
    """
    from mlipilot.runtime.pilot.campaign import steering

    demand(steering.veto(_found(which).run, trial, because))


@public
def propose(
    changes: Mapping[str, object], which: Which | None = None, *, because: str, arm: str | None = None
) -> Suggested:
    """Have an arm of the campaign `which` try an edit next, while it runs.

    `changes` are values by path of the search, as of `Experiment.edit`; `because` is the hypothesis, which is recorded;
    `arm` is arm and replicate, `"tpe/1"`, without it the pilot's own.

    Raises:
        MlipilotError: The campaign or the arm does not exist, it tries no more, or the edit lies outside the search.
    """
    from mlipilot.runtime.pilot.campaign import steering
    from mlipilot.spec.edit import changes_of

    made = value_of(changes_of(changes, because))
    return value_of(steering.propose(_found(which).run, arm, made, because))


@public
def report(which: Which | None = None, output: AnyPath | None = None) -> Path:
    """Write the report of the run or campaign `which` as it stands, to `output`, else in its folder; returns where.

    Raises:
        MlipilotError: The run does not exist, its record is damaged, or the page cannot be written.
    """
    from mlipilot.compiler.spec_files import refuse_to_overwrite
    from mlipilot.runtime.reporting.run import report_of

    found = _found(which)
    read = _read(found)
    path = found.run.report if output is None else as_path(output)
    demand(refuse_to_overwrite(path, ".html", "report"))
    demand(report_of(found.workspace, read, path))
    return path


@public
def verify(which: Which | None = None, *, archive: AnyPath | None = None) -> Verified | VerifiedRun:
    """Make every figure, decision and sum of a record again from what it was made of; what does not hold is a value.

    `which` may also be the folder of a record that was committed. With `archive` a campaign's record is copied there,
    to be committed: 2 MB compressed at most.

    Raises:
        MlipilotError: Nothing can be verified there.
    """
    from mlipilot.runtime.pilot.audit import target

    looked = target.verify(_target(which), None if archive is None else as_path(archive))
    if isinstance(looked, Diagnostic):
        raise MlipilotError([looked])
    return looked


@public
def rejudge(
    which: Which | None = None,
    *,
    thresholds: Mapping[str, str] | None = None,
    alpha: float | str | None = None,
    confirm_seeds: int | None = None,
) -> Rejudgement:
    """Decide a campaign again under other settings, from what its record has measured: no job, no model.

    `thresholds` are other bounds of its rules, with their units as in a spec: `{"force_rmse(cu.test)": "25 meV/Å"}`.
    `alpha` is another chance of a false accept in the whole campaign, as a number or as in a spec (`"1 %"`),
    `confirm_seeds` another number of fresh seeds a look adds. `which` may also be the folder of a committed record.

    Raises:
        MlipilotError: The campaign does not exist, its record is damaged, or a setting cannot be used.
    """
    from mlipilot.runtime.pilot.audit.target import decide_again

    bounds = [f"{metric}={value}" for metric, value in (thresholds or {}).items()]
    texts = (None if alpha is None else str(alpha), None if confirm_seeds is None else str(confirm_seeds))
    decided = decide_again(_recorded(which), bounds, *texts)
    if isinstance(decided, list):
        raise MlipilotError(decided)
    return decided


@public
def replay(which: Which | None = None) -> Replayed:
    """Repeat a campaign from its seeds and transcripts, and compare every entry; what differs is a value.

    `which` may also be the folder of a committed record.

    Raises:
        MlipilotError: The campaign does not exist, its record is damaged, or it cannot be repeated.
    """
    from mlipilot.runtime.pilot.audit import replaying

    return value_of(replaying.replay(*_recorded(which)))


def _name(which: Which | None) -> str | None:
    """What the command line would be given."""
    if isinstance(which, Experiment):
        return str(which.path)
    return None if which is None else str(which.folder if isinstance(which, Run) else as_path(which))


def _found(which: Which | None) -> Found:
    from mlipilot.runtime.execution.finding import find_run

    found = value_of(find_run(_name(which)))
    warn(filter(None, [found.note]), 4)
    return found


def _read(found: Found) -> Standing | CampaignFolder:
    from mlipilot.runtime.pilot.outcome.status import status_of

    read = status_of(found)
    if isinstance(read, Diagnostic):
        raise MlipilotError([read])
    return read


def _target(which: Which | None) -> Target:
    from mlipilot.runtime.pilot.audit.target import find_target

    target = value_of(find_target(_name(which)))
    warn(filter(None, [target.note]), 4)
    return target


def _recorded(which: Which | None) -> Recorded:
    from mlipilot.runtime.pilot.audit.target import recorded

    return value_of(recorded(_target(which)))
