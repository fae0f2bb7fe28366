"""The laboratory: runs as jobs of this machine, reused where they were made before."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from mlipilot.compiler.lower.campaign import as_baseline
from mlipilot.compiler.operations import Role, role_of
from mlipilot.compiler.plan import Input, Job, Plan, job_keys
from mlipilot.runtime.execution.dispatch import TICK_SECONDS, Dispatch
from mlipilot.runtime.execution.outcome import JobState, State
from mlipilot.runtime.judgement.sealed import NotJudged, load_sealed, sealed_verdict
from mlipilot.runtime.judgement.verdict import SeedVerdict, Verdict, load_verdict
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE
from mlipilot.runtime.pilot.campaign.jobs import jobs_of, named_for, seal_jobs
from mlipilot.runtime.pilot.campaign.labels import asked
from mlipilot.runtime.pilot.campaign.measurement import Figure, Measurement, Run
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.trial import Failure
from mlipilot.spec.diagnostics import CATALOGUE
from mlipilot.spec.document import Spec

MOST_ATTEMPTS = 2
"""Of a job whose process died; one that said why it failed is not asked again."""
_DIED = "MLP0803"


class _Made(NamedTuple):
    """A run whose jobs were handed out."""

    run: Run
    jobs: tuple[str, ...]
    """Ids, the verdict's last."""


