"""The progress of the arms: the best feasible objective against device time, a line for each lane."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.figure import Figure as Canvas

from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.outcome.result import LaneResult, Result, TrialResult
from mlipilot.runtime.pilot.outcome.wording import baseline_objective
from mlipilot.runtime.report.drawing import (
    BAD,
    FIRST,
    GOOD,
    INK,
    MUTED,
    PALE,
    PAPER,
    SECOND,
    Figure,
    draw,
    log_axis,
    thin,
)
from mlipilot.runtime.report.quantity import NotKnown

COLOURS = (FIRST, SECOND, GOOD, BAD, MUTED)
"""Of arms, the pilot's own first."""
_MOST_DOTS = 400
"""Of each lane; thinned evenly beyond."""


def progress(result: Result) -> Figure:
    """Draw it; not known where nothing is minimised or nothing was measured."""
    rule = result.objective
    if rule is None:
        raise NotKnown("the scorecard minimises nothing")
    start = baseline_objective(result)
    tried = {lane.name: _tried(lane) for lane in result.lanes}
    if not any(tried.values()):
        raise NotKnown("no trial has been measured yet")
    longest = max(lane.spent for lane in result.lanes)
    hours = longest > 2 * 3600
    scale = 3600.0 if hours else 60.0

    def paint(canvas: Canvas) -> None:
        axes = canvas.subplots()
        for lane in result.lanes:
            colour = colour_of(result, lane)
            _dots(axes, tried[lane.name], rule, scale)
            _line(axes, lane, rule, start, scale, colour)
        for place, arm in enumerate(result.settings.arms):
            axes.plot([], [], color=COLOURS[place % len(COLOURS)], linewidth=2.2, label=arm)
        axes.plot([], [], linestyle="none", marker=".", color=PALE, markersize=7, label="a trial")
        values = [v for trials in tried.values() for trial in trials if (v := trial.objective) is not None]
        _limits(axes, rule, [*values, *([start] if start is not None else [])])
        axes.set_xlim(0, max(longest, 1.0) / scale * 1.015)
        axes.set_xlabel(f"device time of an arm, {'h' if hours else 'min'}")
        axes.set_title(f"{rule.shown}, {rule.unit}", pad=8)
        axes.legend(loc="upper right", ncols=len(result.settings.arms) + 1, borderaxespad=0.0)

    parts = [
        "The objective of each arm's incumbent, from the trial that it was accepted in; rings mark acceptances. "
        "Dots are trials by the mean over their whole runs on the test split, whether they met the scorecard or not."
    ]
    if start is None:
        parts.append("The baseline does not satisfy the scorecard, so that a line begins where a design first did.")
    else:
        parts.append("The lines begin at the baseline, which satisfies the scorecard.")
    limit = _limit(result, rule)
    if limit is not None:
        parts.append(f"A dashed line is the threshold of {rule.reads(limit)}, where it lies within the axis.")
    return Figure(
        draw("progress", (900, 300), "Progress of the arms", lambda c: _with_limit(c, paint, limit, rule)),
        " ".join(parts),
    )


def colour_of(result: Result, lane: LaneResult) -> str:
    """An arm's colour while drawing."""
    return COLOURS[result.settings.arms.index(lane.arm) % len(COLOURS)]


def _with_limit(canvas: Canvas, paint: Any, limit: float | None, rule: Rule) -> None:
    paint(canvas)
    axes = canvas.axes[0]
    low, high = axes.get_ylim()
    if limit is not None and low <= rule.in_unit(limit) <= high:
        axes.axhline(rule.in_unit(limit), color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)


def _limit(result: Result, rule: Rule) -> float | None:
    """The threshold of a require on the same metric."""
    found = [other.threshold for other in result.rules if other.is_required and other.shown == rule.shown]
    return next((limit for limit in found if limit is not None), None)


def _tried(lane: LaneResult) -> list[TrialResult]:
    return [trial for trial in lane.trials if trial.objective is not None and math.isfinite(trial.objective)]


def _dots(axes: Any, trials: list[TrialResult], rule: Rule, scale: float) -> None:
    some = trials[:: thin(len(trials), _MOST_DOTS)]
    x = [trial.spent / scale for trial in some]
    y = [rule.in_unit(trial.objective) for trial in some if trial.objective is not None]
    axes.plot(x, y, linestyle="none", marker=".", color=PALE, markersize=7, zorder=2)


def _line(axes: Any, lane: LaneResult, rule: Rule, start: float | None, scale: float, colour: str) -> None:
    points = [(0.0, start)] if start is not None else []
    accepted = [(trial.spent, trial.objective) for trial in lane.accepted if trial.objective is not None]
    points += accepted
    if not points:
        return
    x = [spent / scale for spent, _ in points] + [lane.spent / scale]
    y = [rule.in_unit(value) for _, value in points]
    axes.plot(x, [*y, y[-1]], drawstyle="steps-post", color=colour, linewidth=1.8, zorder=3)
    axes.plot(
        [spent / scale for spent, _ in accepted],
        [rule.in_unit(value) for _, value in accepted],
        linestyle="none",
        marker="o",
        markersize=7.5,
        markerfacecolor=PAPER,
        markeredgecolor=colour if accepted else INK,
        markeredgewidth=2.0,
        zorder=4,
    )


def _limits(axes: Any, rule: Rule, values: list[float]) -> None:
    low, high = rule.in_unit(min(values)), rule.in_unit(max(values))
    if not rule.is_even and low > 0 and high / low > 4:
        axes.set_yscale("log")
        axes.set_ylim(low / 1.25, high * 1.7)
        log_axis(axes.yaxis)
        return
    room = high - low or abs(high) or 1.0
    axes.set_ylim(low - 0.08 * room, high + 0.22 * room)
