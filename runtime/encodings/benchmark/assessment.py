"""From the scores of all cells to verdicts, claims and figures; the same tables give the same outcome."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlipilot import _core
from mlipilot.compiler.encodings.benchmark import ENERGY, POINT
from mlipilot.compiler.encodings.cells import KERNEL_HEAD, Cell, Pair, cells, pairs
from mlipilot.compiler.encodings.claims import ClaimParameters
from mlipilot.compiler.encodings.power import NOT_WORSE
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.operations.compare import CompareParameters
from mlipilot.runtime.encodings.benchmark.comparison import Comparison, compare
from mlipilot.runtime.encodings.benchmark.outcome import (
    FAILS,
    HOLDS,
    LEFT_OUT,
    UNDECIDED,
    ClaimOutcome,
    Compared,
    Level,
    Place,
    Rank,
    Ranking,
    Scored,
    Share,
)
from mlipilot.runtime.encodings.benchmark.ranks import ranked
from mlipilot.runtime.encodings.benchmark.scores import METRICS, Metric
from mlipilot.runtime.encodings.benchmark.tables import Scores, Table
from mlipilot.runtime.encodings.benchmark.variance import explained
from mlipilot.runtime.encodings.benchmark.verdict import Verdict, Word, factor_to_decide, judge
from mlipilot.spec.numerals import count, short

_FARTHEST = 1000.0
"""Times as many samples: what needs more is not decided by samples."""


@dataclass(frozen=True)
class Measured:
    """A data set and the scores on it."""

    name: str
    about: Mapping[str, Any]
    """Samples, task, deviation of the target and more, as its jobs found them."""
    table: Table

    @property
    def task(self) -> str:
        """`classes` or `numbers`."""
        return str(self.about["task"])

    def rope(self, ropes: Mapping[str, float]) -> float:
        """Of a metric on this set: points of classes, standard deviations of a target without a unit, or eV an atom."""
        if self.about.get("unit"):
            return ropes[ENERGY]
        return ropes[POINT] * (float(self.about["deviation"]) if self.task == "numbers" else 1.0)


def assess(params: CompareParameters, measured: Sequence[Measured]) -> dict[str, Any]:
    """Verdicts, scores, claims, shares and rankings, by the name of the field of a `BenchmarkOutcome`."""
    compared = tuple(_compared(params, measured))
    scored = tuple(one for data in measured for one in _scored(params, data))
    return {
        "comparisons": compared,
        "scores": scored,
        "claims": tuple(_claimed(claim, params, measured, compared) for claim in params.claims),
        "shares": tuple(share for data in measured for share in _shares(params, data)),
        "rankings": tuple(_rankings(params, measured)),
    }


def metric_of(params: CompareParameters, data: Measured) -> tuple[str, Metric]:
    """What is judged on a data set."""
    name = params.metric[data.task]
    return name, METRICS[data.task][name]  # type: ignore[index]


def _compared(params: CompareParameters, measured: Sequence[Measured]) -> Iterator[Compared]:
    """All comparisons, each corrected in its family."""
    found = [(data, pair) for data in measured for pair in pairs(params.factors)]
    known = [(data, pair, _comparison(params, data, pair)) for data, pair in found]
    families: dict[tuple[str, ...], list[int]] = {}
    for number, (data, pair, comparison) in enumerate(known):
        if comparison is not None:
            families.setdefault(_family(params.family, data.name, pair.tier), []).append(number)
    verdicts: dict[int, tuple[Verdict, int]] = {}
    for members in families.values():
        comparisons = [comparison for number in members if (comparison := known[number][2]) is not None]
        judged = judge(comparisons, params.confidence)
        verdicts |= {number: (verdict, len(members)) for number, verdict in zip(members, judged, strict=True)}
    for number, (data, pair, _) in enumerate(known):
        yield _one(params, data, pair, verdicts.get(number))


def _family(declared: str, data: str, tier: str) -> tuple[str, ...]:
    return {"data": (data, tier), "tier": (tier,), "block": ()}[declared]


def _comparison(params: CompareParameters, data: Measured, pair: Pair) -> Comparison | None:
    name, metric = metric_of(params, data)
    arms = [_merits(data.table, cell, name, metric) for cell in pair]
    if arms[0] is None or arms[1] is None:
        return None
    return compare(arms[0], arms[1], params.protocol, data.rope(params.rope))


def _merits(table: Table, cell: Cell, name: str, metric: Metric) -> Scores | None:
    """Scores of which the greater is the better."""
    found = table.scores(cell, name)
    return None if found is None else np.array([metric.merit(score) for score in found])


def _one(params: CompareParameters, data: Measured, pair: Pair, judged: tuple[Verdict, int] | None) -> Compared:
    name, _ = metric_of(params, data)
    place = _place(data, pair.encoding)
    shared = Compared(place, pair.tier, pair.encoding.arm, pair.control.arm, name, LEFT_OUT)
    if judged is None:
        lost = [cell for cell in pair if data.table.scores(cell, name) is None]
        return replace(shared, reason="; ".join(f"`{cell.arm}`: {_loss(data, cell, name)}" for cell in lost))
    verdict, family = judged
    comparison = verdict.comparison
    lower, upper = comparison.interval(params.confidence)
    factor = factor_to_decide(comparison, params.confidence) if verdict.word is Word.UNDECIDED else math.inf
    return replace(
        shared,
        word=verdict.word.value,
        difference=comparison.difference,
        lower=lower,
        upper=upper,
        rope=comparison.rope,
        chance_better=comparison.chance_better,
        chance_equivalent=comparison.chance_equivalent,
        chance_worse=comparison.chance_worse,
        p_value=comparison.p_value,
        corrected_p=verdict.corrected_p,
        family=family,
        samples_factor=max(1.0, factor) if factor <= _FARTHEST else None,
    )


def _loss(data: Measured, cell: Cell, metric: str) -> str:
    """Why a cell has no scores."""
    return data.table.left_out(cell) or f"its `{metric}` is not known"


def _place(data: Measured, cell: Cell) -> Place:
    return Place(data.name, cell.scaling, cell.dimension, cell.head)


def _scored(params: CompareParameters, data: Measured) -> Iterator[Scored]:
    name, metric = metric_of(params, data)
    for cell in cells(pairs(params.factors)):
        found = data.table.scores(cell, name)
        mean = lower = upper = None
        if found is not None:
            mean, lower, upper = _interval(found, metric, params.protocol, params.confidence)
        yield Scored(
            _place(data, cell),
            cell.arm,
            cell.tier,
            cell.matched,
            name,
            mean,
            lower,
            upper,
            {metric: data.table.mean(cell, metric) for metric in METRICS[data.task]},  # type: ignore[index]
            data.table.mean(cell, "fit_seconds"),
            "" if found is not None else _loss(data, cell, name),
        )


def _interval(scores: Scores, metric: Metric, protocol: Protocol, confidence: float) -> tuple[float, float, float]:
    """The mean, and ends of its interval by the corrected error, cut off at what the metric can be."""
    mean = float(scores.mean())
    error = protocol.error * float(scores.std(ddof=1))
    half = _core.student_critical((1 - confidence) / 2, protocol.freedom) * error
    return mean, max(metric.least, mean - half), min(metric.most, mean + half)


_WANTED = {
    "better": ({Word.BETTER}, {Word.EQUIVALENT, Word.WORSE}),
    "not_worse": ({Word.BETTER, Word.EQUIVALENT}, {Word.WORSE}),
    "equivalent": ({Word.EQUIVALENT}, {Word.BETTER, Word.WORSE}),
}
"""Verdicts by which a comparison has what a claim says, and those by which it has not."""


def _claimed(
    claim: ClaimParameters, params: CompareParameters, measured: Sequence[Measured], compared: Sequence[Compared]
) -> ClaimOutcome:
    places = [(data.name, pair) for data in measured for pair in pairs(params.factors)]
    own = [found for (data, pair), found in zip(places, compared, strict=True) if claim.speaks_of(data, pair)]
    outcomes = [_fulfils(claim.relation, one) for one in own]
    outcome = next((word for word in (FAILS, UNDECIDED) if word in outcomes), HOLDS if outcomes else UNDECIDED)
    return ClaimOutcome(
        claim.verb,
        claim.relation,
        claim.written,
        claim.because,
        outcome,
        dict(Counter(one.word for one in own)),
        _advice([one for one, word in zip(own, outcomes, strict=True) if word == UNDECIDED])
        if outcome == UNDECIDED
        else "",
    )


def _fulfils(relation: str, one: Compared) -> str:
    good, bad = _WANTED[relation]
    if one.word in good:
        return HOLDS
    if one.word in bad:
        return FAILS
    is_shown = relation == "not_worse" and one.chance_worse is not None and one.chance_worse <= NOT_WORSE
    return HOLDS if is_shown else UNDECIDED


def _advice(undecided: Sequence[Compared]) -> str:
    lost = [one for one in undecided if one.word == LEFT_OUT]
    if lost:
        return f"{count(len(lost), 'comparison')} left out: {lost[0].reason}"
    factors = [one.samples_factor for one in undecided]
    known = [factor for factor in factors if factor is not None]
    if len(known) < len(factors):
        return "its difference lies at the edge of the ROPE, where samples hardly decide: declare another ROPE"
    return f"about {short(max(known), 2)} times as many samples would decide it, if differences stayed what they are"


def _shares(params: CompareParameters, data: Measured) -> Iterator[Share]:
    """What the factors explain of the encodings' scores, over cells that have features."""
    name, _ = metric_of(params, data)
    own = [cell for cell in cells(pairs(params.factors)) if cell.is_encoding and cell.head != KERNEL_HEAD]
    scores = [data.table.scores(cell, name) for cell in own]
    known = [found for found in scores if found is not None]
    if len(known) < len(own) or len(own) < 2:
        return  # a design with holes has no exact decomposition
    levels: dict[str, list[object]] = {
        "encoding": [cell.arm for cell in own],
        "scaling": [cell.scaling for cell in own],
        "dimension": [cell.dimension for cell in own],
        "head": [cell.head for cell in own],
    }
    for factor, number, share in explained(levels, np.array(known)):
        yield Share(data.name, factor, number, share)