class JobLaboratory:
    """Makes runs by a dispatch of jobs."""

    def __init__(
        self,
        plan: Plan,
        rules: tuple[Rule, ...],
        dispatch: Dispatch,
        hardware: Mapping[str, Any],
    ) -> None:
        self._plan, self._rules, self._dispatch, self._hardware = plan, rules, dispatch, hardware
        self._open: dict[str, _Made] = {}
        self._tries: Counter[str] = Counter()
        self._ids: dict[str, str] = {}
        self._users: Counter[str] = Counter()
        self._seal: tuple[str, tuple[str, ...]] | None = None
        self._seeds: list[int] = []

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more will be made."""
        return self._dispatch.stopping and self._dispatch.is_idle

    # -- handing out --

    def jobs(self, run: Run) -> list[Job]:
        """The jobs of a run, under ids that no other run's have."""
        made = jobs_of(self._plan, run, _spec(run))
        if run.lane == BASELINE and run.fidelity == 1:
            return as_baseline(made)
        return named_for(run, made)

    def submit(self, run: Run) -> None:
        """Hand out the jobs of a run; what another run shares is made once."""
        if run.key in self._open:
            return
        jobs = self.jobs(run)
        ids = self._add(jobs, {job.id: run for job in jobs})
        self._open[run.key] = _Made(run, ids)

    def _add(self, jobs: list[Job], runs: Mapping[str, Run]) -> tuple[str, ...]:
        """Hand out jobs, each for a run; what was handed out before is not again."""
        keys = job_keys(replace(self._plan, jobs=tuple(jobs)), self._hardware)
        names: dict[str, str] = {}
        for job in jobs:
            key = keys[job.id]
            assert key is not None
            name = self._ids.get(key)
            if name is None or name not in self._dispatch.states:
                inputs = {role: Input(names[source.job], source.file) for role, source in job.inputs.items()}
                self._dispatch.add(replace(job, inputs=inputs), asked(runs.get(job.id), job, key))
                self._ids[key] = name = job.id
            names[job.id] = name
            self._users[name] += 1
        return tuple(names.values())

    # -- taking in --

    def results(self) -> list[tuple[Run, Measurement]]:
        """Runs that ended since; jobs go on meanwhile."""
        found = self._ended()
        if not found:
            if self._dispatch.is_idle:
                time.sleep(TICK_SECONDS)
            self._dispatch.step()
            self._dispatch.skip()
            found = self._ended()
        return found

    def _ended(self) -> list[tuple[Run, Measurement]]:
        found = []
        for key, made in list(self._open.items()):
            states = [self._dispatch.states[job] for job in made.jobs]
            if any(state.state in (State.PENDING, State.RUNNING) for state in states):
                continue
            failed = next((state for state in states if state.state in (State.FAILED, State.STOPPED)), None)
            if failed is not None and self._retried(failed):
                continue
            if failed is not None and failed.state is State.STOPPED:
                continue  # the campaign is being stopped; it will be asked for again
            found.append((made.run, self._measurement(made, states, failed)))
            del self._open[key]
            if made.run.lane != BASELINE:
                self._release(made.jobs)
        return found

    def _retried(self, failed: JobState) -> bool:
        if failed.code != _DIED or self._dispatch.stopping or self._tries[failed.key] + 1 >= MOST_ATTEMPTS:
            return False
        self._tries[failed.key] += 1
        self._dispatch.again(failed.id)
        return True

    def _release(self, jobs: tuple[str, ...]) -> None:
        for job in jobs:
            self._users[job] -= 1
            if not self._users[job]:
                self._ids.pop(self._dispatch.states[job].key, None)
                self._dispatch.forget(job)

    def _measurement(self, made: _Made, states: list[JobState], failed: JobState | None) -> Measurement:
        seconds = sum(self._seconds(state) for state in states if self._pays_for(made.run, state.kind))
        if failed is not None:
            reason = f"{failed.code} {failed.message}"
            return Measurement((), seconds, "", _fault(failed), failed.code, reason)
        verdict = states[-1]
        entry = self._dispatch.entry(verdict)
        damaged = entry.damage()
        if damaged:
            reason = f"MLP0806 `{damaged[0]}` of `{verdict.id}` was changed after it was published"
            return Measurement((), seconds, verdict.key, Failure.TAMPER, "MLP0806", reason)
        return Measurement(self._figures(load_verdict(entry.result), made.run.seed), seconds, verdict.key)

    def _pays_for(self, run: Run, kind: str) -> bool:
        """Whether jobs of a kind count as a run's: the data are the first run's, and what is measured again was made.

        Other runs count what they share with another as if they had made it: what a design costs is not luck.
        """
        assert self._plan.campaign is not None
        if role_of(kind).is_data:
            return run.purpose == "calibration" and run.seed == self._plan.campaign["baseline_seeds"][0]
        return role_of(kind) is not Role.TRAINING or not run.repeat

    def _seconds(self, state: JobState) -> float:
        """Device seconds of a job: all its attempts, also those of an earlier execution."""
        entry = self._dispatch.entry(state)
        records = (entry.exit(attempt) for attempt in entry.attempts())
        return sum(float(record["seconds"]) for record in records if record is not None)

    # -- the seal --

    def open_seal(self, runs: tuple[Run, ...]) -> None:
        """Hand out the one job that judges the models of these runs on sealed data."""
        trained = {job.id: run for run in runs for job in self.jobs(run)}
        ids = self._add(seal_jobs(self._plan, [(run, _spec(run)) for run in runs]), trained)
        self._seal = ids[-1], tuple(run.key for run in runs)
        self._seeds = [run.seed for run in runs]

    def opened(self) -> list[Measurement] | None:
        """What the seal gave for each run; None while it is being opened."""
        assert self._seal is not None
        job, keys = self._seal
        state = self._dispatch.states[job]
        if state.state in (State.PENDING, State.RUNNING):
            return None
        if state.state is State.FAILED and self._retried(state):
            return None
        if not state.state.has_result:
            reason = f"{state.code} {state.message}"
            return [Measurement((), 0.0, "", _fault(state), state.code, reason)] * len(keys)
        sealed = load_sealed(self._dispatch.entry(state).result) or {}
        seconds = self._seconds(state) / len(keys)
        found = []
        for key, seed in zip(keys, self._seeds, strict=True):
            verdict = sealed_verdict(sealed, key)
            if isinstance(verdict, NotJudged):
                code = verdict.code or _DIED
                found.append(Measurement((), seconds, state.key, Failure.CANDIDATE, code, verdict.message))
            else:
                found.append(Measurement(self._figures(verdict, seed), seconds, state.key))
        return found

    def _figures(self, verdict: Verdict | None, seed: int) -> tuple[Figure, ...]:
        found = None if verdict is None else figures(verdict.seeds.get(str(seed)), self._rules)
        assert found is not None
        return found


def figures(judged: SeedVerdict | None, rules: tuple[Rule, ...]) -> tuple[Figure, ...] | None:
    """The figures of a seed's verdict in base units, in the order of the rules.

    None where the verdict is of other rules, or damaged.
    """
    if judged is None or len(judged.constraints) != len(rules):
        return None
    numbers = [(found.estimate, found.lower, found.upper) for found in judged.constraints]
    if any(number.is_damaged for of_rule in numbers for number in of_rule):
        return None
    return tuple(Figure(*(number.value for number in of_rule)) for of_rule in numbers)


def _spec(run: Run) -> Spec:
    assert run.spec is not None
    return run.spec


def _fault(state: JobState) -> Failure:
    """Whose fault a failed job is: a design's, a machine's, or of what measures."""
    if state.code in CATALOGUE and CATALOGUE[state.code].of_design:
        return Failure.CANDIDATE
    is_made = role_of(state.kind).is_data or role_of(state.kind) is Role.TRAINING
    return Failure.INFRASTRUCTURE if is_made else Failure.EVALUATOR
