"""How much a measurement varies when nothing was changed: by the seed, and by measuring the same model again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mlipilot.runtime.pilot.gate.settings import Unknown


@dataclass(frozen=True)
class Noise:
    """Standard deviations of one metric, in its unit."""

    sigma: float
    """Of one run: another seed, evaluated once. It holds what the evaluator adds."""
    freedom: int
    """Degrees of freedom of `sigma`."""
    sigma_eval: float | None = None
    """Of evaluating the same model again; None where that was not tried."""
    freedom_eval: int = 0

    @property
    def sigma_seed(self) -> float | None:
        """What the seed alone adds: never negative, None where the evaluator's part is unknown."""
        if self.sigma_eval is None:
            return None
        return math.sqrt(max(0.0, self.sigma**2 - self.sigma_eval**2))


def calibrate(runs: Sequence[float], evaluations: Sequence[Sequence[float]] = ()) -> Noise | Unknown:
    """The noise of replicates of one spec.

    `runs`: one value for each seed, each evaluated once; at least two. `evaluations`: for each model that was evaluated
    several times, all its values. Variances within are pooled over models (one-way analysis of variance); the seed's
    own variance is what is left of that between runs.
    """
    if not all(map(is_number, [*runs, *(value for group in evaluations for value in group)])):
        return Unknown("a replicate is not finite")
    if len(runs) < 2:
        return Unknown(f"{len(runs)} of the 2 replicates that are needed at least")
    squares, freedom = within([runs])
    eval_squares, eval_freedom = within(evaluations)
    sigma_eval = math.sqrt(eval_squares / eval_freedom) if eval_freedom else None
    return Noise(math.sqrt(squares / freedom), freedom, sigma_eval, eval_freedom)


def pooled(noise: Noise, arms: Sequence[Sequence[float]]) -> Noise:
    """The noise after more runs were made, each arm's of one spec: their variances within are pooled with it.

    Arms of every confirmation belong here, accepted or not; taking only some would bias the result.
    """
    squares, freedom = within([arm for arm in arms if all(map(is_number, arm))])
    total = noise.freedom + freedom
    sigma = math.sqrt((noise.freedom * noise.sigma**2 + squares) / total)
    return Noise(sigma, total, noise.sigma_eval, noise.freedom_eval)


def is_number(value: float | None) -> bool:
    """Whether a value was measured: not a NaN, not infinite, nor so large that its square would be."""
    return value is not None and abs(value) < 1e100


def within(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """The sum of squared deviations from each group's own mean, and its degrees of freedom."""
    squares, freedom = 0.0, 0
    for group in groups:
        if len(group) > 1:
            middle = mean(group)
            squares += math.fsum((value - middle) ** 2 for value in group)
            freedom += len(group) - 1
    return squares, freedom


def mean(values: Sequence[float]) -> float:
    """The mean, the same in any order of the values; NaN for none."""
    return math.fsum(values) / len(values) if values else math.nan
