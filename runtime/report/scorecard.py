"""The verdict as a reader meets it: one word, one sentence, and a row for each constraint.

Nothing is judged here; outcomes, bounds and reasons are those of verdict.json.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mlipilot.runtime.report.data import ReportInput
from mlipilot.runtime.report.margin import margin_bar
from mlipilot.runtime.report.quantity import Known, Quantity, Unknown, count, format_percent, quantity

OUTCOMES = ("pass", "fail", "undecided")
VERDICTS = {"accepted", "rejected", "undecided"}
_SIGNS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True)
class Row:
    """One constraint for one model."""

    verb: str
    shown: str
    metric: str
    target: str
    sign: str
    """`≤`, `≥`, or empty where the constraint has no threshold."""
    threshold: Quantity | None
    estimate: Quantity
    lower: Quantity
    upper: Quantity
    outcome: str | None
    margin: Quantity
    reason: str
    advice: str
    because: str
    method: str
    details: tuple[tuple[str, Quantity], ...]
    bar: Markup | None

    @property
    def deciding(self) -> str:
        """Which bound must lie on the right side of the threshold."""
        return {"≤": "upper", "≥": "lower"}.get(self.sign, "")

    @property
    def place(self) -> str:
        """Where the deciding bound lies, in words."""
        if not isinstance(self.margin, Known):
            return ""
        share = f"{abs(100 * self.margin.value):.3g} %"
        if self.outcome == "undecided":
            return f"bound {share} outside: not proven"
        return f"bound {share} {'inside' if self.margin.value >= 0 else 'outside'}"


@dataclass(frozen=True)
class SeedCard:
    """The rows of one seed's model."""

    seed: str
    verdict: str
    rows: tuple[Row, ...]
    stages: tuple[tuple[str, tuple[Row, ...]], ...]
    """Stage name and the split constraints after it."""


@dataclass(frozen=True)
class Scorecard:
    """All of the verdict."""

    name: str
    verdict: str
    confidence: str
    sentence: str
    selected: str
    """Seed of the model handed out, else the first judged."""
    handed_out: bool
    cards: tuple[SeedCard, ...]

    @property
    def main(self) -> SeedCard | None:
        """The card that figures and stage tables follow."""
        return next((card for card in self.cards if card.seed == self.selected), None)

    @property
    def others(self) -> tuple[SeedCard, ...]:
        """All cards but the main one."""
        return tuple(card for card in self.cards if card.seed != self.selected)


def read_scorecard(verdict: Mapping[str, Any] | None) -> Scorecard | None:
    """The scorecard of a parsed verdict.json; None without one."""
    if verdict is None:
        return None
    seeds = _mapping(verdict.get("seeds"))
    cards = tuple(_card(str(seed), _mapping(content)) for seed, content in seeds.items())
    chosen = verdict.get("selected_seed")
    handed_out = chosen is not None and str(chosen) in seeds
    share = quantity(verdict.get("confidence"))
    confidence = format_percent(share.value) if isinstance(share, Known) else "an unknown level of"
    word = str(verdict.get("verdict"))
    word = word if word in VERDICTS else "undecided"
    return Scorecard(
        name=str(verdict.get("scorecard", "")),
        verdict=word,
        confidence=confidence,
        sentence=_sentence(word, confidence, cards, str(chosen) if handed_out else ""),
        selected=str(chosen) if handed_out else (cards[0].seed if cards else ""),
        handed_out=handed_out,
        cards=cards,
    )


def find_threshold(card: Scorecard | None, metric: str, target: str = "") -> Known | None:
    """The threshold that the scorecard sets for a metric, if it does; with a target, for that target."""
    rows = card.main.rows if card is not None and card.main is not None else ()
    for row in rows:
        if row.metric == metric and row.verb == "require" and target in ("", row.target):
            return row.threshold if isinstance(row.threshold, Known) else None
    return None


def main_seed(run: ReportInput, card: Scorecard | None) -> int | None:
    """The seed whose figures are drawn: the selected one, else the first there is."""
    if card is not None and card.selected.lstrip("-").isdigit():
        return int(card.selected)
    results = (*run.trainings, *run.evaluations, *run.dynamics, *run.speeds)
    return results[0].seed if results else None


def _card(seed: str, content: Mapping[str, Any]) -> SeedCard:
    stages = _mapping(content.get("stages"))
    return SeedCard(
        seed=seed,
        verdict=str(content.get("verdict", "undecided")),
        rows=_rows(content.get("constraints")),
        stages=tuple((str(name), _rows(rows)) for name, rows in stages.items()),
    )


