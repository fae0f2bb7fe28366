"""The scorecard as text: the verdict, and each constraint with its bound, threshold and margin."""

from __future__ import annotations

from typing import Any

from mlipilot.compiler.render.style import Style

_LOOKS = {"accepted": "good", "pass": "good", "rejected": "error", "fail": "error", "undecided": "warning"}


def scorecard_text(verdict: dict[str, Any], style: Style) -> str:
    """Every constraint of every seed, a line each; the reasons of those that did not pass follow."""
    lines = []
    word = verdict["verdict"]
    lines.append(f"scorecard {verdict['scorecard']}: {style.paint(word.upper(), _LOOKS[word])}")
    many = len(verdict["seeds"]) > 1
    for seed, judged in verdict["seeds"].items():
        if many:
            lines.append(f"seed {seed}: {style.paint(judged['verdict'], _LOOKS[judged['verdict']])}")
        rows = [_row(constraint) for constraint in judged["constraints"]]
        widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
        for row, constraint in zip(rows, judged["constraints"], strict=True):
            outcome = constraint["outcome"] or ""
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {cells}  {style.paint(outcome, _LOOKS.get(outcome, 'faint'))}".rstrip())
            if outcome in ("fail", "undecided") and constraint["verb"] == "require":
                lines += _why(constraint, style)
    return "\n".join(lines)


def _row(constraint: dict[str, Any]) -> tuple[str, str, str, str]:
    unit = constraint["unit"]
    estimate = number(constraint["estimate"])
    bound = f"{constraint['comparator']} {constraint['bound']}" if constraint["comparator"] else ""
    interval = f"[{number(constraint['lower'])}, {number(constraint['upper'])}]"
    return constraint["verb"], f"{constraint['shown']} {bound}".strip(), f"{estimate} {unit}", interval


def _why(constraint: dict[str, Any], style: Style) -> list[str]:
    words = [constraint["reason"], constraint["advice"], f"because: {constraint['because']}"]
    return [f"      {style.paint(word, 'faint')}" for word in words if word]


def number(value: float | None) -> str:
    """Three significant digits; `?` for what is not known."""
    if value is None:
        return "?"
    if value and abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
