"""Relative speed: the interleaved rounds, their median and its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from mlipilot import _core
from mlipilot.runtime.report.drawing import FIRST, INK, SECOND, Figure, count_axis, draw
from mlipilot.runtime.report.evidence import read_json
from mlipilot.runtime.report.quantity import Known, NotKnown, Quantity, Unknown, attempt, quantity
from mlipilot.runtime.report.scorecard import Scorecard, find_requirement, limit_of
from mlipilot.runtime.report.section import Result
from mlipilot.spec.numerals import count


@dataclass(frozen=True)
class Rounds:
    """One speed job, in the reader's units."""

    ratios: tuple[float, ...]
    ours: tuple[float, ...]
    """ms a call"""
    reference: tuple[float, ...]
    ratio: Quantity
    lower: Quantity
    upper: Quantity
    our_time: Quantity
    reference_time: Quantity
    atoms: Quantity
    place: str
    """Hardware and threads, in words."""
    known: ClassVar[bool] = True


@dataclass(frozen=True)
class SpeedPart:
    """One speed job."""

    seed: int | None
    title: str
    """What was measured, as the scorecard writes it."""
    rounds: Rounds | Unknown
    figure: Figure | None
    """None for a seed that is not the main one, or without rounds."""


def read_speeds(
    results: Sequence[Result], seed: int | None, card: Scorecard | None, confidence: float
) -> tuple[SpeedPart, ...]:
    """One part for each speed job; a figure for the main seed alone."""
    seeds = {result.seed for result in results}
    front = seed if seed in seeds else next(iter(result.seed for result in results), None)
    return tuple(_part(i, result, result.seed == front, card, confidence) for i, result in enumerate(results))


def _part(number: int, result: Result, front: bool, card: Scorecard | None, confidence: float) -> SpeedPart:
    rounds = attempt(lambda: _rounds(result, confidence))
    rule = find_requirement(card, "relative_speed", result.target)
    figure = _figure(f"speed-{number}", rounds, limit_of(rule)) if front and not isinstance(rounds, Unknown) else None
    return SpeedPart(result.seed, result.target if rule is None else rule.shown, rounds, figure)


def _rounds(result: Result, confidence: float) -> Rounds:
    content = read_json(result.folder / "speed.json", "ratios", "ours_s", "reference_s")
    series = {name: _numbers(content, name) for name in ("ratios", "ours_s", "reference_s")}
    bounds = _core.median_bounds(np.array(series["ratios"], dtype=np.float64), confidence)
    few = f"{len(series['ratios'])} rounds are too few"
    return Rounds(
        ratios=series["ratios"],
        ours=tuple(1000 * value for value in series["ours_s"]),
        reference=tuple(1000 * value for value in series["reference_s"]),
        ratio=quantity(bounds.estimate, "×"),
        lower=quantity(bounds.lower, "×", reason=few),
        upper=quantity(bounds.upper, "×", reason=few),
        our_time=quantity(1000 * median(series["ours_s"]), "ms"),
        reference_time=quantity(1000 * median(series["reference_s"]), "ms"),
        atoms=quantity(content.get("atoms"), digits=None),
        place=_place(content.get("hardware")),
    )


def _numbers(content: Mapping[str, Any], name: str) -> tuple[float, ...]:
    values = content[name]
    if not isinstance(values, list) or not values:
        raise NotKnown(f"speed.json has no rounds in {name}")
    known = [quantity(value) for value in values]
    if not all(isinstance(value, Known) and value.value > 0 for value in known):
        raise NotKnown(f"speed.json holds a {name} that is not a positive, finite number")
    return tuple(float(value) for value in values)


def _place(hardware: Any) -> str:
    if not isinstance(hardware, Mapping):
        return ""
    device = hardware.get("gpu") or hardware.get("cpu") or hardware.get("device")
    threads = hardware.get("threads")
    return ", ".join(
        [*([str(device)] if device else []), *([count(threads, "thread")] if isinstance(threads, int) else [])]
    )


def _figure(name: str, rounds: Rounds, threshold: float | None) -> Figure:
    def paint(canvas: Canvas) -> None:
        ratio, times = canvas.subplots(1, 2)
        _rounds_of(ratio, rounds.ratios, FIRST, "round")
        if isinstance(rounds.lower, Known) and isinstance(rounds.upper, Known):
            ratio.axhspan(rounds.lower.value, rounds.upper.value, color=FIRST, alpha=0.14, linewidth=0)
        if isinstance(rounds.ratio, Known):
            ratio.axhline(rounds.ratio.value, color=FIRST, linewidth=1.6, label="median and bounds")
        if threshold is not None:
            ratio.axhline(threshold, color=INK, linewidth=1.2, linestyle=(0, (2, 2.5)), label="required")
        ratio.set(ylim=(0, 1.4 * max([*rounds.ratios, threshold or 0.0])), xlabel="round")
        ratio.set_title("Speed relative to the reference model")
        ratio.legend(loc="upper right", ncols=3)
        _rounds_of(times, rounds.reference, SECOND, "reference model")
        _rounds_of(times, rounds.ours, FIRST, "this model")
        times.set(ylim=(0, 1.4 * max(*rounds.reference, *rounds.ours)), xlabel="round")
        times.set_title("Energy and forces, ms a call")
        times.legend(loc="upper right", ncols=2)
        for axes in (ratio, times):
            count_axis(axes.xaxis)

    caption = (
        f"{len(rounds.ratios)} interleaved rounds: reference time over this model's time in the same round, and the "
        "times themselves."
    )
    return Figure(draw(name, (900, 225), "Relative speed", paint), caption)


def _rounds_of(axes: Any, values: Sequence[float], colour: str, label: str) -> None:
    axes.plot(
        range(1, len(values) + 1), values, linestyle="none", marker="o", markersize=4.5, color=colour, alpha=0.85,
        markeredgewidth=0, label=label,
    )  # fmt: skip
