"""Searches for the tests: one with everything in it, a small one, and random ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from mlipilot.runtime.pilot.trial import Exhausted, Failure, Proposal, Proposer, Remaining, Trial
from mlipilot.spec.diagnostics import has_errors
from mlipilot.spec.edit import apply
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import Point, SearchSpace
from mlipilot.spec.values import Data

FREE = Remaining(None, None, None, None)
BODY = """edition "2026"

model m : mace { channels = 8, r_max = 5 Å, max_L = 0, correlation = 2 }
model other : mace { channels = 16 }
training fit {
    model = m
    data  = cu
    batch = 5
    stage first  { epochs = 3, lr = 0.01, loss = weighted(1, 100) }
    stage second { epochs = 2 }
}
dataset cu : emt_supercells {
    element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], temperatures = [300 K]
    trajectories = 8, frames = 5, split = by_trajectory(train = 4, valid = 2, test = 2)
}
"""
WHOLE = """
    m.channels            ~ choice(8, 16, 32)
    m.r_max               ~ uniform(4.5 Å, 0.6 nm)
    m.e0                  ~ choice(average, values(Cu = 3.5 eV))
    m.max_L               ~ int(0 .. 2)
    fit.model             ~ choice(m, other)
    fit.batch             ~ int(1 .. 9, step = 2)
    fit.first.lr          ~ log_uniform(1e-4, 3e-2) when m.max_L == 0 or m.channels == 8
    fit.first.loss        ~ choice(weighted(1, 100), huber(10, 100, delta = 0.1))
    fit.first.loss.energy ~ choice(1, 10, 50) when m.channels <= 16
    require m.channels <= 16 when m.r_max > 5.5 Å because "memory"
    require m.max_L + m.channels <= 17 because "time"
"""
SMALL = """
    m.channels   ~ choice(8, 16, 32)
    m.max_L      ~ int(0 .. 2)
    fit.batch    ~ int(1 .. 9, step = 2) when m.max_L == 0
    require m.channels <= 16 when m.max_L == 2 because "memory"
"""
CONTINUOUS = """
    m.r_max      ~ uniform(4.5 Å, 6 Å)
    fit.first.lr ~ log_uniform(1e-4 .. 1e-1)
"""


def source_of(search: str) -> SourceFile:
    return SourceFile("spec.mlp", f"{BODY}search {{{search}}}\n")


def space_of(search: str) -> SearchSpace:
    resolved = resolve(source_of(search))
    assert not has_errors(resolved.diagnostics), resolved.diagnostics
    assert resolved.spec.space is not None
    return resolved.spec.space


def applied(search: str, proposal: Proposal) -> dict[str, Data]:
    """The point that the changes of a proposal make, read from the spec with the changes made."""
    edited = apply(source_of(search), proposal.changes)
    assert edited.source is not None, (proposal, [d.headline for d in edited.diagnostics])
    space = resolve(edited.source).spec.space
    assert space is not None
    return dict(space.baseline)


def trial(
    number: int,
    proposal: Proposal,
    point: Point,
    objective: float | None = 1.0,
    *,
    violation: float | None = 0.0,
    state: str = "rejected",
    failure: Failure | None = None,
) -> Trial:
    return Trial(number, proposal, point, state, objective, violation, 1, 1.0, failure, "")


def campaign(
    proposer: Proposer, space: SearchSpace, trials: int, judge: Callable[[int, Point], dict[str, object]] | None = None
) -> list[Trial]:
    """Trials of a proposer, each judged; fewer when it has no further proposal."""
    from mlipilot.runtime.pilot.proposers.chart import Chart

    chart = Chart(space)
    history: list[Trial] = []
    for number in range(trials):
        proposal = proposer.propose(history, space, FREE)
        if isinstance(proposal, Exhausted):
            break
        point = chart.read(proposal.changes)
        assert not isinstance(point, str), (point, proposal)
        judged = judge(number, point) if judge is not None else {"objective": float(number)}
        history.append(trial(number, proposal, point, **judged))  # type: ignore[arg-type]
    return history


def proposals(trials: Sequence[Trial]) -> list[Proposal]:
    return [one.proposal for one in trials]


_DRAWS = {
    "m.channels": ("choice(8, 16, 32)", "int(1 .. 64)", "choice(4, 8)"),
    "m.r_max": (
        "uniform(4.5 Å, 6 Å)",
        "uniform(0.45 nm, 6.00000001 Å)",
        "uniform(4.5 Å, 6 Å, step = 0.1 Å)",
        "uniform(4 Å, 6 Å, step = 10 pm)",
        "uniform(9 Bohr, 5.1234567 Å)",
        "choice(5 Å, 5.5 Å, 0.6 nm)",
        "uniform(5 Å, 5.0000001 Å)",
    ),
    "m.e0": ("choice(average, values(Cu = 3.5 eV))",),
    "m.max_L": ("int(0 .. 2)", "choice(0, 1)"),
    "m.correlation": ("int(1 .. 3)",),
    "fit.model": ("choice(m, other)",),
    "fit.batch": ("int(1 .. 9, step = 2)", "int(1 .. 100_000)"),
    "fit.first.lr": ("log_uniform(1e-4, 3e-2)", "uniform(0.001, 0.1)", "uniform(0.1 %, 10 %)", "choice(1e-2, 1e-3)"),
    "fit.first.loss": ("choice(weighted(1, 100), huber(10, 100, delta = 0.1), weighted(\n    1, 50))",),
    "fit.first.loss.energy": ("choice(1, 10, 50)", "log_uniform(0.5, 1000)", "uniform(0, 1e6)"),
    "fit.first.loss.stress": ("choice(0, 5)", "uniform(0, 7)"),
    "fit.second.lr": ("log_uniform(1e-9, 1)",),
    "fit.second.scheduler.patience": ("choice(50, 5)", "int(1 .. 100)"),
}
_CONDITIONS = (
    "m.channels <= 16",
    "m.channels == 8",
    "not m.max_L == 2",
    "m.r_max < 5.5 Å",
    "m.max_L + m.channels <= 17",
    "fit.first.loss.energy <= 10",
    "fit.batch in [1, 3, 5]",
    "fit.first.lr >= 0.002 and m.r_max <= 5.9 Å",
    "m.e0 == average or m.correlation <= 2",
)


@st.composite
def searches(draw: st.DrawFn) -> str:
    """A random `search` block that resolves."""
    paths = draw(st.lists(st.sampled_from(sorted(_DRAWS)), min_size=1, max_size=7, unique=True))
    lines: list[str] = []
    for path in paths:
        when = draw(st.sampled_from(("", "", *_CONDITIONS)))
        line = f"    {path} ~ {draw(st.sampled_from(_DRAWS[path]))}"
        lines.append(line + (f" when {when}" if when and path not in when else ""))
    requires = draw(st.lists(st.sampled_from(_CONDITIONS), max_size=3, unique=True))
    lines += [f'    require {condition} because "so"' for condition in requires]
    return "\n" + "\n".join(lines) + "\n"


def resolves(search: str) -> bool:
    return not has_errors(resolve(source_of(search)).diagnostics)
