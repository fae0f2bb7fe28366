"""The scorecard as text: the verdict, and each constraint with its bound, threshold and margin."""

from __future__ import annotations

import math
from typing import Any

from mlipilot.compiler.render.style import Style
from mlipilot.runtime.judgement.verdict import JudgedConstraint, Verdict

_LOOKS = {"accepted": "good", "pass": "good", "rejected": "error", "fail": "error", "undecided": "warning"}
_MOST_DEATHS = 3
"""Deaths that are told one by one."""


def scorecard_text(verdict: Verdict, style: Style) -> str:
    """Every constraint of every seed, a line each; the reasons of those that did not pass follow."""
    lines = []
    word = verdict.outcome
    lines.append(f"scorecard {verdict.scorecard}: {_painted(word, word.upper(), style)}")
    many = len(verdict.seeds) > 1
    for seed, judged in verdict.seeds.items():
        if many:
            lines.append(f"seed {seed}: {_painted(judged.outcome, judged.outcome, style)}")
        rows = [_row(constraint) for constraint in judged.constraints]
        widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
        for row, constraint in zip(rows, judged.constraints, strict=True):
            outcome = constraint.outcome or ""
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {cells}  {_painted(outcome, outcome, style)}".rstrip())
            if outcome in ("fail", "undecided") and constraint.verb == "require":
                lines += _why(constraint, style)
    return "\n".join(lines)


def _painted(outcome: str, text: str, style: Style) -> str:
    return style.paint(text, _LOOKS.get(outcome, "faint"))


def _row(constraint: JudgedConstraint) -> tuple[str, str, str, str]:
    bound = f"{constraint.comparator} {constraint.bound}" if constraint.comparator and constraint.bound else ""
    middle, lower, upper = (
        _number(constraint.shown_in_unit(number))
        for number in (constraint.estimate, constraint.lower, constraint.upper)
    )
    estimate, interval = f"{middle} {constraint.unit}", f"[{lower}, {upper}]"
    return constraint.verb, f"{constraint.shown} {bound}".strip(), estimate, interval


def _why(constraint: JudgedConstraint, style: Style) -> list[str]:
    died = _died(str(constraint.details.get("deaths") or ""))
    words = [constraint.reason, died, constraint.advice, f"because: {constraint.because}"]
    return [f"      {style.paint(word, 'faint')}" for word in words if word]


def _died(deaths: str) -> str:
    """The first deaths of a run, each with its time and cause."""
    each = [death for death in deaths.split("; ") if death]
    more = f"; and {len(each) - _MOST_DEATHS} more" if len(each) > _MOST_DEATHS else ""
    return "; ".join(each[:_MOST_DEATHS]) + more


def _number(value: Any) -> str:
    """Three significant digits; `?` for what is not known."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return "?"
    if value and abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
