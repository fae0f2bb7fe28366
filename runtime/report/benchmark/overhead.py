"""What arms cost: the metric against time as a ratio to the raw features, and all ratios with their ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Overhead, Scored
from mlipilot.runtime.encodings.benchmark.words import grouped
from mlipilot.runtime.report.benchmark.measures import Looks, short_names
from mlipilot.runtime.report.drawing import INK, MUTED, PALE, Figure, draw
from mlipilot.runtime.report.quantity import Known, NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.spec.numerals import count, format_number, short, size

ACROSS = 3
"""Panels beside each other."""
_TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)
_WIDE, _TALL = 235.0, 150.0
"""About the size of a panel, px."""
_LETTER, _HIGH = 4.9, 10.0
"""About the size of a letter, px."""
_SIDES = {"above": (0, 5, 0.5, 0), "below": (0, -5, 0.5, 1), "right": (7, 0, 0, 0.5), "left": (-7, 0, 1, 0.5)}
"""Where a name may stand: its anchor's offset in px, and the share of its width and height before the anchor."""


@dataclass(frozen=True)
class Ratio:
    """A time as a ratio to the raw features'."""

    middle: Quantity
    range: str


@dataclass(frozen=True)
class OverheadRow:
    """An arm on a data set."""

    data: str
    arm: str
    features: int
    encode: Ratio
    fit: Ratio
    predict: Ratio
    sample: Quantity
    """Microseconds to encode one."""
    room: str
    """Of its features."""
    reason: str


@dataclass(frozen=True)
class OverheadPart:
    """All of a block."""

    figure: Figure | Unknown
    rows: tuple[OverheadRow, ...]
    place: str
    """Hardware, in words."""
    known: ClassVar[bool] = True


class _Point(NamedTuple):
    arm: str
    x: float
    low: float
    high: float
    y: float


def read_overhead(name: str, outcome: BenchmarkOutcome, looks: Looks) -> OverheadPart | None:
    """None where no time was measured."""
    if not outcome.overhead:
        return None
    hardware = outcome.hardware
    raw = {one.data: one.bytes for one in outcome.overhead if one.arm == "raw"}
    machine = [hardware[key] for key in ("processor", "gpu") if hardware.get(key)]
    cores = hardware.get("cores")
    return OverheadPart(
        attempt(lambda: _figure(f"{name}-overhead", outcome, looks)),
        tuple(_row(one, raw.get(one.data)) for one in outcome.overhead),
        ", ".join([*map(str, machine), *([count(cores, "core")] if isinstance(cores, int) else [])]),
    )


def _room(own: int | None, raw: int | None) -> str:
    """Of the features of a sample, and how many times those of the raw ones."""
    if not isinstance(own, int):
        return ""
    return size(own) + (f" ({format_number(own / raw, 2)} ×)" if isinstance(raw, int) and raw else "")


def _row(one: Overhead, raw: int | None) -> OverheadRow:
    reason = one.reason or "it was not measured"
    seconds = quantity(one.encode_seconds, reason=reason)
    return OverheadRow(
        one.data,
        one.arm,
        one.features,
        _ratio(one.encode_ratio, one.encode_range, reason),
        _ratio(one.fit_ratio, one.fit_range, reason),
        _ratio(one.predict_ratio, one.predict_range, reason),
        Known(1e6 * seconds.value, "µs", 2) if isinstance(seconds, Known) else seconds,
        _room(one.bytes, raw),
        one.reason,
    )


def _ratio(middle: float | None, ends: tuple[float, float] | None, reason: str) -> Ratio:
    spread = "" if ends is None else f"{format_number(ends[0], 2)}–{format_number(ends[1], 2)}"
    return Ratio(quantity(middle, "×", digits=2, reason=reason), spread)


