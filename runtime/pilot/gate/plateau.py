"""Whether a search still gets anywhere: computed from its trials, not asked of whoever proposes."""

from __future__ import annotations

import math
from typing import NamedTuple

from mlipilot import _core
from mlipilot.runtime.pilot.gate.noise import Noise, is_number
from mlipilot.runtime.pilot.trial import History, Trial

WINDOW = 15
"""Measured trials in a row without an accepted one that make a plateau."""


class Plateau(NamedTuple):
    """The trials since the last one that was accepted."""

    is_reached: bool
    measured: int
    """Trials with an objective since then; those that failed or were not feasible say nothing about a plateau."""
    best_gain: float | None
    """By how much the best of them looked better than the incumbent, in its unit; None where there is no comparison."""
    luck: float | None
    """What the best of as many trials looks better by when none is, in the same unit; None where σ is unknown."""


def plateau(history: History, noise: Noise | None = None, window: int = WINDOW) -> Plateau:
    """Look at the end of a history, oldest first.

    A plateau is reached after `window` measured trials without an accepted one, unless the best of them looked better
    by twice what luck gives: then something is there that was not proven.
    """
    last = max((place for place, trial in enumerate(history) if trial.state == "accepted"), default=None)
    start = 0 if last is None else last + 1
    objectives = [trial.objective for trial in history[start:] if _counts(trial) and trial.objective is not None]
    incumbent = history[last].objective if last is not None else None
    best = incumbent - min(objectives) if incumbent is not None and is_number(incumbent) and objectives else None
    luck = None
    if noise is not None and objectives:
        luck = noise.sigma * expected_best(len(objectives))
    is_promising = best is not None and luck is not None and best > 2.0 * luck > 0.0
    return Plateau(len(objectives) >= window and not is_promising, len(objectives), best, luck)


def expected_best(count: int) -> float:
    """The mean of the largest of `count` standard normal draws, by Blom's formula; 0 for one draw.

    Blom, Statistical Estimates and Transformed Beta-Variables (1958): Φ⁻¹((n - 0.375)/(n + 0.25)), within 0.02.
    """
    return _core.student_critical(0.625 / (count + 0.25), math.inf) if count > 1 else 0.0


def _counts(trial: Trial) -> bool:
    return trial.state in ("rejected", "undecided") and is_number(trial.objective)
