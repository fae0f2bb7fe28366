"""A lane: one arm in one replicate, trial after trial, as a coroutine that asks for measurements.

A trial is proposed, checked, screened by one run, then confirmed on fresh seeds of candidate and incumbent; what is
accepted is ablated. Every decision is a pure function of what was measured, and is written with its numbers.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.ablating import ablated
from mlipilot.runtime.pilot.campaign.calibrating import Calibration
from mlipilot.runtime.pilot.campaign.deciding import Decision, looked, screened
from mlipilot.runtime.pilot.campaign.design import Design, Refused
from mlipilot.runtime.pilot.campaign.incumbent import Incumbent
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.campaign.predictions import prediction
from mlipilot.runtime.pilot.campaign.requests import Measure, Measuring, Request, Steps, Think
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.campaign.settings import Settings, seed_of
from mlipilot.runtime.pilot.campaign.workshop import Workshop
from mlipilot.runtime.pilot.gate import spending
from mlipilot.runtime.pilot.gate.noise import Noise, pooled
from mlipilot.runtime.pilot.proposers.replay import read_proposal, recorded
from mlipilot.runtime.pilot.trial import Exhausted, Failure, Proposal, Proposer, Remaining, Trial
from mlipilot.spec.numerals import count
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

MOST_LOST = 3
"""Trials in a row that a machine may lose before a lane gives up."""
USER = "user"
"""The origin of a proposal that a person put into an arm of another's."""
MOST_TWINS = 10
"""Proposals in a row that were tried before, after which a lane ends."""


