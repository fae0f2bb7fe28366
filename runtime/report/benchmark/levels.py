"""Learning curves, and what noise in the labels does: a panel for each data set and setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from mlipilot.runtime.encodings.benchmark.outcome import Level
from mlipilot.runtime.encodings.benchmark.words import grouped
from mlipilot.runtime.report.benchmark.measures import Looks, Settings
from mlipilot.runtime.report.drawing import MUTED, Figure, draw
from mlipilot.runtime.report.quantity import NotKnown, Unknown, attempt
from mlipilot.spec.numerals import short

ACROSS = 3
_DASHES = ((0, (4, 2)), (0, (1, 1.6)), (0, (6, 2, 1, 2)), "-")
"""Of controls, which share a colour."""


@dataclass(frozen=True)
class Stressed:
    """What an axis of levels is."""

    name: str
    label: str
    share: bool
    """Whether levels are shares, shown in percent; otherwise counts, on a logarithmic axis."""
    caption: str


CURVES = Stressed("curves", "training rows", False, "The metric by the number of training rows")
NOISE = Stressed("noise", "wrong labels, %", True, "The metric by the share of training labels that are made wrong")


def read_levels(name: str, what: Stressed, levels: Sequence[Level], looks: Looks) -> Figure | Unknown | None:
    """None where nothing was measured."""
    return attempt(lambda: _figure(f"{name}-{what.name}", what, levels, looks)) if levels else None


def _figure(name: str, what: Stressed, levels: Sequence[Level], looks: Looks) -> Figure:
    settings = Settings([level.place for level in levels])
    panels = grouped(levels, lambda level: (level.place.data, settings.words(level.place)))
    panels = {key: panels[key] for key in sorted(panels, key=lambda key: _order(key[0], looks))}
    if not all(level.level > 0 or what.share for level in levels):
        raise NotKnown("a number of training rows is not positive")
    controls = list(dict.fromkeys(level.arm for level in levels if level.tier))
    arms = [arm for arm in looks.encodings if any(level.arm == arm for level in levels)]
    across = min(ACROSS, max(2, len(panels)))
    down = -(-len(panels) // across)

    def paint(canvas: Canvas) -> None:
        grid = canvas.subplots(down, across, squeeze=False)
        for axes, ((data, setting), own) in zip(grid.flat, panels.items(), strict=False):
            for (arm, _), course in grouped(own, lambda level: (level.arm, level.tier)).items():
                _course(axes, sorted(course, key=lambda level: level.level), what, looks, controls, arm)
            measure = looks.measure(data)
            axes.set(title=f"{data}{f', {setting}' if setting else ''}", xlabel=what.label, ylabel=measure.label)
            axes.yaxis.set_major_locator(MaxNLocator(5))
            _level_axis(axes, sorted({level.level for level in own}), what)
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        keys = [
            Line2D([], [], color=looks.colour(arm), marker=looks.marker(arm), markersize=5, label=arm) for arm in arms
        ]
        keys += [Line2D([], [], color=MUTED, linestyle=_dash(arm, controls), label=arm) for arm in controls]
        canvas.legend(handles=keys, loc="outside upper left", ncols=min(5, len(keys)))

    senses = dict.fromkeys(looks.measure(data).sense for data, _ in panels)
    caption = f"{what.caption}, with intervals; {', '.join(senses)}."
    return Figure(draw(name, (900, 225 * down + 30), what.caption, paint), caption)


def _order(data: str, looks: Looks) -> int:
    return looks.sets.index(data) if data in looks.sets else len(looks.sets)


def _dash(arm: str, controls: Sequence[str]) -> Any:
    return _DASHES[controls.index(arm) % len(_DASHES)]


def _course(
    axes: Any, course: Sequence[Level], what: Stressed, looks: Looks, controls: Sequence[str], arm: str
) -> None:
    measure = looks.measure(course[0].place.data)
    xs = [100 * level.level if what.share else level.level for level in course]
    low, mean, high = (
        [measure.factor * value for value in values]
        for values in zip(*((level.lower, level.mean, level.upper) for level in course), strict=True)
    )
    colour = looks.colour(arm)
    is_control = arm in controls
    axes.fill_between(xs, low, high, color=colour, alpha=0.1, linewidth=0)
    axes.plot(
        xs, mean, color=colour, linestyle=_dash(arm, controls) if is_control else "-",
        marker=None if is_control else looks.marker(arm), markersize=4.5, markeredgewidth=0,
    )  # fmt: skip


def _level_axis(axes: Any, levels: Sequence[float], what: Stressed) -> None:
    shown = [100 * level if what.share else level for level in levels]
    if not what.share:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(shown)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value, 4)))
