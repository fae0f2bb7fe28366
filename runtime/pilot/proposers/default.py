"""The baseline again and again: what a campaign reaches without any search."""

from __future__ import annotations

from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.space import SearchSpace


class Default:
    """Proposes the baseline, which the campaign runs under fresh seeds."""

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """No change."""
        return baseline("default")


def baseline(origin: str) -> Proposal:
    """The first proposal of every arm."""
    return Proposal((), hypothesis="the baseline, to compare with", origin=origin)
