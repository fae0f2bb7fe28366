"""Campaigns on a machine whose truth is known: how often each way of accepting edits is fooled, and what it finds.

Every campaign tries `CANDIDATES` edits. An edit changes a metric by nothing or, if it is real, by -2; a run measures it
with Gaussian noise of standard deviation 1. Our gate decides by its own code; the policies that others use are written
here as they are described in words.

    python tests/sim/campaigns.py [--campaigns 1000] [--seed 0]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mlipilot import _core
from mlipilot.runtime.pilot.gate.confirmation import confirm
from mlipilot.runtime.pilot.gate.noise import Noise, calibrate, pooled
from mlipilot.runtime.pilot.gate.screening import screen
from mlipilot.runtime.pilot.gate.settings import Settings
from mlipilot.runtime.pilot.gate.spending import level

CANDIDATES = 50
GAIN = 2.0
BASELINE_SEEDS = 5


@dataclass
class Truth:
    """What a campaign is about: the effect of each edit, and the noise of each run."""

    generator: np.random.Generator
    real_share: float
    effects: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.effects = np.where(self.generator.random(CANDIDATES) < self.real_share, -GAIN, 0.0)

    def runs(self, mean: float, count: int) -> list[float]:
        """Values of fresh seeds."""
        return (mean + self.generator.standard_normal(count)).tolist()  # type: ignore[no-any-return]


@dataclass
class Outcome:
    """What came of one campaign."""

    false: int = 0
    true: int = 0
    real: int = 0
    runs: int = 0
    optimism: float = 0.0
    """By how much the reported value is better than the true one, in σ."""


Policy = Callable[[Truth], Outcome]


def greedy(truth: Truth) -> Outcome:
    """One run each, kept if it is better than the record."""
    mean, record = 0.0, truth.runs(0.0, 1)[0]
    outcome = Outcome(real=int((truth.effects < 0).sum()), runs=1)
    for effect in truth.effects:
        value = truth.runs(mean + effect, 1)[0]
        outcome.runs += 1
        if value < record:
            record, mean = value, mean + effect
            _count(outcome, effect)
    outcome.optimism = mean - record
    return outcome


def paired(seeds: int, accepts: Callable[[float, float, int, int], bool]) -> Policy:
    """`seeds` runs each, paired with the runs that the incumbent was accepted by."""

    def policy(truth: Truth) -> Outcome:
        mean, cached = 0.0, truth.runs(0.0, seeds)
        outcome = Outcome(real=int((truth.effects < 0).sum()), runs=seeds)
        for number, effect in enumerate(truth.effects, 1):
            values = truth.runs(mean + effect, seeds)
            outcome.runs += seeds
            gains = np.subtract(cached, values)
            error = float(gains.std(ddof=1)) / seeds**0.5
            if accepts(float(gains.mean()), error, number, outcome.false + outcome.true):
                cached, mean = values, mean + effect
                _count(outcome, effect)
        outcome.optimism = mean - float(np.mean(cached))
        return outcome

    return policy


def race(alpha: float) -> Policy:
    """One seed must beat the record; then five fresh seeds of both arms, t test at `alpha`, gain above σ/2."""

    def policy(truth: Truth) -> Outcome:
        mean, record = 0.0, float(np.mean(truth.runs(0.0, 5)))
        outcome = Outcome(real=int((truth.effects < 0).sum()), runs=5)
        for effect in truth.effects:
            outcome.runs += 1
            if truth.runs(mean + effect, 1)[0] >= record:
                continue
            ours, theirs = truth.runs(mean + effect, 5), truth.runs(mean, 5)
            outcome.runs += 10
            gain = float(np.mean(theirs) - np.mean(ours))
            error = float(np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 5))
            if gain > 0.5 and _core.student_tail(gain / error, 8) < alpha:
                record, mean = float(np.mean(ours)), mean + effect
                _count(outcome, effect)
        outcome.optimism = mean - record
        return outcome

    return policy


def gated(settings: Settings) -> Policy:
    """Our gate, by its own code; σ is not told but calibrated."""

    def policy(truth: Truth) -> Outcome:
        mean, known = 0.0, truth.runs(0.0, BASELINE_SEEDS)
        noise = calibrate(known)
        assert isinstance(noise, Noise)
        outcome = Outcome(real=int((truth.effects < 0).sum()), runs=BASELINE_SEEDS)
        decided: list[bool] = []
        for effect in truth.effects:
            first: list[float] = []
            while (screening := screen(first, known, noise, settings)).outcome == "more":
                first += truth.runs(mean + effect, 1)
            outcome.runs += len(first)
            if screening.outcome == "stop":
                continue
            allowed = level(settings.alpha, settings.horizon, decided)
            ours: list[float] = []
            theirs: list[float] = []
            while (confirmation := confirm(ours, theirs, noise, allowed, settings)).outcome == "more":
                ours += truth.runs(mean + effect, settings.confirm_seeds)
                theirs += truth.runs(mean, settings.confirm_seeds)
            outcome.runs += len(ours) + len(theirs)
            noise = pooled(noise, [ours, theirs])
            decided.append(confirmation.outcome == "accept")
            if decided[-1]:
                known, mean = ours, mean + effect
                _count(outcome, effect)
            else:
                known = known + theirs
        outcome.optimism = mean - float(np.mean(known))
        return outcome

    return policy


def _count(outcome: Outcome, effect: float) -> None:
    if effect < 0:
        outcome.true += 1
    else:
        outcome.false += 1


POLICIES: dict[str, Policy] = {
    "greedy, 1 run": greedy,
    "paired 0.2 SE, n=3": paired(3, lambda gain, error, *_: gain > 0.2 * error),
    "paired 1 SE, n=3": paired(3, lambda gain, error, *_: gain > error),
    "paired t 0.05, n=3": paired(3, lambda gain, error, *_: _core.student_tail(gain / error, 2) < 0.05),
    "paired t 0.05, n=5": paired(5, lambda gain, error, *_: _core.student_tail(gain / error, 4) < 0.05),
    "race 1 to 5, 0.05": race(0.05),
    "race 1 to 5, 0.01": race(0.01),
    "LOND 0.1, paired t, n=5": paired(
        5,
        lambda gain, error, number, accepts: (
            _core.student_tail(gain / error, 4) < 0.1 * (6 / np.pi**2) / number**2 * (accepts + 1)
        ),
    ),
    "our gate": gated(Settings()),
    "  screened by 2 seeds": gated(Settings(screen_seeds=2)),
    "  a lenient screen": gated(Settings(slack=0.0)),
    "  2 looks": gated(Settings(looks=2)),
    "  1 look": gated(Settings(looks=1)),
}


@dataclass(frozen=True)
class Summary:
    """Means over campaigns, and their standard errors."""

    false: float
    false_error: float
    any_false: float
    """Share of campaigns with a false accept."""
    any_false_error: float
    true: float
    kept: float
    """Share of the real gains that were accepted."""
    kept_error: float
    optimism: float
    optimism_error: float
    runs: float


def simulate(policy: Policy, real_share: float, campaigns: int, seed: int) -> Summary:
    """Many campaigns of one policy; campaign number i draws from a stream of its own."""
    streams = np.random.SeedSequence(seed).spawn(campaigns)
    outcomes = [policy(Truth(np.random.default_rng(stream), real_share)) for stream in streams]
    false = np.array([outcome.false for outcome in outcomes])
    optimism = np.array([outcome.optimism for outcome in outcomes])
    real = sum(outcome.real for outcome in outcomes)
    true = sum(outcome.true for outcome in outcomes)
    kept = true / real if real else float("nan")
    any_false = float((false > 0).mean())
    root = campaigns**0.5
    return Summary(
        float(false.mean()),
        float(false.std(ddof=1)) / root,
        any_false,
        (any_false * (1 - any_false)) ** 0.5 / root,
        true / campaigns,
        kept,
        (kept * (1 - kept) / real) ** 0.5 if real else float("nan"),
        float(optimism.mean()),
        float(optimism.std(ddof=1)) / root,
        float(np.mean([outcome.runs for outcome in outcomes])),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--campaigns", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for real_share in (0.0, 0.1):
        print(
            f"\n{CANDIDATES} candidates, {100 * real_share:.0f} % of them 2 σ better; {arguments.campaigns} campaigns"
        )
        heads = f"{'false accepts':>15} {'any false':>15} {'true':>6} {'kept':>14} {'optimism':>14} {'runs':>6}"
        print(f"{'policy':24} {heads}")
        for name, policy in POLICIES.items():
            found = simulate(policy, real_share, arguments.campaigns, arguments.seed)
            kept = f"{found.kept:.3f} ± {found.kept_error:.3f}" if real_share else ""
            print(
                f"{name:24} {found.false:7.3f} ± {found.false_error:.3f} {found.any_false:7.3f} ± "
                f"{found.any_false_error:.3f} {found.true:6.2f} {kept:>14} {found.optimism:6.2f} ± "
                f"{found.optimism_error:.2f} {found.runs:6.0f}"
            )


if __name__ == "__main__":
    main()
