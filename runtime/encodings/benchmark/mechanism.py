"""Mechanisms by intervention: what an encoding is said to lose is given back, and geometry and metric have to follow.

That a figure of geometry goes along with the metric says nothing of a cause. An intervention changes one property of
the map; the claim holds where both moved as predicted, each with an interval that leaves out 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from mlipilot.compiler.encodings.cells import Cell, Factors
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.terms import Term
from mlipilot.runtime.encodings.benchmark.cells import Arms
from mlipilot.runtime.encodings.benchmark.cells import Cell as MadeCell
from mlipilot.runtime.encodings.benchmark.comparison import Comparison, compare
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds, repeat_seed
from mlipilot.runtime.encodings.benchmark.heads import HeadName
from mlipilot.runtime.encodings.benchmark.measurement import measure, merits
from mlipilot.runtime.encodings.geometry import hamming_correlation, magnitude_retention, mean_to_spread, off_diagonal

Numbers = NDArray[np.float64]


class Intervention(NamedTuple):
    """One property of a map, changed.

    Attributes:
        kind: of the encodings that it is made on.
        head: behind them.
        given: arguments that are set before it, where they are not.
        changes: arguments that become others.
        scaling: what stands before the map afterwards; None for what stood there.
        figure: the name of what has to rise.
        measured: the figure, from a scaling and a representation, fitted, and the rows that they were fitted to.
    """

    kind: str
    head: HeadName
    given: Mapping[str, Any]
    changes: Mapping[str, Any]
    scaling: str | None
    figure: str
    measured: Callable[[Any, Numbers], float]


def _norm_kept(model: Any, X: Numbers) -> float:
    given = model[:1].transform(X)
    return float(magnitude_retention(model.transform(X), given, folds=3).norm.ridge)


def _distances_kept(model: Any, X: Numbers) -> float:
    given = model[:1].transform(X)
    return float(hamming_correlation(model.transform(X), given).rank_correlation)


def _mean_kernel(model: Any, X: Numbers) -> float:
    return float(off_diagonal(model.transform(X)).mean)


def _closeness_to_origin(model: Any, X: Numbers) -> float:
    return -float(mean_to_spread(model[:1].transform(X)).value)


INTERVENTIONS: Mapping[str, Intervention] = MappingProxyType(
    {
        "append the norm": Intervention("amplitude", "linear", {}, {"norm": "append"}, None, "norm kept", _norm_kept),
        "centre": Intervention(
            "amplitude", "linear", {}, {}, "standard", "closeness to the origin", _closeness_to_origin
        ),
        "Gray code": Intervention("basis", "linear", {}, {"code": "gray"}, None, "distances kept", _distances_kept),
        "thermometer code": Intervention(
            "basis", "linear", {}, {"code": "thermometer"}, None, "distances kept", _distances_kept
        ),
        "narrow the bandwidth": Intervention(
            "angle", "kernel", {"bandwidth": 1.0}, {"bandwidth": 0.25}, None, "mean kernel value", _mean_kernel
        ),
    }
)


@dataclass(frozen=True)
class Mechanism:
    """What an intervention did, afterwards against before, greater is better.

    Attributes:
        intervention: its name.
        figure: the name of the figure of geometry.
        geometry: the comparison of the figure over the folds.
        metric: the comparison of the primary metric.
        confidence: of both intervals.
    """

    intervention: str
    figure: str
    geometry: Comparison
    metric: Comparison
    confidence: float

    @property
    def holds(self) -> bool:
        """Whether both rose, with intervals that leave out 0."""
        return all(one.interval(self.confidence)[0] > 0 for one in (self.geometry, self.metric))


def interventions(arms: Arms, protocol: Protocol, *, count: int = 5, metric: str = "") -> Iterator[dict[str, Any]]:
    """What every intervention does to the encodings that it is made on, under the first scaling: JSON of `Mechanism`.

    An intervention that changes nothing of an encoding, which has what it would give, is left out.
    """
    scaling = arms.factors.scaling[0]
    for encoding in arms.factors.encodings:
        for name, change in INTERVENTIONS.items():
            own, changed = _terms(encoding, change)
            if change.kind != encoding.kind or (
                own.arguments == changed.arguments and change.scaling in (None, scaling)
            ):
                continue
            found = mechanism(
                name, encoding, arms.samples, protocol, scaling=scaling, count=count, seed=arms.seed, metric=metric
            )
            yield {
                "encoding": encoding.name,
                "intervention": name,
                "figure": found.figure,
                "geometry": _interval(found.geometry, found.confidence),
                "metric": _interval(found.metric, found.confidence),
                "holds": found.holds,
            }


def _changes(encoding: Term, change: Intervention, scaling: str) -> bool:
    """Whether an encoding does not have already what an intervention would give it."""
    before, after = _terms(encoding, change)
    return before.arguments != after.arguments or change.scaling not in (None, scaling)


def _interval(comparison: Comparison, confidence: float) -> dict[str, float]:
    lower, upper = comparison.interval(confidence)
    return {"difference": comparison.difference, "lower": lower, "upper": upper}


def mechanism(
    name: str,
    encoding: Term,
    samples: Samples,
    protocol: Protocol,
    *,
    scaling: str = "none",
    count: int = 5,
    seed: int = 0,
    metric: str = "",
    confidence: float = 0.95,
) -> Mechanism:
    """What an intervention does to an encoding, on all folds of a protocol.

    Raises ValueError for an intervention that is not known, or of another kind of encoding.
    """
    if name not in INTERVENTIONS:
        raise ValueError(f"intervention {name!r} is not known: write one of {', '.join(INTERVENTIONS)}")
    change = INTERVENTIONS[name]
    if encoding.kind != change.kind:
        raise ValueError(f"{name!r} is made on {change.kind!r}, not on {encoding.kind!r}")
    terms = _terms(encoding, change)
    after = change.scaling or scaling
    factors = Factors(terms, (), tuple(dict.fromkeys((scaling, after))), (None,), (change.head,))
    arms = Arms(factors, samples, seed)
    names = [
        Cell(terms[0].name, "", scaling, None, change.head, ""),
        Cell(terms[1].name, "", after, None, change.head, ""),
    ]
    cells = [arms.made(one) for one in names]
    rows = [
        row
        for at in range(protocol.repeats)
        for row in measure(cells, samples, protocol, at, count=count, seed=seed, metric=metric)
    ]
    found = merits(rows, samples.task, metric)
    before, changed = (found[cell.key] for cell in cells)
    figures = [_figures(cell, change, samples, protocol, seed) for cell in cells]
    return Mechanism(
        name,
        change.figure,
        compare(figures[1], figures[0], protocol, 0.0),
        compare(changed, before, protocol, 0.0),
        confidence,
    )


def _terms(encoding: Term, change: Intervention) -> tuple[Term, Term]:
    """The encoding before and after; what it leaves to be tuned is given what the intervention starts from."""
    own = {**encoding.arguments, **change.given}
    before = Term(encoding.kind, own, f"{encoding.name} before")
    return before, Term(encoding.kind, {**own, **change.changes}, f"{encoding.name} after")


def _figures(cell: MadeCell, change: Intervention, samples: Samples, protocol: Protocol, seed: int) -> list[float]:
    """The figure in each fold, of the training rows alone."""
    until_head = cell.arm.model[:2]
    found = []
    for repeat in range(protocol.repeats):
        for fold in folds(samples, protocol.outer, repeat_seed(seed, repeat)):
            X = samples.X[fold.train]
            found.append(change.measured(clone(until_head).fit(X, samples.y[fold.train]), X))
    return found


__all__ = ["INTERVENTIONS", "Intervention", "Mechanism", "interventions", "mechanism"]