def _figure(name: str, outcome: BenchmarkOutcome, looks: Looks) -> Figure:
    of_set = grouped(outcome.overhead, lambda one: one.data)
    panels = {data: _points(outcome, data, of_set[data], looks) for data in looks.sets if data in of_set}
    panels = {data: points for data, points in panels.items() if points}
    if not panels:
        raise NotKnown("no arm has both a time and a score")
    names = short_names(list(dict.fromkeys(point.arm for points in panels.values() for point in points)))
    across = min(ACROSS, len(panels))
    down = -(-len(panels) // across)

    def paint(canvas: Canvas) -> None:
        grid = canvas.subplots(down, across, squeeze=False)
        for number, axes in enumerate(grid.flat):
            if number < len(panels):
                data, points = list(panels.items())[number]
                _panel(axes, data, points, looks, names)
                if number + across >= len(panels):
                    axes.set_xlabel("time to encode and predict, × raw features")
            else:
                axes.set_visible(False)

    captions = (
        "Each arm behind the first head: the metric against the time to encode and predict, as a ratio to that of the "
        "raw features in the same rounds, with the least and the largest. The line joins arms that no other beats in "
        "both."
    )
    return Figure(draw(name, (900, 200 * down + 20), "Metric against time", paint), captions)


def _points(outcome: BenchmarkOutcome, data: str, found: Sequence[Overhead], looks: Looks) -> list[_Point]:
    measure = looks.measure(data)
    points = []
    for one in found:
        score = _score(outcome, one, found, looks)
        x, y = quantity(one.predict_ratio), measure.shown(score.mean if score is not None else None)
        if isinstance(x, Known) and isinstance(y, Known) and x.value > 0:
            low, high = one.predict_range or (x.value, x.value)
            points.append(_Point(one.arm, x.value, low, high, y.value))
    return points


def _score(outcome: BenchmarkOutcome, one: Overhead, found: Sequence[Overhead], looks: Looks) -> Scored | None:
    """That of an arm with its own features, under the first scaling and behind the first head that it was run with.

    A control that is matched is run once for each encoding; meant is the one with as many features.
    """
    sizes = {other.arm: other.features for other in found if other.arm in looks.encodings}
    cells = [
        scored
        for scored in outcome.scores
        if (scored.place.data, scored.arm) == (one.data, one.arm) and scored.place.head not in ("", "kernel")
    ]
    alike = [cell for cell in cells if not cell.matched or sizes.get(cell.matched) == one.features]
    return min(alike or cells, key=lambda cell: cell.place.dimension is not None, default=None)


def _panel(axes: Any, data: str, points: Sequence[_Point], looks: Looks, names: Mapping[str, str]) -> None:
    measure = looks.measure(data)
    front = _front(points, greater=measure.greater_is_better)
    axes.plot([p.x for p in front], [p.y for p in front], color=PALE, linewidth=1.2, zorder=1, drawstyle="steps-post")
    for point in points:
        colour = looks.colour(point.arm)
        axes.plot([point.low, point.high], [point.y, point.y], color=colour, linewidth=1.4, alpha=0.5)
        axes.plot(point.x, point.y, linestyle="none", marker=looks.marker(point.arm), markersize=6, color=colour)
    axes.set_title(short_names(looks.sets)[data])
    axes.set_ylabel(measure.label)
    axes.set_xscale("log")
    axes.margins(x=0.2, y=0.2)
    axes.autoscale_view()
    axes.yaxis.set_major_locator(MaxNLocator(4))
    low, high = axes.get_xlim()
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([tick for tick in _TICKS if low <= tick <= high])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.set_xlim(low, high)
    _name_points(axes, points, looks, names)


class _Box(NamedTuple):
    """In px from the lower left corner of the panel."""

    left: float
    bottom: float
    right: float
    top: float

    def covers(self, other: _Box) -> bool:
        """Whether they overlap."""
        apart = self.right < other.left or other.right < self.left or self.top < other.bottom or other.top < self.bottom
        return not apart


def _name_points(axes: Any, points: Sequence[_Point], looks: Looks, names: Mapping[str, str]) -> None:
    """A name beside each point, on the first side where it covers no other name and no point."""
    (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    at = {
        point: (_WIDE * math.log(point.x / low) / math.log(high / low), _TALL * (point.y - bottom) / (top - bottom))
        for point in points
    }
    taken = [_Box(x - 3, y - 3, x + 3, y + 3) for x, y in at.values()]
    for point, (x, y) in at.items():
        width = _LETTER * len(names[point.arm])
        boxes = {
            side: _Box(left := x + dx - share * width, below := y + dy - lift * _HIGH, left + width, below + _HIGH)
            for side, (dx, dy, share, lift) in _SIDES.items()
        }
        side = next((side for side, box in boxes.items() if not any(map(box.covers, taken))), "above")
        taken.append(boxes[side])
        dx, dy, *_ = _SIDES[side]
        colour = looks.colour(point.arm)
        across, up = {"above": ("center", "bottom"), "below": ("center", "top"), "right": ("left", "center")}.get(
            side, ("right", "center")
        )
        axes.annotate(
            names[point.arm], (point.x, point.y), xytext=(dx, dy), textcoords="offset points", ha=across, va=up,
            fontsize=8.5, color=INK if colour == MUTED else colour,
        )  # fmt: skip


def _front(points: Sequence[_Point], *, greater: bool) -> list[_Point]:
    """Those that no faster one equals or beats."""
    best: list[_Point] = []
    for point in sorted(points, key=lambda p: (p.x, -p.y if greater else p.y)):
        if not best or (point.y > best[-1].y if greater else point.y < best[-1].y):
            best.append(point)
    return best
