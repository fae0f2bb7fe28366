"""What proposers and the gate hand to each other: a proposal, and the trial that came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeAlias

from mlipilot.spec.edit import Change
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Data

FALLBACK = " (fallback)"
"""How the origin of a proposal ends that another proposer made in the place of a language model."""


@dataclass(frozen=True)
class Proposal:
    """A design point, said as changes of the baseline spec, and what its proposer expects of it."""

    changes: tuple[Change, ...]
    """Relative to the baseline spec: the whole point, not a difference to the incumbent."""
    hypothesis: str = ""
    metric: str = ""
    direction: str = ""
    """`lower`, `higher`, or empty where nothing is predicted."""
    magnitude: float | None = None
    """Predicted relative change of the metric."""
    falsifier: str = ""
    origin: str = ""
    """The proposer that made it: `random`, `tpe`, `llm`, `tpe (fallback)`."""


class Failure(StrEnum):
    """Whose fault it is that a trial has no result."""

    CANDIDATE = "candidate"
    INFRASTRUCTURE = "infrastructure"
    EVALUATOR = "evaluator"
    FORMAT = "format"
    TAMPER = "tamper"


@dataclass(frozen=True)
class Trial:
    """A design point under its seeds, and what was decided."""

    number: int
    proposal: Proposal
    point: Mapping[str, Data]
    """Settled values of all drawn paths."""
    state: str
    """`accepted`, `rejected`, `infeasible`, `failed`, `undecided` or `duplicate`."""
    objective: float | None
    """Mean over seeds of the minimised metric, in base units; None when not measured."""
    violation: float | None
    """Sum of relative constraint violations, 0 when feasible; None when not measured."""
    seeds: int
    device_seconds: float
    failure: Failure | None
    reason: str


History: TypeAlias = Sequence[Trial]


class Exhausted(NamedTuple):
    """No further proposal: a grid is done, a replay ended, the user stopped."""

    reason: str


class Stopped(Exception):
    """A proposer was told to stop before it had a proposal; it will be asked again."""


class Remaining(NamedTuple):
    """What is left of the budget; None where there is no limit."""

    trials: int | None
    device_seconds: float | None
    tokens: int | None
    money: Fraction | None


class Proposer(Protocol):
    """What makes proposals; its state is a function of its seed and the history."""

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next design point, or why there is none."""
        ...
