"""What an optimiser may learn from a trial: its objective where it is feasible, its violation where it is not."""

from __future__ import annotations

import math
from typing import NamedTuple

from mlipilot.runtime.pilot.trial import Failure, Trial


class Observation(NamedTuple):
    """One of the two; they sort from good to bad, feasible ones first."""

    violation: float
    """0 where feasible; infinite where it is known to be violated and not by how much."""
    objective: float
    """0 where the point is infeasible, whatever was measured there: it must not reach the model of the objective."""


def observation(trial: Trial) -> Observation | None:
    """What a trial says of its point; none where it says nothing, as when a machine failed."""
    if trial.failure is not None:
        return Observation(_measured(trial.violation), 0.0) if trial.failure is Failure.CANDIDATE else None
    if trial.state == "infeasible" or (trial.violation is not None and trial.violation > 0):
        return Observation(_measured(trial.violation), 0.0)
    is_judged = trial.state in ("accepted", "rejected") or (trial.state == "undecided" and trial.violation == 0)
    is_number = trial.objective is not None and math.isfinite(trial.objective)
    if not is_judged or not is_number or (trial.violation is not None and math.isnan(trial.violation)):
        return None
    assert trial.objective is not None
    return Observation(0.0, trial.objective)


def _measured(violation: float | None) -> float:
    return violation if violation is not None and violation > 0 else math.inf
