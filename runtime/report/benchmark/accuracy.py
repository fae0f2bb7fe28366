"""Means with intervals: arms as rows, tier by tier, a column for each scaling; and the table of all metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.figure import Figure as Canvas

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Scored
from mlipilot.runtime.encodings.benchmark.words import grouped, tier_title
from mlipilot.runtime.report.benchmark.measures import (
    Looks,
    Measure,
    Settings,
    dimension_title,
    scaling_title,
    short_names,
)
from mlipilot.runtime.report.drawing import INK, MUTED, PAPER, Figure, draw, shared_limits
from mlipilot.runtime.report.quantity import Known, NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.spec.numerals import count

_ROW, _HEAD, _FOOT = 21, 30, 46
"""Heights of a row, of what stands above, of what stands below, in px."""


@dataclass(frozen=True)
class ScoreRow:
    """A cell in the table of all metrics."""

    arm: str
    tier: str
    matched: str
    setting: str
    interval: str
    values: tuple[Quantity, ...]
    seconds: Quantity
    reason: str
    """Why it was left out."""


@dataclass(frozen=True)
class AccuracyPart:
    """A data set."""

    data: str
    metric: str
    figures: tuple[Figure | Unknown, ...]
    """One for each dimension."""
    columns: tuple[str, ...]
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class _Row:
    """A line of the figure: a heading, or an arm with all its cells."""

    label: str
    cells: tuple[Scored, ...] = ()


def read_accuracy(name: str, outcome: BenchmarkOutcome, looks: Looks) -> tuple[AccuracyPart, ...]:
    """A part for each data set with a cell."""
    of_set = grouped(outcome.scores, lambda scored: scored.place.data)
    return tuple(
        _part(f"{name}-accuracy-{number}", data, of_set[data], looks)
        for number, data in enumerate(looks.sets)
        if data in of_set
    )


def _part(name: str, data: str, scores: Sequence[Scored], looks: Looks) -> AccuracyPart:
    measure = looks.measure(data)
    behind = [scored for scored in scores if scored.place.head not in ("", "kernel")]
    dimensions = list(dict.fromkeys(scored.place.dimension for scored in behind)) or [None]
    others = [scored for scored in scores if scored.place.head in ("", "kernel")]
    figures = []
    for number, dimension in enumerate(dimensions):
        own = [scored for scored in behind if scored.place.dimension == dimension] + (others if number == 0 else [])
        title = dimension_title(dimension) if len(dimensions) > 1 else ""
        figures.append(attempt(partial(_figure, f"{name}-{number}", data, own, looks, title)))
    metrics = list(dict.fromkeys(metric for scored in scores for metric in (scored.metric, *scored.means)))
    settings = Settings([scored.place for scored in scores])
    return AccuracyPart(
        data,
        measure.title,
        tuple(figures),
        tuple(looks.measure(data, metric).label for metric in metrics),
        tuple(_row(scored, metrics, looks, settings) for scored in scores),
    )


def _row(scored: Scored, metrics: Sequence[str], looks: Looks, settings: Settings) -> ScoreRow:
    data = scored.place.data
    values = tuple(
        looks.measure(data, metric).shown(
            scored.mean if metric == scored.metric else scored.means.get(metric), "the model has no probabilities"
        )
        for metric in metrics
    )
    ends = [looks.measure(data, scored.metric).shown(end) for end in (scored.lower, scored.upper)]
    return ScoreRow(
        scored.arm,
        _tier(scored),
        short_names(looks.encodings).get(scored.matched, scored.matched),
        settings.words(scored.place),
        "–".join(end.text for end in ends if isinstance(end, Known)) if all(end.known for end in ends) else "",
        values,
        quantity(scored.fit_seconds, "s", reason="it was not timed"),
        scored.reason,
    )


def _tier(scored: Scored) -> str:
    return tier_title(scored.tier) or ("encoding, as a kernel" if scored.place.head == "kernel" else "encoding")


def _rows(scores: Sequence[Scored]) -> list[_Row]:
    """Groups of what is compared: each head with its encodings and controls, kernels, models of their own."""
    heads = grouped(scores, lambda scored: scored.place.head)
    plain = [head for head in heads if head not in ("", "kernel")]
    titles = {head: "Same head" if len(plain) == 1 else f"Same head, {head}" for head in plain}
    titles |= {"kernel": "Same kernel", "": "Adaptive"}
    rows = []
    for head in (*plain, "kernel", ""):
        if head in heads:
            rows.append(_Row(titles[head]))
            arms = grouped(heads[head], lambda scored: (bool(scored.tier), scored.arm))
            rows += [_Row(arm, tuple(cells)) for (_, arm), cells in sorted(arms.items(), key=lambda item: item[0][0])]
    return rows


def _figure(name: str, data: str, scores: Sequence[Scored], looks: Looks, title: str) -> Figure:
    known = [scored for scored in scores if isinstance(quantity(scored.mean), Known)]
    if not known:
        raise NotKnown(next((scored.reason for scored in scores if scored.reason), "no cell has a score"))
    measure, rows = looks.measure(data), _rows(scores)
    scalings = list(dict.fromkeys(scored.place.scaling for scored in scores))
    ends = [_ends(scored, measure) for scored in known]
    limits = shared_limits([(low, high) for low, _, high in ends])

    def paint(canvas: Canvas) -> None:
        panels = canvas.subplots(1, len(scalings), sharey=True, squeeze=False)[0]
        for axes, scaling in zip(panels, scalings, strict=True):
            for place, row in enumerate(rows):
                _dots(axes, place, [cell for cell in row.cells if cell.place.scaling == scaling], looks, measure)
            raw = next((s for s in known if s.arm == "raw" and s.place.scaling == scaling and s.tier), None)
            if raw is not None:
                axes.axvline(_ends(raw, measure)[1], color=MUTED, linewidth=1, linestyle=(0, (1.5, 2.5)), zorder=1)
            axes.set(xlim=limits, ylim=(len(rows) - 0.4, -0.6), xlabel=measure.label)
            axes.grid(visible=False, axis="y")
            axes.set_title(scaling_title(scaling) if len(scalings) > 1 else "")
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        panels[0].set_yticks(range(len(rows)), [row.label for row in rows])
        for row, text in zip(rows, panels[0].get_yticklabels(), strict=True):
            text.set_color(looks.colour(row.label) if row.label in looks.encodings else INK if not row.cells else MUTED)
            text.set_fontweight("normal" if row.cells else "bold")

    size = (900, _ROW * len(rows) + _HEAD + _FOOT)
    words = [f"Mean {measure.title}, {measure.sense}."]
    left_out = len(scores) - len(known)
    if left_out:
        words.append(f"{count(left_out, 'cell')} {'is' if left_out == 1 else 'are'} left out, see below.")
    if title:
        words.insert(0, f"{title[0].upper()}{title[1:]}.")
    return Figure(draw(name, size, f"{measure.title} on {data}", paint), " ".join(words))


def _dots(axes: Any, place: int, cells: Sequence[Scored], looks: Looks, measure: Measure) -> None:
    """The cells of a row; those that differ in what they are matched to stand a little apart."""
    step = min(0.24, 0.6 / max(1, len(cells)))
    for number, cell in enumerate(cells):
        if not isinstance(quantity(cell.mean), Known):
            continue
        low, middle, high = _ends(cell, measure)
        y = place + step * (number - (len(cells) - 1) / 2)
        colour = looks.colour(cell.matched or cell.arm)
        axes.plot([low, high], [y, y], color=colour, linewidth=1.6, alpha=0.55, zorder=2)
        marker, size = looks.marker(cell.matched or cell.arm), 5.2 if cell.tier else 6.2
        axes.plot(
            middle, y, linestyle="none", marker=marker, markersize=size, color=colour,
            markerfacecolor=PAPER if cell.matched else colour, markeredgewidth=1.4, zorder=3,
        )  # fmt: skip


def _ends(scored: Scored, measure: Measure) -> tuple[float, float, float]:
    """Lower end, mean and upper end as shown; an end that is not known is the mean."""
    mean = quantity(scored.mean)
    assert isinstance(mean, Known)
    low, high = quantity(scored.lower), quantity(scored.upper)
    return (
        (low.value if isinstance(low, Known) else mean.value) * measure.factor,
        mean.value * measure.factor,
        (high.value if isinstance(high, Known) else mean.value) * measure.factor,
    )
