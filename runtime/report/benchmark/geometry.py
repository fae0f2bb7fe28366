"""Geometry of representations beside the metric, and interventions, which alone speak of a cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Geometry, Mechanism
from mlipilot.runtime.encodings.benchmark.words import grouped
from mlipilot.runtime.report.benchmark.measures import Looks, encoding_score, scaling_title, signed
from mlipilot.runtime.report.drawing import MUTED, PAPER, Figure, draw, log_axis
from mlipilot.runtime.report.quantity import Known, NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.spec.numerals import count


class _Drawn(NamedTuple):
    """A figure of geometry that has a panel."""

    title: str
    log: bool


DRAWN: Mapping[str, _Drawn] = {
    "effective_rank": _Drawn("effective rank", False),
    "condition_number": _Drawn("condition number", True),
    "alignment": _Drawn("alignment with the target", False),
}
"""Others stand in the table alone."""


@dataclass(frozen=True)
class GeometryRow:
    """A representation on a data set."""

    data: str
    scaling: str
    arm: str
    values: tuple[Quantity, ...]


@dataclass(frozen=True)
class MechanismRow:
    """An intervention on a data set."""

    mechanism: Mechanism
    geometry: str
    geometry_interval: str
    metric: str
    metric_interval: str


@dataclass(frozen=True)
class GeometryPart:
    """All of a block."""

    figures: tuple[tuple[str, Figure | Unknown], ...]
    """By data set."""
    columns: tuple[str, ...]
    rows: tuple[GeometryRow, ...]
    mechanisms: tuple[MechanismRow, ...]
    known: ClassVar[bool] = True


class _Point(NamedTuple):
    x: float
    y: float
    one: Geometry


def read_geometry(name: str, outcome: BenchmarkOutcome, looks: Looks) -> GeometryPart | None:
    """A figure for each data set whose geometry was measured, and a row for each intervention; None without both."""
    if not outcome.geometry and not outcome.mechanisms:
        return None
    of_set = grouped(outcome.geometry, lambda one: one.data)
    figures: list[tuple[str, Figure | Unknown]] = []
    for number, data in enumerate(data for data in looks.sets if data in of_set):
        figure = attempt(
            partial(_figure, f"{name}-geometry-{number}", data, of_set[data], outcome, looks, keys=not figures)
        )
        figures.append((data, figure))
    names = list(dict.fromkeys(figure for one in outcome.geometry for figure in one.figures))
    return GeometryPart(
        tuple(figures),
        tuple(DRAWN[figure].title if figure in DRAWN else figure.replace("_", " ") for figure in names),
        tuple(
            GeometryRow(one.data, one.scaling, one.arm, tuple(_value(one, figure) for figure in names))
            for one in outcome.geometry
        ),
        tuple(_mechanism(one, looks) for one in outcome.mechanisms),
    )


def _value(one: Geometry, figure: str) -> Quantity:
    return quantity(one.figures.get(figure), reason=one.reasons.get(figure, "it was not measured"))


def _mechanism(one: Mechanism, looks: Looks) -> MechanismRow:
    measure = looks.measure(one.data)
    return MechanismRow(
        one,
        signed(one.geometry.difference),
        f"[{signed(one.geometry.lower)}, {signed(one.geometry.upper)}]",
        measure.change(one.metric.difference),
        measure.interval(one.metric.lower, one.metric.upper),
    )


def _figure(
    name: str, data: str, found: list[Geometry], outcome: BenchmarkOutcome, looks: Looks, *, keys: bool
) -> Figure:
    measure = looks.measure(data)
    panels = {figure: _points(figure, data, found, outcome, looks) for figure in DRAWN}
    panels = {figure: points for figure, points in panels.items() if points}
    if not panels:
        raise NotKnown("no encoding has both a figure of geometry and a score")
    scalings = list(dict.fromkeys(one.scaling for one in found))
    arms = [arm for arm in looks.encodings if any(one.arm == arm for one in found)]

    def paint(canvas: Canvas) -> None:
        row = canvas.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (figure, points) in zip(row, panels.items(), strict=True):
            for point in points:
                _dot(axes, point, looks, hollow=point.one.scaling != scalings[0])
            axes.set_xlabel(DRAWN[figure].title)
            axes.margins(0.12)
            if DRAWN[figure].log and min(point.x for point in points) > 0:
                axes.set_xscale("log")
                log_axis(axes.xaxis)
            else:
                axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.yaxis.set_major_locator(MaxNLocator(4))
        row[0].set_ylabel(measure.label)
        shown = [_key(looks.colour(arm), looks.marker(arm), arm, hollow=False) for arm in arms]
        if len(scalings) > 1:
            shown += [_key(MUTED, "o", scaling_title(s), hollow=s != scalings[0]) for s in scalings[:2]]
        if keys:
            canvas.legend(handles=shown, loc="outside upper left", ncols=len(shown), handletextpad=0.3)

    missing = len(found) * len(panels) - sum(map(len, panels.values()))
    words = [f"Each point is an encoding under a scaling; {measure.title}, {measure.sense}."]
    if missing:
        words.append(f"{count(missing, 'point')} {'is' if missing == 1 else 'are'} not known, see the table.")
    return Figure(
        draw(name, (900, 205 if keys else 180), f"Geometry and {measure.title} on {data}", paint), " ".join(words)
    )


def _points(figure: str, data: str, found: list[Geometry], outcome: BenchmarkOutcome, looks: Looks) -> list[_Point]:
    points = []
    for one in found:
        score = encoding_score(outcome, data, one.scaling, one.arm)
        x, y = _value(one, figure), looks.measure(data).shown(score.mean if score is not None else None)
        if isinstance(x, Known) and isinstance(y, Known):
            points.append(_Point(x.value, y.value, one))
    return points


def _dot(axes: Any, point: _Point, looks: Looks, *, hollow: bool) -> None:
    colour = looks.colour(point.one.arm)
    axes.plot(
        point.x, point.y, linestyle="none", marker=looks.marker(point.one.arm), markersize=7, color=colour,
        markerfacecolor=PAPER if hollow else colour, markeredgewidth=1.5,
    )  # fmt: skip


def _key(colour: str, marker: str, label: str, *, hollow: bool) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker=marker, color=colour, markersize=6.5, markeredgewidth=1.4, label=label,
        markerfacecolor=PAPER if hollow else colour,
    )  # fmt: skip
