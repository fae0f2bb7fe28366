"""The margin bar: where an estimate and its bounds lie against a threshold, in the width of a table cell."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from mlipilot.runtime.report.quantity import Known, Quantity

WIDTH, HEIGHT = 210.0, 40.0
_LEFT, _RIGHT = 5.0, 205.0
_LINE = 13.0
_CLIP = 8.0
"""Thresholds from zero to the end of the bar at most; values beyond become an arrow."""
COLOURS = {"pass": "good", "fail": "bad", "undecided": "open"}


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float

    def place(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share))

    def beyond(self, value: float) -> bool:
        return value > self.high


def margin_bar(
    sign: str, threshold: Known, estimate: Known, lower: Quantity, upper: Quantity, outcome: str | None
) -> Markup:
    """Inline SVG: the permitted side tinted, the threshold a line, the bounds a bar, the estimate a point."""
    bounds = [bound.value for bound in (lower, upper) if isinstance(bound, Known)]
    scale = _scale(threshold.value, [estimate.value, *bounds], percent=threshold.unit == "%")
    edge = scale.place(threshold.value)
    start, end = (_LEFT, edge) if sign == "≤" else (edge, _RIGHT)
    colour = COLOURS.get(outcome or "", "muted")
    parts = [
        _rect(_LEFT, 4, _RIGHT - _LEFT, 18, "band"),
        _rect(start, 4, end - start, 18, "good-tint"),
    ]
    if bounds:
        left = scale.place(lower.value if isinstance(lower, Known) else estimate.value)
        right = scale.place(upper.value if isinstance(upper, Known) else estimate.value)
        left = min(left, _RIGHT - 1.5)
        parts.append(_rect(left, _LINE - 2.5, max(right - left, 1.5), 5, colour, rounded=2))
    if scale.beyond(estimate.value):
        points = f"{_RIGHT},{_LINE} {_RIGHT - 8},{_LINE - 6} {_RIGHT - 8},{_LINE + 6}"
        parts.append(f'<polygon points="{points}" style="fill:var(--{colour})"/>')
    else:
        parts.append(
            f'<circle cx="{scale.place(estimate.value):.1f}" cy="{_LINE}" r="4.5" '
            f'style="fill:var(--paper);stroke:var(--{colour});stroke-width:2.2"/>'
        )
    parts.append(f'<line x1="{edge:.1f}" x2="{edge:.1f}" y1="1" y2="25" style="stroke:var(--ink);stroke-width:1.6"/>')
    anchor = "start" if edge < 40 else "end" if edge > WIDTH - 40 else "middle"
    parts.append(f'<text x="{edge:.1f}" y="37" text-anchor="{anchor}">{escape(threshold)}</text>')
    label = escape(f"estimate {estimate}, threshold {sign} {threshold}")
    body = "".join(parts)
    return Markup(
        f'<svg class="bar" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{label}">{body}</svg>'
    )


def _scale(threshold: float, values: list[float], *, percent: bool) -> _Scale:
    if percent and threshold <= 100 and max(values) <= 100:
        return _Scale(0.0, 100.0)
    low = min(0.0, *values, threshold)
    high = max(1.4 * threshold, *(1.06 * value for value in values))
    if threshold > 0:
        high = min(high, _CLIP * threshold)
    return _Scale(low, high if high > low else low + 1.0)


def _rect(x: float, y: float, width: float, height: float, colour: str, rounded: float = 0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" rx="{rounded:g}" '
        f'style="fill:var(--{colour})"/>'
    )
