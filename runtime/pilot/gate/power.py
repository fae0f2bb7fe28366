"""What a campaign can find: the chance that a gain of a given size is accepted, before anything is run.

All gains are in units of σ. Chances are lower bounds wherever they are not exact, so that a budget is not called
sufficient that is not.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from mlipilot import _core
from mlipilot.compiler.spread import mean_over_spreads, normal_tail
from mlipilot.runtime.pilot.gate.settings import Settings
from mlipilot.runtime.pilot.gate.spending import share
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

WANTED_POWER = 0.8
"""The chance with which a gain must be accepted to be called detectable."""
_MOST_GAIN = 64.0
BASELINE_SEEDS = 5
"""Runs of the baseline that calibrate the noise."""


class Forecast(NamedTuple):
    """What a number of trials can find."""

    trials: int
    confirmations: float
    """At most so many are expected when no candidate is better."""
    level: float
    """Of the last of them: the strictest."""
    detectable: float | None
    """The least gain, in σ, that is then accepted with the wanted chance; None where there is no such gain."""
    runs: float
    """At most so many are expected when no candidate is better, with those of the baseline."""

    def __repr__(self) -> str:
        found = "finds no gain" if self.detectable is None else f"finds {self.detectable:.2f} σ"
        return in_a_line("Forecast", f"{count(self.trials, 'trial')}:", f"{found} with {self.runs:.0f} runs")


def power(gain: float, seeds: int, level: float, freedom: int, minimum_gain: float = 0.0) -> float:
    """The chance that one look at `seeds` fresh seeds of each arm accepts.

    `freedom` is that of the noise known before. Exact for Gaussian noise of one σ: P(T' > c) of the noncentral t, with
    c the critical value or, if larger, what the least gain that counts amounts to; integrated over the estimated σ
    (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 2nd ed., chapter 31).
    """
    total = freedom + 2 * (seeds - 1)
    error = math.sqrt(2 / seeds)
    critical = max(_core.student_critical(level, total), minimum_gain / error)
    return _noncentral_tail(critical, total, gain / error)


def trial_power(gain: float, level: float, freedom: int, settings: Settings, known: int = BASELINE_SEEDS) -> float:
    """At least the chance that a candidate passes the screen and is confirmed at `level`.

    `known` is the number of the incumbent's runs that the screen compares with. Only that look's acceptance is counted
    which is likeliest, less the chances that an earlier one gave the candidate up.
    """
    return _screened(gain, settings, known) * max(
        _by_look(gain, level, freedom, settings, look) for look in range(1, settings.looks + 1)
    )


def detectable(level: float, freedom: int, settings: Settings, wanted: float = WANTED_POWER) -> float | None:
    """The least gain, in σ, that a trial accepts with the wanted chance; None where none below 64 σ is."""
    low, high = 0.0, _MOST_GAIN
    if trial_power(high, level, freedom, settings) < wanted:
        return None
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        if trial_power(middle, level, freedom, settings) < wanted:
            low = middle
        else:
            high = middle
    return high


def seeds_needed(gain: float, level: float, freedom: int, wanted: float = WANTED_POWER, most: int = 1000) -> int | None:
    """The least number of seeds of each arm by which one look accepts a gain with the wanted chance."""
    return next((n for n in range(1, most + 1) if power(gain, n, level, freedom) >= wanted), None)


def forecast(trials: int, settings: Settings, baseline_seeds: int = BASELINE_SEEDS) -> Forecast:
    """What a campaign of so many trials of each arm can find, by the level of its last confirmation."""
    confirmations = trials * (1.0 - max(_stopped(0.0, settings, baseline_seeds)))
    level = settings.alpha * share(max(1, math.ceil(confirmations)), settings.horizon)
    freedom = baseline_seeds - 1
    n, going, looks = settings.confirm_seeds, 1.0, 0.0
    for look in range(1, settings.looks + 1):
        looks += going
        # whoever goes on was not given up at this look, nor at any before it
        going = min(going, 1.0 - _given_up(0.0, look * n, settings, freedom))
    screening = trials * settings.screen_seeds
    runs = baseline_seeds + screening + confirmations * 2 * n * looks
    return Forecast(trials, confirmations, level, detectable(level, freedom, settings), runs)


def is_underpowered(found: Forecast, wanted_gain: float) -> bool:
    """Whether a gain of this size, in σ, would be missed more often than the wanted chance allows."""
    return found.detectable is None or found.detectable > wanted_gain


def _screened(gain: float, settings: Settings, known: int) -> float:
    """At least the chance to pass the screen, which must be passed with each seed of the race."""
    return max(0.0, 1.0 - math.fsum(_stopped(gain, settings, known)))


def _stopped(gain: float, settings: Settings, known: int) -> list[float]:
    """Of each seed of the race, the chance that the mean up to it is worse than the slack allows."""
    return [
        normal_tail((gain + settings.slack) / math.sqrt(1 / seeds + 1 / known))
        for seeds in range(1, settings.screen_seeds + 1)
    ]


def _by_look(gain: float, level: float, freedom: int, settings: Settings, look: int) -> float:
    n = settings.confirm_seeds
    accepted = power(gain, look * n, level * settings.share(look), freedom, settings.minimum_gain)
    given_up = math.fsum(_given_up(gain, other * n, settings, freedom) for other in range(1, look))
    return max(0.0, accepted - given_up)


def _given_up(gain: float, seeds: int, settings: Settings, freedom: int) -> float:
    """The chance that a look finds the gain too small to count."""
    error = math.sqrt(2 / seeds)
    return 1.0 - _noncentral_tail(settings.minimum_gain / error, freedom + 2 * (seeds - 1), gain / error)


def _noncentral_tail(critical: float, freedom: int, shift: float) -> float:
    """P((Z + shift) / S > critical), S² a χ² over its degrees of freedom."""
    return mean_over_spreads(lambda s: normal_tail(critical * s - shift), freedom)
