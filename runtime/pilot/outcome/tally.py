"""The failures of a campaign, each kind apart, and all of them reconciled with what was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlipilot.runtime.pilot.outcome.result import OPEN, Result
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.pilot.trial import Failure


class Runs(NamedTuple):
    """Of one phase."""

    phase: str
    requested: int
    measured: int
    failed: Mapping[Failure, int]

    @property
    def is_reconciled(self) -> bool:
        """Whether every run that was asked for is one or the other."""
        return self.requested == self.measured + sum(self.failed.values())


class Tally(NamedTuple):
    """Counts over a whole campaign."""

    runs: tuple[Runs, ...]
    proposals: int
    trials: Mapping[str, int]
    """By state."""
    failures: Mapping[Failure, int]
    """Trials without a result, by whose fault that is."""
    faults: Mapping[str, int]
    """Answers of language models that were no calls, by class: they cost tokens, and no trial."""
    whose: Mapping[str, int]
    """The same by whose fault they are: the model's (`format`, `tamper`) or the endpoint's (`infrastructure`)."""
    attempts: int
    """Requests to language models."""
    unanswered: int

    @property
    def is_reconciled(self) -> bool:
        """Whether every proposal is a trial, and every run measured or failed."""
        return self.proposals == sum(self.trials.values()) and all(runs.is_reconciled for runs in self.runs)


def tally(result: Result) -> Tally:
    """Count a result's runs and trials."""
    trials = [trial for lane in result.lanes for trial in lane.trials]
    searched = [sample for trial in trials for sample in trial.samples]
    calibration = () if result.calibrated is None else result.calibrated.samples
    closing = [sample for sample in result.closing if sample.purpose != "sealed"]
    sealed = [sample for sample in result.closing if sample.purpose == "sealed"]
    faults: Counter[str] = Counter()
    whose: Counter[str] = Counter()
    for lane in result.lanes:
        whose.update(lane.reliability.failures)
        faults.update(lane.reliability.faults)
    return Tally(
        tuple(
            _runs(phase, samples)
            for phase, samples in (
                ("calibration", calibration),
                ("trials", searched),
                ("close, under new seeds", closing),
                ("close, on the sealed split", sealed),
            )
            if samples
        ),
        len(trials),
        dict(sorted(Counter(trial.state for trial in trials).items(), key=lambda item: item[0] == OPEN)),
        dict(Counter(trial.failure for trial in trials if trial.failure is not None)),
        dict(sorted(faults.items())),
        dict(sorted(whose.items())),
        sum(lane.reliability.attempts for lane in result.lanes),
        sum(lane.reliability.unanswered for lane in result.lanes),
    )


def _runs(phase: str, samples: Iterable[Sample]) -> Runs:
    found = [sample.measurement for sample in samples]
    failed = Counter(measurement.failure for measurement in found if measurement.failure is not None)
    return Runs(phase, len(found), sum(bool(measurement.figures) for measurement in found), dict(failed))
