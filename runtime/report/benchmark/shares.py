"""How much of the variance of the encodings' scores each factor explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from matplotlib.figure import Figure as Canvas

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Share
from mlipilot.runtime.encodings.benchmark.words import grouped
from mlipilot.runtime.report.benchmark.measures import Looks
from mlipilot.runtime.report.drawing import BAND, FIFTH, FOURTH, MUTED, PAPER, SECOND, Figure, draw
from mlipilot.runtime.report.quantity import Known, NotKnown, Quantity, Unknown, attempt, quantity

_COLOURS = (FOURTH, FIFTH, MUTED, SECOND)
"""Begin with those that few encodings have."""


@dataclass(frozen=True)
class ShareRow:
    """A data set: omega squared by factor, in percent."""

    data: str
    values: tuple[Quantity, ...]


@dataclass(frozen=True)
class SharePart:
    """All of a block."""

    figure: Figure | Unknown
    factors: tuple[tuple[str, int], ...]
    """Names and levels."""
    rows: tuple[ShareRow, ...]
    known: ClassVar[bool] = True


def read_shares(name: str, outcome: BenchmarkOutcome, looks: Looks) -> SharePart | None:
    """None where there is one factor only, and nothing to decompose."""
    if not outcome.shares:
        return None
    factors = {share.factor: share.levels for share in reversed(outcome.shares)}
    order = list(dict.fromkeys(share.factor for share in outcome.shares))
    of_set = grouped(outcome.shares, lambda share: share.data)
    sets = [data for data in looks.sets if data in of_set]
    rows = tuple(ShareRow(data, tuple(_value(of_set[data], factor) for factor in order)) for data in sets)
    return SharePart(
        attempt(lambda: _figure(f"{name}-shares", rows, order)), tuple((f, factors[f]) for f in order), rows
    )


def _value(shares: list[Share], factor: str) -> Quantity:
    found = next((share.omega_squared for share in shares if share.factor == factor), None)
    known = quantity(found, reason="the factor does not vary here")
    return Known(100 * known.value, "%", 2) if isinstance(known, Known) else known


def _figure(name: str, rows: tuple[ShareRow, ...], factors: list[str]) -> Figure:
    if not rows:
        raise NotKnown("the shares are of no data set of the block")

    def paint(canvas: Canvas) -> None:
        axes = canvas.subplots()
        for place, row in enumerate(rows):
            axes.barh(place, 100, color=BAND, height=0.62, zorder=1)
            begin = 0.0
            for number, value in enumerate(row.values):
                part = max(0.0, value.value) if isinstance(value, Known) else 0.0
                colour = _COLOURS[number % len(_COLOURS)]
                label = factors[number] if place == 0 else None
                axes.barh(place, part, left=begin, color=colour, height=0.62, zorder=2, label=label, linewidth=0)
                if part >= 7:
                    axes.text(begin + part / 2, place, f"{part:.0f} %", ha="center", va="center", color=PAPER, size=9.5)
                begin += part
        axes.set(xlim=(0, 100), ylim=(len(rows) - 0.5, -0.5), xlabel="omega squared, % of the variance")
        axes.set_yticks(range(len(rows)), [row.data for row in rows])
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        canvas.legend(loc="outside upper left", ncols=4)

    caption = (
        "Shares of the variance of the encodings' scores; the pale rest is folds and noise. An estimate below 0 is "
        "drawn as 0 and stands in the table."
    )
    return Figure(draw(name, (900, 28 * len(rows) + 80), "Shares of factors", paint), caption)