def _rows(constraints: Any) -> tuple[Row, ...]:
    return tuple(_row(_mapping(c)) for c in constraints) if isinstance(constraints, Sequence) else ()


def _row(entry: Mapping[str, Any]) -> Row:
    unit = str(entry.get("unit") or "")
    sign = _SIGNS.get(str(entry.get("comparator")), "")
    reason = str(entry.get("reason") or "")
    threshold = quantity(entry.get("threshold"), unit, digits=None) if sign else None
    estimate = quantity(entry.get("estimate"), unit, reason=reason or "it was not measured")
    lower, upper = (quantity(entry.get(side), unit, reason="too little data") for side in ("lower", "upper"))
    outcome = entry.get("outcome")
    outcome = str(outcome) if outcome in OUTCOMES else None
    bar = None
    if isinstance(threshold, Known) and isinstance(estimate, Known):
        bar = margin_bar(sign, threshold, estimate, lower, upper, outcome)
    details = _mapping(entry.get("details"))
    numbers = tuple(
        (str(name).replace("_", " "), quantity(value, digits=None if isinstance(value, int) else 4))
        for name, value in details.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    return Row(
        verb=str(entry.get("verb") or ""),
        shown=str(entry.get("shown") or entry.get("metric") or ""),
        metric=str(entry.get("metric") or ""),
        target=str(entry.get("target") or ""),
        sign=sign,
        threshold=threshold,
        estimate=estimate,
        lower=lower,
        upper=upper,
        outcome=outcome,
        margin=quantity(entry.get("margin")),
        reason=reason,
        advice=str(entry.get("advice") or ""),
        because=str(entry.get("because") or ""),
        method=str(entry.get("method") or ""),
        details=numbers,
        bar=bar,
    )


def _sentence(verdict: str, confidence: str, cards: Sequence[SeedCard], chosen: str) -> str:
    judged = [(card, row) for card in cards for row in card.rows if row.verb == "require"]
    if not judged:
        return "The scorecard has no requirement, so there is nothing to accept or reject."
    required = len({row.shown + str(row.threshold) for _, row in judged})
    many = len(cards) > 1
    if verdict == "accepted":
        hold = "The one requirement is met" if required == 1 else f"All {required} requirements are met"
        models = f" by each of {len(cards)} seeds; the model handed out is that of seed {chosen}" if many else ""
        return f"{hold}, with {confidence} confidence each{models}."
    wanted = "fail" if verdict == "rejected" else "undecided"
    at_fault = [(card, row) for card, row in judged if row.outcome == wanted]
    if not at_fault:
        return "The record does not say which requirement decided this."
    card, row = at_fault[0]
    where = f" (seed {card.seed})" if many else ""
    rule = f"{row.shown}{where} must be {row.sign} {_plain(row.threshold)}"
    others = len(at_fault) - 1
    more = f" {count(others, 'more requirement')} {_verb(verdict, others)}." if others else ""
    if isinstance(row.estimate, Unknown):
        return f"{rule} and is not known: {_ended(row.estimate.reason)}{more}"
    if verdict == "rejected":
        wrong = row.lower if row.sign == "≤" else row.upper
        side = "at least" if row.sign == "≤" else "at most"
        proof = f", and at {confidence} confidence {side} {wrong}" if isinstance(wrong, Known) else ""
        return f"{rule}; it is {row.estimate}{proof}.{more}"
    bound = row.upper if row.sign == "≤" else row.lower
    side = "at most" if row.sign == "≤" else "at least"
    proof = f"only {side} {bound} is proven" if isinstance(bound, Known) else f"its bound is not known: {bound.reason}"
    advice = f" {_ended(row.advice[0].upper() + row.advice[1:])}" if row.advice else ""
    return f"{rule}; the estimate is {row.estimate}, but {proof}.{advice}{more}"


def _verb(verdict: str, others: int) -> str:
    if verdict == "rejected":
        return "fails" if others == 1 else "fail"
    return "is undecided" if others == 1 else "are undecided"


def _plain(value: Quantity | None) -> str:
    return str(value) if isinstance(value, Known) else "a threshold that is not known"


def _ended(text: str) -> str:
    return text if re.search(r"[.!?]$", text) else f"{text}."


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
