"""Two arms on the same folds: how far their mean difference may be off, and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlipilot import _core
from mlipilot.compiler.encodings.protocol import Protocol


@dataclass(frozen=True)
class Comparison:
    """The difference of an arm to its control on one data set, in units of the metric, above 0 where the arm is better.

    Chances are of the posterior of Corani and Benavoli (Machine Learning 100, 285, 2015): Student's t about the mean
    difference, with the corrected standard error as its scale. The p-value is that of Nadeau and Bengio's corrected
    resampled t test (Machine Learning 52, 239, 2003), of two sides.
    """

    difference: float
    """Mean over the folds."""
    error: float
    """Corrected standard error; 0 where all folds have the same difference."""
    freedom: int
    """Folds less one."""
    rope: float
    """Half the width of the region of practical equivalence."""
    p_value: float
    """1 where the arms agree in every fold."""

    @property
    def chance_better(self) -> float:
        """P(difference > rope)."""
        return self._beyond(self.difference)

    @property
    def chance_worse(self) -> float:
        """P(difference < -rope)."""
        return self._beyond(-self.difference)

    @property
    def chance_equivalent(self) -> float:
        """P(-rope <= difference <= rope)."""
        return max(0.0, 1 - self.chance_better - self.chance_worse)

    def interval(self, confidence: float) -> tuple[float, float]:
        """The central interval of the posterior with this chance."""
        half = _core.student_critical((1 - confidence) / 2, self.freedom) * self.error
        return self.difference - half, self.difference + half

    def _beyond(self, difference: float) -> float:
        if self.error == 0:
            return float(difference > self.rope)
        return _core.student_tail((self.rope - difference) / self.error, self.freedom)


def compare(arm: ArrayLike, control: ArrayLike, protocol: Protocol, rope: float) -> Comparison:
    """The comparison of two arms by their scores in each fold, shape (differences,); higher scores are better.

    Raises:
        ValueError: scores that are not of the folds of the protocol, or not finite; a `rope` below 0.
    """
    differences = _scores(arm, protocol, "arm") - _scores(control, protocol, "control")
    if not 0 <= rope < math.inf:
        raise ValueError(f"rope is {rope}: write a finite number of at least 0")
    mean = float(differences.mean())
    # A spread that is only rounding counts as 0.
    spread = 0.0 if np.ptp(differences) <= _ROUNDING * np.abs(differences).max() else float(differences.std(ddof=1))
    error = spread * protocol.error
    if error == 0:
        p_value = 1.0 if mean == 0 else 0.0
    else:
        p_value = min(1.0, 2 * _core.student_tail(abs(mean) / error, protocol.freedom))
    return Comparison(mean, error, protocol.freedom, rope, p_value)


_ROUNDING = 1e-12
"""Of the largest difference."""


def _scores(given: ArrayLike, protocol: Protocol, name: str) -> NDArray[np.float64]:
    scores = np.asarray(given, dtype=np.float64)
    if scores.shape != (protocol.differences,):
        raise ValueError(
            f"{name} has scores of shape {scores.shape}, expected one for each of the folds: ({protocol.differences},)"
        )
    if not np.isfinite(scores).all():
        raise ValueError(f"{name} has no score in fold {int(np.argmin(np.isfinite(scores)))}: it is not finite")
    return scores


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for a family, each in its place (Holm, Scandinavian Journal of Statistics 6, 65, 1979).

    The smallest is multiplied by their number, the next by one less, and so on; none is below the one before.
    """
    corrected = [0.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = reached
    return corrected


__all__ = ["Comparison", "compare", "holm"]
