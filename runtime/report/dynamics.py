"""Dynamics as figures: energies that should not drift, temperatures that should stay, replicas that should live."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from mlipilot.runtime.report.drawing import BAD, FIRST, INK, MUTED, PALE, SECOND, SERIES, Figure, draw, thin
from mlipilot.runtime.report.quantity import Known, NotKnown, Unknown, attempt
from mlipilot.runtime.report.replicas import Simulation, Survival, Trace, read_simulation
from mlipilot.runtime.report.scorecard import Row, Scorecard, find_requirement, limit_of
from mlipilot.runtime.report.section import Result
from mlipilot.spec.numerals import count, format_number

POINTS = 2400
"""At most in the traces of a figure."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """One dynamics job."""

    seed: int | None
    simulation: Simulation | Unknown


@dataclass(frozen=True)
class DynamicsPart:
    """One dynamics block: the figure of one seed, the numbers of all."""

    name: str
    ensemble: str
    seed: int | None
    figure: Figure | Unknown
    front: Course
    courses: tuple[Course, ...]


def read_dynamics(
    results: Sequence[Result], seed: int | None, card: Scorecard | None, confidence: float
) -> tuple[DynamicsPart, ...]:
    """One part for each dynamics block, in order of appearance."""
    names = dict.fromkeys(result.target for result in results)
    return tuple(
        _part(number, [result for result in results if result.target == name], seed, card, confidence)
        for number, name in enumerate(names)
    )


def _part(
    number: int, results: Sequence[Result], seed: int | None, card: Scorecard | None, confidence: float
) -> DynamicsPart:
    front = next((result for result in results if result.seed == seed), results[0])
    courses = {
        result.seed: Course(result.seed, attempt(lambda r=result: read_simulation(r.folder, confidence)))  # type: ignore[misc]
        for result in results
    }
    simulation = courses[front.seed].simulation
    figure: Figure | Unknown
    if isinstance(simulation, Unknown):
        figure = simulation
    elif front.params["ensemble"] == "nve":
        rule = find_requirement(card, "nve_drift", front.target)
        figure = attempt(lambda: _energies(f"dynamics-{number}", front.target, simulation, rule))
    else:
        figure = attempt(lambda: _temperatures(f"dynamics-{number}", front.target, simulation))
    return DynamicsPart(
        front.target, front.params["ensemble"], front.seed, figure, courses[front.seed], tuple(courses.values())
    )


def _energies(name: str, block: str, simulation: Simulation, rule: Row | None) -> Figure:
    traces = [trace for trace in simulation.traces if trace.energies is not None and np.isfinite(trace.energies).any()]
    if not traces:
        raise NotKnown("no replica has a finite energy per atom")
    stride = max(thin(len(trace.times), POINTS // len(traces)) for trace in traces)
    spread = max(float(np.ptp(e[np.isfinite(e)])) for trace in traces if (e := trace.energies) is not None)
    end = max(float(trace.times[-1]) for trace in traces) or 1.0
    allowed = limit_of(rule)
    cone = allowed is not None and 0 < allowed * end < 2.5 * (spread or 1.0)

    def paint(canvas: Canvas) -> None:
        axes = canvas.subplots()
        for number, trace in enumerate(traces):
            colour = SERIES[number % len(SERIES)]
            assert trace.energies is not None
            axes.plot(trace.times[::stride], trace.energies[::stride], color=colour, linewidth=0.7, alpha=0.6)
            if trace.slope is not None:
                level = float(np.mean(trace.energies)) - trace.slope * float(np.mean(trace.times))
                ends = trace.times[[0, -1]]
                fit = f"{_signed(trace.slope)} ± {format_number(trace.error or 0.0, 2)} meV/atom/ps"
                label = f"replica {trace.number}: {fit}"
                axes.plot(ends, level + trace.slope * ends, color=colour, linewidth=2.2, zorder=4, label=label)
        if cone and allowed is not None:
            for side in (-1, 1):
                axes.plot([0, end], [0, side * allowed * end], color=INK, linewidth=1, linestyle=(0, (2, 2.5)))
        axes.axhline(0.0, color=MUTED, linewidth=0.7, zorder=1)
        axes.set(xlim=(0, end), xlabel="time, ps", title="Total energy minus its start, meV/atom")
        axes.margins(y=0.08)
        if 0 < sum(trace.slope is not None for trace in traces) <= 6:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)

    words = ["Total energy per atom minus its start, for each replica; thick, the fitted slope."]
    if stride > 1:
        words.append(f"Every {_ordinal(stride)} step is drawn, all are fitted.")
    if rule is not None and allowed is not None:
        allows = f"Dotted, the drift that the scorecard allows ({rule.threshold})."
        words.append(allows if cone else f"The scorecard allows {rule.threshold}: beyond the frame.")
    return Figure(draw(name, (900, 285), f"Energy conservation of {block}", paint), " ".join(words))


def _temperatures(name: str, block: str, simulation: Simulation) -> Figure:
    traces = [trace for trace in simulation.traces if np.isfinite(trace.temperatures).any()]
    if not traces:
        raise NotKnown("no replica has a finite temperature")
    stride = max(thin(len(trace.times), POINTS // len(traces)) for trace in traces)
    times, means = _mean(traces)
    target = simulation.target.value if isinstance(simulation.target, Known) else None
    top = max(1.6 * (target or 0.0), 1.06 * float(np.nanquantile(np.concatenate([_finite(t) for t in traces]), 0.995)))
    top = min(top, 3.0 * target) if target else top or 1.0
    hidden = any(_finite(trace).max() > top for trace in traces)
    deaths = simulation.survival.deaths if isinstance(simulation.survival, Survival) else ()

    def paint(canvas: Canvas) -> None:
        axes, side = canvas.subplots(1, 2, width_ratios=(5, 1), sharey=True)
        for trace in traces:
            axes.plot(trace.times[::stride], trace.temperatures[::stride], color=PALE, linewidth=0.6, alpha=0.75)
        step = thin(len(times), 500)
        axes.plot(times[::step], means[::step], color=FIRST, linewidth=2.2, zorder=4, label="mean of replicas alive")
        if target is not None:
            axes.axhline(target, color=SECOND, linewidth=1.4, linestyle=(0, (5, 2.5)), zorder=5, label="target")
        died = [death.time.value for death in deaths if isinstance(death.time, Known)]
        if died:
            axes.plot(died, [0.97 * top] * len(died), linestyle="none", marker="x", color=BAD, zorder=6, label="death",
                      markersize=7, markeredgewidth=2)  # fmt: skip
        axes.set(xlim=(0, max(float(t.times[-1]) for t in traces) or 1.0), ylim=(0, top), xlabel="time, ps")
        axes.set_title("Temperature, K")
        axes.legend(loc="lower right", ncols=3)
        _marginal(side, traces, target, top)

    words = [f"Thin, each of {count(len(traces), 'replica')}; thick, their mean."]
    if stride > 1:
        words.append(f"Every {_ordinal(stride)} step of a replica is drawn.")
    words.append("Right, temperatures of the second half; the line is what the canonical ensemble expects.")
    if hidden:
        words.append(f"Temperatures above {format_number(top, 4)} K are outside the frame.")
    return Figure(draw(name, (900, 285), f"Temperatures of {block}", paint), " ".join(words))


def _marginal(axes: Any, traces: Sequence[Trace], target: float | None, top: float) -> None:
    values = np.concatenate([trace.temperatures[len(trace.temperatures) // 2 :] for trace in traces])
    values = values[np.isfinite(values) & (values <= top)]
    if len(values):
        axes.hist(values, bins=np.linspace(0, top, 45), orientation="horizontal", density=True, color=PALE, alpha=0.7)
    freedoms = {trace.freedom for trace in traces}
    if target and len(freedoms) == 1 and (freedom := freedoms.pop()) is not None:
        grid = np.linspace(top / 400, top, 120)
        axes.plot(_canonical(grid, target, freedom), grid, color=SECOND, linewidth=1.4)
    axes.tick_params(labelbottom=False, bottom=False, left=False)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.set_title("second half")


def _canonical(temperatures: Floats, target: float, freedom: int) -> Floats:
    """Density of the instantaneous temperature of `freedom` degrees of freedom: a gamma distribution of mean target."""
    shape = freedom / 2
    logs = shape * math.log(shape / target) + (shape - 1) * np.log(temperatures) - shape * temperatures / target
    return np.asarray(np.exp(logs - math.lgamma(shape)))


def _mean(traces: Sequence[Trace]) -> tuple[Floats, Floats]:
    """Mean over the replicas that have a finite temperature at a time."""
    times = np.concatenate([trace.times for trace in traces])
    values = np.concatenate([trace.temperatures for trace in traces])
    good = np.isfinite(values)
    grid, place = np.unique(times[good], return_inverse=True)
    return grid, np.bincount(place, weights=values[good]) / np.bincount(place)


def _finite(trace: Trace) -> Floats:
    return trace.temperatures[np.isfinite(trace.temperatures)]


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + format_number(value, 2)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
