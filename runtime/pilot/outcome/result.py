"""What came of a campaign: what its record amounts to.

The terminal, `status` and the report all show what stands here; none of them reads the record by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from mlipilot.runtime.pilot.campaign.arms import LANGUAGE_MODELS
from mlipilot.runtime.pilot.campaign.measurement import Measurement
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.campaign.settings import Settings
from mlipilot.runtime.pilot.gate.noise import Noise
from mlipilot.runtime.pilot.gate.plateau import Plateau
from mlipilot.runtime.pilot.gate.power import Forecast, forecast
from mlipilot.runtime.pilot.language.ledger import Cost
from mlipilot.runtime.pilot.language.reliability import Reliability
from mlipilot.runtime.pilot.outcome.final import Final
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.pilot.trial import Failure, Proposal
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

OPEN = "open"
"""The state of a trial that is not decided yet."""
Stage = Literal["calibrating", "searching", "closing", "closed"]


@dataclass(frozen=True)
class Edit:
    """A change of the baseline, with what stood there."""

    path: str
    before: str
    """Empty where the baseline is not at hand."""
    after: str
    because: str


@dataclass(frozen=True)
class TrialResult:
    """One trial: what was proposed, what was measured, what was decided."""

    number: int
    proposal: Proposal
    edits: tuple[Edit, ...]
    state: str
    reason: str
    failure: Failure | None
    objective: float | None
    """Mean over its whole runs, in base units; None where it was not measured."""
    violation: float | None
    seeds: int
    device_seconds: float
    spent: float
    """Device seconds of the lane up to its end."""
    steps: tuple[Mapping[str, Any], ...]
    prediction: Mapping[str, Any] | None
    kept: tuple[Edit, ...] | None
    """Of an accepted one: the changes that ablation left."""
    samples: tuple[Sample, ...]
    began: float
    """Seconds since the epoch."""

    def __repr__(self) -> str:
        return in_a_line("TrialResult", f"{self.number} {self.state}:", self.reason)


@dataclass(frozen=True)
class LaneResult:
    """One arm in one replicate."""

    name: str
    arm: str
    replicate: int
    trials: tuple[TrialResult, ...]
    ended: str
    """Why it ended; empty while it goes on."""
    spent: float
    share: float | None
    """Device seconds that it may spend; None where there is no limit, or the calibration goes on."""
    plateau: Plateau
    final: Final | None
    """Of what it accepted last; None where it accepted nothing."""
    cost: Cost
    """Of its language model."""
    is_priced: bool
    """Whether prices were known, so that the cost's money is that."""
    reliability: Reliability
    set_aside: int = 0
    """Tokens of its cost that were set aside for answers which have not said what they used."""

    @property
    def accepted(self) -> tuple[TrialResult, ...]:
        """Trials that were accepted, in order."""
        return tuple(trial for trial in self.trials if trial.kept is not None)

    @property
    def decided(self) -> int:
        """Trials that were decided."""
        return sum(trial.state != OPEN for trial in self.trials)

    @property
    def is_language_model(self) -> bool:
        """Whether a language model proposes."""
        return asks_language_model(self.arm)

    @property
    def money(self) -> Fraction | None:
        """That its language model cost; None where that is not known, or there is none."""
        is_known = self.is_language_model and (self.is_priced or not self.cost.tokens)
        return self.cost.money if is_known else None

    def __repr__(self) -> str:
        return in_a_line(
            "LaneResult", f"{self.name}:", f"{count(len(self.trials), 'trial')}, {len(self.accepted)} accepted"
        )


@dataclass(frozen=True)
class Calibrated:
    """What the calibration learned."""

    samples: tuple[Sample, ...]
    noise: tuple[Noise, ...]
    """By rule, on its scale of comparison."""
    assumed: tuple[bool, ...]
    """By rule: whether the baseline did not tell."""
    outcome: str
    reason: str
    run_seconds: float
    spent: float

    @property
    def whole(self) -> list[Measurement]:
        """Sound runs of the baseline, one for each seed."""
        found = [sample for sample in self.samples if sample.purpose == "calibration"]
        return [sample.measurement for sample in found if sample.measurement.failure is None]

    def __repr__(self) -> str:
        return in_a_line(
            "Calibrated", self.outcome, f"{self.reason}:" if self.reason else "", count(len(self.samples), "run")
        )


@dataclass(frozen=True)
class Result:
    """A campaign as its record shows it, finished or not."""

    name: str
    question: str
    hashes: Mapping[str, str]
    packages: Mapping[str, str]
    settings: Settings
    rules: tuple[Rule, ...]
    calibrated: Calibrated | None
    lanes: tuple[LaneResult, ...]
    closing: tuple[Sample, ...]
    """Of the close: runs under new seeds, then what the seal gave."""
    stage: Stage
    began: float
    last: float
    """Times of the first and the last entry, in seconds since the epoch."""

    @property
    def objective(self) -> Rule | None:
        """The rule that says what is improved."""
        place = objective_of(self.rules)
        return None if place is None else self.rules[place]

    @property
    def spent(self) -> float:
        """Device seconds of everything that was measured."""
        common = self.closing if self.calibrated is None else (*self.calibrated.samples, *self.closing)
        return sum(sample.measurement.device_seconds for sample in common) + sum(lane.spent for lane in self.lanes)

    @property
    def tokens(self) -> int:
        """Of all language models."""
        return sum(lane.cost.tokens for lane in self.lanes)

    @property
    def set_aside(self) -> int:
        """Of the tokens, those that no answer has accounted for."""
        return sum(lane.set_aside for lane in self.lanes)

    @property
    def money(self) -> Fraction | None:
        """Of all language models; None where that of one is not known, or there is none."""
        spent = [lane.money for lane in self.lanes if lane.is_language_model]
        known = [money for money in spent if money is not None]
        return sum(known, Fraction(0)) if spent and len(known) == len(spent) else None

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Every measurement of the record."""
        found = [] if self.calibrated is None else [*self.calibrated.samples]
        found += [sample for lane in self.lanes for trial in lane.trials for sample in trial.samples]
        return (*found, *self.closing)

    @property
    def power(self) -> Forecast:
        """What as many trials of each arm as the budget allows can find."""
        most = self.settings.limits.trials or max((len(lane.trials) for lane in self.lanes), default=0)
        return forecast(max(1, most), self.settings.gate, len(self.settings.baseline_seeds))

    @property
    def best(self) -> LaneResult | None:
        """The lane whose accepted model is best: one that passes before one that does not, then by the objective."""
        place = objective_of(self.rules)

        def rank(final: Final) -> tuple[int, float]:
            loss = 0.0 if place is None else self.rules[place].loss(final.mean(place))
            order = {"accepted": 0, "undecided": 1, "rejected": 2}[final.verdict(self.rules)]
            return order, loss if math.isfinite(loss) else math.inf

        found = [(lane, lane.final) for lane in self.lanes if lane.final is not None]
        return min(found, key=lambda pair: rank(pair[1]))[0] if found else None

    def __repr__(self) -> str:
        return in_a_line("Result", f"({self.stage})", f"{self.name}:", count(len(self.lanes), "lane"))


def asks_language_model(arm: str) -> bool:
    """Whether an arm's proposer is a language model."""
    return arm.partition("(")[0] in LANGUAGE_MODELS
