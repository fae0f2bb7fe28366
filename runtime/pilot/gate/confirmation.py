"""The confirmation: fresh seeds of candidate and incumbent decide whether a change is one.

A one-sided two-sample t test whose variance is pooled over the arms and what was measured before: with five seeds an
arm, four degrees of freedom of a calibration lower the critical value noticeably. Where an arm is plainly noisier than
what was measured before, equal variances are no longer justified, and Welch's test (Biometrika 34, 28 (1947)) must
agree: the larger of the two p values counts, so that the choice never makes the gate more lenient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from mlipilot import _core
from mlipilot.runtime.pilot.gate.noise import Noise, is_number, mean, within
from mlipilot.runtime.pilot.gate.settings import Settings

NOISIER = 0.05
"""An arm is noisier than known when chance makes it so less often than this."""
ROUNDING = 1e-12
"""A gain below this part of the incumbent's value is rounding, where nothing else varies."""


class Confirmation(NamedTuple):
    """What a look says, in the unit of the metric."""

    outcome: Literal["accept", "reject", "more"]
    gain: float | None
    """By how much the candidate is better; None where that cannot be said."""
    lower: float | None
    """The gain is at least this, with the certainty that this look asks for."""
    p: float | None
    """Chance of a gain this large if the candidate were no better."""
    level: float
    """What `p` must stay below, at this look."""
    method: Literal["pooled", "welch", "none"]
    reason: str


class Difference(NamedTuple):
    """Two arms compared."""

    gain: float
    error: float
    freedom: float
    method: Literal["pooled", "welch"]
    other: Difference | None = None
    """By the other method, where an arm is noisier than what is known."""

    @property
    def p(self) -> float:
        """One-sided: chance of such a gain if there were none."""
        if self.error == 0.0:
            return 0.0 if self.gain > 0.0 else 1.0
        return _core.student_tail(self.gain / self.error, self.freedom)

    def lower(self, level: float) -> float:
        """The bound on the gain that holds with probability 1 - `level`; of two methods the lower one."""
        own = self.gain - (_core.student_critical(level, self.freedom) * self.error if self.error else 0.0)
        return own if self.other is None else min(own, self.other.lower(level))


def compare(candidate: Sequence[float], incumbent: Sequence[float], noise: Noise) -> Difference:
    """The gain of finite, non-empty arms of a minimised metric; the method is the one with the larger p value."""
    sizes = 1 / len(candidate) + 1 / len(incumbent)
    squares, freedom = within([candidate, incumbent])
    gain = mean(incumbent) - mean(candidate)
    if abs(gain) <= ROUNDING * abs(mean(incumbent)):
        gain = 0.0
    total = noise.freedom + freedom
    variance = (noise.freedom * noise.sigma**2 + squares) / total
    found = Difference(gain, math.sqrt(variance * sizes), total, "pooled")
    if min(len(candidate), len(incumbent)) < 2 or not any(_is_noisier(arm, noise) for arm in (candidate, incumbent)):
        return found
    parts = [(within([arm])[0] / (len(arm) - 1) / len(arm), len(arm) - 1) for arm in (candidate, incumbent)]
    error_squared = math.fsum(part for part, _ in parts)
    own_freedom = error_squared**2 / math.fsum(part**2 / freedom for part, freedom in parts)
    welch = Difference(gain, math.sqrt(error_squared), own_freedom, "welch")
    chosen, other = (found, welch) if found.p >= welch.p else (welch, found)
    return chosen._replace(other=other)


def confirm(
    candidate: Sequence[float], incumbent: Sequence[float], noise: Noise, level: float, settings: Settings
) -> Confirmation:
    """Decide on a candidate from the fresh seeds of both arms so far, or ask for as many again.

    A value that is not finite ends a candidate, and is asked for again where it is the incumbent's. `level` is that of
    the whole confirmation (see `spending`); each look has its share. Between looks a candidate is given up whose gain
    is below the least that counts.
    """
    look = min(len(candidate), len(incumbent)) // settings.confirm_seeds
    if not all(map(is_number, candidate)):
        return _unmeasured("reject", level, "a measurement of the candidate is not finite")
    if not all(map(is_number, incumbent)):
        return _unmeasured("more", level, "a measurement of the incumbent is not finite")
    if look < 1:
        return _unmeasured("more", level, f"fewer than {settings.confirm_seeds} fresh seeds of each arm")
    look = min(look, settings.looks)
    part = level * settings.share(look)
    found = compare(candidate, incumbent, noise)
    sigma = found.error / math.sqrt(1 / len(candidate) + 1 / len(incumbent))
    is_enough = found.gain > 0.0 and found.gain >= settings.minimum_gain * sigma
    if is_enough and found.p < part:
        outcome, reason = "accept", "better, and by enough to count"
    elif not is_enough:
        outcome, reason = "reject", "the gain is too small to count"
    elif look < settings.looks:
        outcome, reason = "more", "promising, not proven"
    else:
        outcome, reason = "reject", "the gain may be chance"
    decided: Literal["accept", "reject", "more"] = outcome  # type: ignore[assignment]
    return Confirmation(decided, found.gain, found.lower(part), found.p, part, found.method, reason)


def _is_noisier(arm: Sequence[float], noise: Noise) -> bool:
    squares, freedom = within([arm])
    if noise.sigma == 0.0:
        return squares > 0.0
    return _core.fisher_tail(squares / freedom / noise.sigma**2, freedom, noise.freedom) < NOISIER


def _unmeasured(outcome: Literal["reject", "more"], level: float, reason: str) -> Confirmation:
    return Confirmation(outcome, None, None, None, level, "none", reason)
