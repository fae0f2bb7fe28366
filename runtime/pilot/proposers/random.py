"""Independent draws from the space: the least that any other proposer must beat."""

from __future__ import annotations

from mlipilot.runtime.pilot.proposers.default import baseline
from mlipilot.runtime.pilot.proposers.drawing import generator, new_point
from mlipilot.runtime.pilot.proposers.tried import Memory
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.space import SearchSpace


class Random:
    """Draws each point from the domains; the draws of a trial belong to the seed and the trial's place alone."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._memory = Memory()

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """An untried point."""
        if not history:
            return baseline("random")
        tried = self._memory.of(history, space)
        point = new_point(tried, generator(self.seed, "random", len(history)))
        if isinstance(point, Exhausted):
            return point
        proposal = tried.chart.proposal(point, "random", "drawn at random")
        assert proposal is not None  # `new_point` gives none that cannot be written
        return proposal