def _rankings(params: CompareParameters, measured: Sequence[Measured]) -> Iterator[Ranking]:
    """Arms of each tier over the data sets, under each scaling and the first dimension and head."""
    compared = pairs(params.factors)
    for tier in dict.fromkeys(pair.tier for pair in compared):
        for scaling in params.factors.scaling:
            own = cells([pair for pair in compared if (pair.tier, pair.encoding.scaling) == (tier, scaling)])
            arms = list({cell.arm: cell for cell in reversed(own)}.values())[::-1]
            found = _ranking(params, measured, tier, arms)
            if found is not None:
                yield found


def _ranking(
    params: CompareParameters, measured: Sequence[Measured], tier: str, arms: Sequence[Cell]
) -> Ranking | None:
    merits = [[_merit(params, data, cell) for data in measured] for cell in arms]
    kept = [number for number in range(len(measured)) if all(row[number] is not None for row in merits)]
    table = np.array([[row[number] for number in kept] for row in merits], dtype=np.float64)
    found = ranked(table, 1 - params.confidence)
    if found is None:
        return None
    ranks = [Rank(cell.scaling, cell.arm, float(mean)) for cell, mean in zip(arms, found.means, strict=True)]
    cliques = tuple(tuple(arms[at].arm for at in clique) for clique in found.cliques)
    return Ranking(tier, len(kept), found.friedman_p, tuple(sorted(ranks, key=lambda rank: rank.mean)), cliques)


def _merit(params: CompareParameters, data: Measured, cell: Cell) -> float | None:
    """The mean merit of a cell; None where it is not known."""
    name, metric = metric_of(params, data)
    found = data.table.mean(cell, name)
    return None if found is None else metric.merit(found)


def levels(params: CompareParameters, data: Measured, column: str) -> Iterator[Level]:
    """The scores of arms at each level of what was made harder, a column of the table; its folds are of one repeat."""
    name, metric = metric_of(params, data)
    once = params.protocol._replace(repeats=1)
    for level, table in data.table.by_level(column):
        for cell in table.cells():
            found = table.scores(cell, name)
            if found is not None:
                mean, lower, upper = _interval(found, metric, once, params.confidence)
                yield Level(_place(data, cell), cell.arm, cell.tier, level, mean, lower, upper)


__all__ = ["Measured", "assess", "levels", "metric_of"]
