"""Proposers that ask a language model: alone, in turn with another proposer, or with the results of trials mixed up."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mlipilot.runtime.pilot.language.ladder import Failed, Ladder, Rung
from mlipilot.runtime.pilot.language.ledger import Limit
from mlipilot.runtime.pilot.language.model import Model
from mlipilot.runtime.pilot.language.subject import Subject
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.trial import FALLBACK, Exhausted, History, Proposal, Proposer, Remaining, Trial
from mlipilot.spec.space import SearchSpace

MADE = ("llm-proposal", "llm-fallback", "llm-stop")
"""The events of which one ends each asking for a proposal."""


@dataclass
class LanguageModel:
    """`llm`: a model's proposals; where none comes of it, the fallback's.

    Its state is the model's ledger and transcript; the rest follows from the seed and the history.
    """

    model: Model
    subject: Subject
    fallback: Proposer | None = None
    seed: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)
    """Arm and replicate: what tells apart requests that are otherwise the same."""
    log: Callable[[Mapping[str, Any]], object] = lambda event: None
    """Told of each fault and of the rung that each proposal came from."""

    def __post_init__(self) -> None:
        self._tried: Tried | None = None

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next design point; the first is the baseline."""
        return self._propose(history, history, space, budget)

    def _propose(self, told: History, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        if not history:
            return Proposal((), hypothesis="the baseline, to compare with", origin="llm")
        limit = Limit(budget.tokens, budget.money).beyond(self.model.ledger.spent)
        about = {**self.about, "trial": len(history)}
        if self._tried is None or self._tried.space is not space:
            self._tried = Tried(space)
        self._tried.update(history)
        found = Ladder(self.model, self.subject, space, told, self._tried, self.seed, about, limit, self.log).climb()
        if isinstance(found, Proposal):
            return found
        return self._instead(found, history, space, budget, about)

    def _instead(
        self, failed: Failed, history: History, space: SearchSpace, budget: Remaining, about: Mapping[str, Any]
    ) -> Proposal | Exhausted:
        why = f"the language model made no proposal ({failed.kind.value}): {failed.message}"
        told = {"class": failed.kind.value, "message": failed.message, **about}
        if failed.is_final or self.fallback is None:
            self.log({"event": "llm-stop", "rung": Rung.STOP.value, **told})
            return Exhausted(why)
        self.log({"event": "llm-fallback", "rung": Rung.FALLBACK.value, **told})
        found = self.fallback.propose(history, space, budget)
        return found if isinstance(found, Exhausted) else replace(found, origin=f"{found.origin}{FALLBACK}")


class Shuffled(LanguageModel):
    """`llm_shuffled`: the model sees the outcomes of trials handed to other trials, so that they tell it nothing."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._permutation = Permutation(self.seed)

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next design point; what was tried is still known, so that nothing is tried twice."""
        return self._propose(self._permutation.of(history), history, space, budget)


class Permutation:
    """Outcomes of trials permuted among them, a function of the seed and the history.

    Each new trial swaps outcomes with one drawn from all so far, itself included: every permutation is as likely
    (Durstenfeld 1964, in its inside-out form), and one that is kept costs no more for a long history.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._history: list[Trial] = []
        self._order: list[int] = []
        self._mixed: list[Trial] = []

    def of(self, history: History) -> History:
        """The trials with other trials' outcomes."""
        known = len(self._history)
        if known > len(history) or (known and history[known - 1] is not self._history[-1]):
            self._history, self._order, self._mixed = [], [], []
        for place in range(len(self._history), len(history)):
            other = random.Random(f"shuffled/{self.seed}/{place}").randint(0, place)
            self._history.append(history[place])
            self._order.append(place)
            self._mixed.append(history[place])
            self._order[place], self._order[other] = self._order[other], place
            for changed in {place, other}:
                self._mixed[changed] = _with_outcome(self._history[changed], self._history[self._order[changed]])
        return self._mixed


def _with_outcome(mine: Trial, other: Trial) -> Trial:
    return replace(
        mine,
        state=other.state,
        objective=other.objective,
        violation=other.violation,
        seeds=other.seeds,
        device_seconds=other.device_seconds,
        failure=other.failure,
        reason=other.reason,
    )


@dataclass
class InTurn:
    """`llm_tpe`: a model's proposals and an estimator's, one after the other."""

    first: Proposer
    second: Proposer

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next design point; the baseline and every other after it are the first's."""
        others = len(history) > 0 and len(history) % 2 == 0
        return (self.second if others else self.first).propose(history, space, budget)
