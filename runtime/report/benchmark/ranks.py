"""Critical-difference figures: mean ranks over the data sets, and bars over what no test tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.figure import Figure as Canvas

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Rank, Ranking
from mlipilot.runtime.encodings.benchmark.words import grouped, tier_title
from mlipilot.runtime.report.benchmark.measures import Looks, scaling_title
from mlipilot.runtime.report.drawing import INK, MUTED, Figure, draw
from mlipilot.runtime.report.quantity import NotKnown, Unknown, attempt
from mlipilot.spec.numerals import count, format_number

NEEDED = 10
"""Data sets from which signed-rank tests of pairs can tell anything after correction."""
_ROW = 22


@dataclass(frozen=True)
class RankPart:
    """A tier under a scaling."""

    title: str
    figure: Figure | Unknown


def read_ranks(name: str, outcome: BenchmarkOutcome, looks: Looks) -> tuple[RankPart, ...]:
    """A figure for each ranking and scaling."""
    found = [
        (ranking, scaling, ranks)
        for ranking in outcome.rankings
        for scaling, ranks in grouped(ranking.ranks, lambda rank: rank.scaling).items()
    ]
    several = len({scaling for _, scaling, _ in found}) > 1
    parts = []
    for number, (ranking, scaling, ranks) in enumerate(found):
        title = tier_title(ranking.tier) + (f", {scaling_title(scaling)}" if several else "")
        parts.append(RankPart(title, attempt(partial(_figure, f"{name}-ranks-{number}", ranking, ranks, looks, title))))
    return tuple(parts)


def _figure(name: str, ranking: Ranking, ranks: Sequence[Rank], looks: Looks, title: str) -> Figure:
    if len(ranks) < 2:
        raise NotKnown("a ranking needs two arms")
    ordered = sorted(ranks, key=lambda rank: rank.mean)
    places = {rank.arm: rank.mean for rank in ordered}
    cliques = [ends for clique in ranking.cliques if len(ends := [places[arm] for arm in clique if arm in places]) > 1]
    half = -(-len(ordered) // 2)
    first_stem = 0.9 + 0.42 * len(cliques)

    def paint(canvas: Canvas) -> None:
        axes = canvas.subplots()
        low, high = 1.0, float(max(len(ordered), ordered[-1].mean))
        for number, rank in enumerate(ordered):
            left = number < half
            depth = first_stem + (number if left else len(ordered) - 1 - number) * 0.9
            edge = low - 0.12 if left else high + 0.12
            _stem(axes, rank, depth, edge, looks.colour(rank.arm), left=left)
        for number, ends in enumerate(cliques):
            y = 0.42 * (number + 1)
            axes.plot([min(ends) - 0.03, max(ends) + 0.03], [y, y], color=INK, linewidth=4, solid_capstyle="butt")
        margin = 0.42 * (high - low)
        axes.set(xlim=(low - margin, high + margin), ylim=(first_stem + 0.9 * (half - 1) + 0.5, 0))
        axes.set_xticks(range(1, len(ordered) + 1))
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.spines["top"].set_visible(True)
        axes.spines["top"].set_bounds(low, high)

    alike = "bars join arms that no corrected signed-rank test tells apart" if cliques else "every pair is told apart"
    caption = (
        f"Mean rank over {count(ranking.data_sets, 'data set')}, 1 the best (Friedman p "
        f"{format_number(ranking.friedman_p, 2)}); {alike}."
    )
    height = 46 + _ROW * (half + 0.47 * len(cliques))
    return Figure(draw(name, (900, height), f"Mean ranks, {title}", paint), caption)


def _stem(axes: Any, rank: Rank, depth: float, edge: float, colour: str, *, left: bool) -> None:
    axes.plot([rank.mean, rank.mean, edge], [0, depth, depth], color=colour, linewidth=1.3)
    text = f"{rank.arm}  {rank.mean:.2f}" if left else f"{rank.mean:.2f}  {rank.arm}"
    shade = INK if colour == MUTED else colour
    axes.text(edge + (-0.04 if left else 0.04), depth, text, ha="right" if left else "left", va="center", color=shade)
