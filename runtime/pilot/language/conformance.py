"""How a model calls the tool, before anything depends on it: proposals for a small search, none of which is run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.language.arguments import Kind
from mlipilot.runtime.pilot.language.connection import Endpoint
from mlipilot.runtime.pilot.language.ladder import Failed, Ladder, Rung
from mlipilot.runtime.pilot.language.ledger import Ledger, Limit
from mlipilot.runtime.pilot.language.model import Model
from mlipilot.runtime.pilot.language.reliability import Reliability, reliability
from mlipilot.runtime.pilot.language.subject import Subject
from mlipilot.runtime.pilot.language.transcript import Transcript
from mlipilot.runtime.pilot.language.tried import Tried
from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.trial import Proposal, Trial
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import SearchSpace

CALLS = 20
ATTEMPTS = 3
"""Of one request: somebody is waiting."""
_SPEC = """edition "2026"
dataset cu : emt_supercells {
    element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], temperatures = [300 K]
    trajectories = 8, frames = 5, split = by_trajectory(train = 4, valid = 2, test = 2)
}
model small : mace { channels = 8, max_L = 0, r_max = 5 Å }
training fit {
    model = small
    data  = cu
    stage first { epochs = 3, loss = weighted(1, 100), lr = 1e-2 }
}
scorecard card {
    judges = fit
    require  force_rmse(cu.test) <= 30 meV/Å because "a limit to be met"
    minimize energy_rmse(cu.test)
}
search {
    small.channels ~ choice(8, 16, 32)
    small.max_L    ~ int(0 .. 2)
    small.r_max    ~ uniform(4 Å, 6 Å)
    fit.first.lr   ~ log_uniform(1e-4, 1e-1)
}
"""


class Conformance(NamedTuple):
    """What came of some calls."""

    calls: int
    """Proposals that were asked for."""
    reliability: Reliability
    latencies: tuple[float, ...]
    """Seconds of each answer."""
    tokens: int
    unreachable: str
    """Why the endpoint was given up; empty where it answered."""

    @property
    def proposed(self) -> int:
        """Proposals that were the model's own, not picked from a menu."""
        return sum(self.reliability.rungs.get(rung, 0) for rung in (Rung.TOOLS, Rung.NAMED, Rung.OBJECT))

    @property
    def is_usable(self) -> bool:
        """Whether most calls gave a proposal of the model's own."""
        return not self.unreachable and 2 * self.proposed > self.calls

    def latency(self, share: float) -> float | None:
        """The latency that a share of the answers had at most, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None

    def __repr__(self) -> str:
        made = f"{self.proposed} of {count(self.calls, 'proposal')} made by itself"
        return in_a_line("Conformance", made, f"({self.unreachable})" if self.unreachable else "")


def conformance(
    endpoint: Endpoint,
    calls: int = CALLS,
    wait: Callable[[float], object] = time.sleep,
    done: Callable[[int], object] = lambda number: None,
) -> Conformance:
    """Ask a model for proposals, each with a history of those before; `done` is told the number of each.

    An endpoint that does not answer, or refuses, is asked no further.
    """
    events: list[Mapping[str, Any]] = []
    spec = resolve(SourceFile("conformance.mlp", _SPEC)).spec
    space = spec.space
    assert space is not None
    model = Model(endpoint._replace(attempts=ATTEMPTS), Ledger(), Transcript(), events.append, wait)
    history = [_trial(0, Proposal(()), space)]
    unreachable = ""
    for number in range(1, calls + 1):
        about = {"arm": "conformance", "trial": number}
        tried = Tried(space, history)
        found = Ladder(model, Subject(spec), space, history, tried, 0, about, Limit(), events.append).climb()
        if isinstance(found, Failed):
            events.append({"event": "llm-stop", "rung": Rung.STOP.value, "class": found.kind.value})
            if found.is_final or found.kind is Kind.UNREACHABLE:
                unreachable = found.message
                break
        else:
            history.append(_trial(number, found, space))
        done(number)
    latencies = tuple(event["latency"] for event in events if "latency" in event)
    return Conformance(calls, reliability(events), latencies, model.ledger.spent.tokens, unreachable)


def _trial(number: int, proposal: Proposal, space: SearchSpace) -> Trial:
    """A trial that was never run: its figures only fill the history."""
    read = Chart(space).read(proposal.changes)
    point = space.baseline if isinstance(read, str) else read
    return Trial(number, proposal, point, "rejected", 0.003 / (1 + number), 0.5 / (1 + number), 1, 60.0, None, "")