@dataclass
class Lane:
    """One arm in one replicate."""

    name: str
    settings: Settings
    rules: tuple[Rule, ...]
    space: SearchSpace
    proposer: Proposer
    log: LaneLog
    workshop: Workshop
    calibration: Calibration
    share: float | None
    """Device seconds that it may spend."""
    trusts: bool = True
    """Whether recorded proposals are taken as they are; else each is made again, and must be the same."""
    history: list[Trial] = field(default_factory=list)
    spent: float = 0.0
    ended: str = ""
    """Why it ended; empty while it goes on."""
    phase: str = ""

    def __post_init__(self) -> None:
        known = self.calibration.incumbent
        self.incumbent = Incumbent(known.design, known.trial, known.is_feasible, list(known.runs), list(known.screens))
        self.noises = dict(self.calibration.noises)
        self._decided: list[bool] = []
        self._steps: list[dict[str, Any]] = []

    # -- trial after trial --

    def steps(self) -> Steps:
        """All trials, until the lane ends."""
        self._begin()
        lost = twins = 0
        while not self.ended:
            number = len(self.history)
            reason = self._exhausted(number)
            proposal = None if reason else (yield from self._propose(number))
            if proposal is None or isinstance(proposal, Exhausted):
                self._end(reason or proposal.reason)  # type: ignore[union-attr]
                return
            trial = yield from self._trial(number, proposal)
            self.history.append(trial)
            lost = lost + 1 if trial.failure in (Failure.INFRASTRUCTURE, Failure.EVALUATOR) else 0
            twins = twins + 1 if trial.state == "duplicate" else 0
            if lost == MOST_LOST or twins == MOST_TWINS:
                what = "were lost to the machine" if lost else "had been tried before"
                self._end(f"{lost or twins} trials in a row {what}")

    def _begin(self) -> None:
        """Trial 0 is the baseline, which the calibration has measured."""
        runs = self.incumbent.runs
        trial = Trial(
            0,
            Proposal((), hypothesis="the baseline, to compare with", origin=self.name.rpartition("/")[0]),
            self.workshop.point(()),
            "accepted",
            judging.objective(self.rules, runs),
            judging.excess(self.rules, runs),
            len(runs),
            0.0,
            None,
            "the baseline",
        )
        self.log.write("baseline", share=self.share)
        self.workshop.tried(self.name, 0, trial.point)
        self.history.append(trial)

    def _exhausted(self, number: int) -> str:
        most = self.settings.limits.trials
        if most is not None and number > most:
            return "its trial is used" if most == 1 else f"its {most} trials are used"
        gate = self.settings.gate
        least = gate.screen_seeds + gate.confirm_seeds * (2 if self.incumbent.is_feasible else 1)
        if self._is_beyond(least):
            return "its device time does not reach for another confirmation"
        if objective_of(self.rules) is None and self.incumbent.is_feasible:
            return "a design satisfies the scorecard, which minimises nothing"
        return ""

    def _end(self, reason: str) -> None:
        self.log.write(
            "ended",
            reason=reason,
            trials=len(self.history) - 1,
            device_seconds=self.spent,
            accepted=self.incumbent.trial,
        )
        self.ended, self.phase = reason, ""

    # -- a proposal --

    def _propose(self, number: int) -> Generator[Request, object, Proposal | Exhausted]:
        past = self.log.next_is("proposed")
        if past is not None and self.trusts:
            proposal = read_proposal(past["proposal"])
            assert proposal is not None
            return proposal
        if self.trusts and self.log.next_is("ended") is not None:
            return Exhausted(str(self.log.next_is("ended")["reason"]))  # type: ignore[index]
        if past is not None and past["proposal"]["origin"] == USER:
            return read_proposal(past["proposal"]) or Exhausted("the record holds no proposal")
        suggested = self.workshop.suggestion(self.name) if past is None else None
        if suggested is not None:
            return suggested
        self.phase = "proposing"
        tokens, money = self.workshop.allowance(self.name)
        left = Remaining(
            None if self.settings.limits.trials is None else self.settings.limits.trials - number + 1,
            None if self.share is None else self.share - self.spent,
            tokens,
            money,
        )
        answer = yield Think(lambda: self.proposer.propose(self.history, self.space, left))
        assert isinstance(answer, (Proposal, Exhausted))
        return answer

    def _trial(self, number: int, proposal: Proposal) -> Generator[Request, object, Trial]:
        self._steps = []
        begun = self.spent
        past = self.log.next_is("proposed") if self.trusts else None
        point: Mapping[str, Data] = self.workshop.point(proposal.changes)
        if past is not None:
            twin, refused = past["twin"], past["refused"]
            made = None
        else:
            twin = self.workshop.twin(self.name, point) if proposal.changes else None
            made = self.workshop.design(proposal.changes)
            refused = [made.code, made.reason] if isinstance(made, Refused) else None
        self.log.write("proposed", trial=number, proposal=recorded(proposal), twin=twin, refused=refused)
        if twin is not None:
            state, reason, failure = "duplicate", f"the same point as trial {twin}", None
            measured: list[Measurement] = []
        elif refused is not None:
            state, reason, failure = "failed", str(refused[1]), Failure.CANDIDATE
            measured = []
        else:
            if made is None:
                made = self.workshop.design(proposal.changes)
            assert isinstance(made, Design)
            vetoed = self._vetoed(number)
            if vetoed is not None:
                state, reason, failure, measured = *vetoed, []
            else:
                state, reason, failure, measured = yield from self._gate(number, made)
        if failure in (None, Failure.CANDIDATE):
            # A point that was lost by no fault of its own may be proposed again.
            self.workshop.tried(self.name, number, point)
        trial = Trial(
            number,
            proposal,
            point,
            state,
            judging.objective(self.rules, measured),
            judging.excess(self.rules, measured),
            len(measured),
            self.spent - begun,
            failure,
            reason,
        )
        self.log.write(
            "trial",
            trial=number,
            state=state,
            reason=reason,
            failure=None if failure is None else failure.value,
            objective=trial.objective,
            violation=trial.violation,
            seeds=trial.seeds,
            device_seconds=trial.device_seconds,
            steps=self._steps,
            prediction=prediction(proposal, self.rules, measured, self.calibration.incumbent.runs),
        )
        self.phase = ""
        return trial

    # -- the gate --

    def _gate(
        self, number: int, made: Design
    ) -> Generator[Request, object, tuple[str, str, Failure | None, list[Measurement]]]:
        """State, reason, whose fault, and the whole runs of a candidate."""
        first, screened = yield from self._screen(number, made)
        whole = first if self.settings.fidelity == 1 else []
        stopped = self._stopped(first) or self._vetoed(number) or screened
        if stopped is not None:
            return (*stopped, [run for run in whole if run.failure is None])
        found = yield from self._confirm(number, made)
        state, reason, failure, measured = found
        return state, reason, failure, measured or whole

    def _screen(
        self, number: int, made: Design
    ) -> Generator[Request, object, tuple[list[Measurement], Decision | None]]:
        """The runs of the race, one seed after the other, and how it ends a candidate."""
        self.phase = "screening"
        found: list[Measurement] = []
        for place in range(self.settings.gate.screen_seeds):
            run = self.run(made, number, "screen", place, shortened=True)
            found += yield from self.measure([run])
            if self._stopped(found) is not None:
                return found, None
            decided = screened(self, found)
            if decided is not None:
                return found, decided
        return found, None

    def _confirm(
        self, number: int, made: Design
    ) -> Generator[Request, object, tuple[str, str, Failure | None, list[Measurement]]]:
        """Fresh seeds of both, look after look, until the constraints and the gain are decided."""
        gate = self.settings.gate
        level = spending.level(gate.alpha, gate.horizon, self._decided)
        ours: list[Measurement] = []
        theirs: list[Measurement] = []
        state, reason = "undecided", "the last look decided nothing"
        for look in range(1, gate.looks + 1):
            self.phase = f"confirming, look {look} of {gate.looks}"
            places = range((look - 1) * gate.confirm_seeds, look * gate.confirm_seeds)
            runs = [self.run(made, number, "candidate", place) for place in places]
            if self.incumbent.is_feasible:
                runs += [self.run(self.incumbent.design, number, "incumbent", place) for place in places]
            found = yield from self.measure(runs)
            ours += found[: len(places)]
            theirs += [run for run in found[len(places) :] if run.failure is None]
            stopped = _unrecorded(found) or self._stopped(found[: len(places)]) or self._vetoed(number)
            if stopped is not None:
                if found:
                    self._decided.append(False)
                return (*stopped, [run for run in ours if run.failure is None])
            decided = looked(self, look, level, ours, theirs)
            if decided is not None:
                state, reason = decided
                break
        self._decided.append(state == "accepted")
        self._learn(ours, theirs)
        if state != "accepted":
            self.incumbent.runs += theirs
            return state, reason, None, ours
        yield from self._accept(number, made, ours)
        return state, reason, None, ours

    def _accept(self, number: int, made: Design, ours: list[Measurement]) -> Generator[Request, object, None]:
        """Make a candidate the incumbent, without those of its changes that earn nothing."""
        kept, runs = made, ours
        if self.settings.ablate and len(made.changes) > 1:
            self.phase = "ablating"
            kept, runs = yield from ablated(self, number, made, ours)
        self.incumbent = Incumbent(kept, number, is_feasible=True, runs=list(runs))
        if self.settings.fidelity != 1:
            count = range(self.settings.gate.confirm_seeds)
            again = [self.run(kept, number, "rescreen", place, shortened=True) for place in count]
            found = yield from self.measure(again)
            self.incumbent.screens = [run for run in found if run.failure is None]
        changes = [list(change) for change in kept.changes]
        self.log.write("accepted", trial=number, changes=changes)
        self.workshop.accepted(self.name, kept, number)

    # -- measuring --

    def run(self, made: Design, number: int, purpose: str, place: int, *, shortened: bool = False) -> Run:
        seed = seed_of(self.settings.seed, self.name, number, purpose, place)
        fidelity = self.settings.fidelity if shortened else Fraction(1)
        return Run(made.changes, seed, fidelity, lane=self.name, trial=number, purpose=purpose, spec=made.spec)

    def measure(self, runs: list[Run]) -> Measuring:
        """Measure and record; nothing comes back where the budget does not reach."""
        if self._is_beyond(len(runs)):
            return []
        answer = yield Measure(tuple(runs))
        assert isinstance(answer, list)
        found: list[Measurement] = answer
        for run, measurement in zip(runs, found, strict=True):
            self.log.write(
                "measured", trial=run.trial, run=run.key, purpose=run.purpose, seed=run.seed, **measurement.document()
            )
            self.spent += measurement.device_seconds
        return found

    def _is_beyond(self, runs: int) -> bool:
        return self.share is not None and self.spent + runs * self.calibration.run_seconds > self.share

    def _stopped(self, found: list[Measurement]) -> Decision | None:
        """Why a trial ends whatever was measured: the budget, or a run that failed."""
        if not found:
            return "undecided", "the arm's device time does not reach further", None
        failed = next((run for run in found if run.failure is not None), None)
        if failed is not None and failed.is_unrecorded:
            return _unrecorded(found)
        return None if failed is None else ("failed", failed.reason, failed.failure)

    def _vetoed(self, number: int) -> Decision | None:
        past = self.log.next_is("vetoed")
        why = (
            str(past["because"])
            if past is not None
            else None
            if self.log.is_past
            else self.workshop.veto(self.name, number)
        )
        if why is None:
            return None
        self.log.write("vetoed", trial=number, because=why)
        return "vetoed", f"vetoed: {why}", None

    # -- what is known --

    @property
    def noise(self) -> Noise:
        place = objective_of(self.rules)
        assert place is not None
        return self.noises[place]

    def _learn(self, *arms: list[Measurement]) -> None:
        """Pool the variance of fresh seeds with what was known."""
        for place, rule in enumerate(self.rules):
            values = [[rule.level(value) for value in judging.estimates(place, runs)] for runs in arms if runs]
            self.noises[place] = pooled(self.noises[place], values)

    def step(self, what: str, **numbers: Any) -> None:
        self._steps.append({"step": what, **numbers})


def _unrecorded(found: list[Measurement]) -> Decision | None:
    """How a trial ends that needs runs which were never made, where a campaign is decided again."""
    lacking = sum(run.is_unrecorded for run in found)
    return ("undecided", f"needs {count(lacking, 'run')} that the record lacks", None) if lacking else None
