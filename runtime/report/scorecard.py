"""The verdict as a reader meets it: one word, one sentence, and a row for each constraint.

Nothing is judged here; outcomes, bounds and reasons are those of verdict.json.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mlipilot.runtime.judgement.number import Number
from mlipilot.runtime.judgement.verdict import JudgedConstraint, SeedVerdict, Verdict
from mlipilot.runtime.report.margin import margin_bar
from mlipilot.runtime.report.quantity import Known, Quantity, Unknown, format_percent, quantity
from mlipilot.spec.numerals import count, format_number
from mlipilot.spec.schema.metrics import METRICS

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
    limit: float | None
    """The threshold in base units."""
    estimate: Quantity
    lower: Quantity
    upper: Quantity
    outcome: str | None
    margin: Quantity
    reason: str
    advice: str
    because: str
    method: str
    details: tuple[tuple[str, str], ...]
    """Counts and words; other numbers of the record are in base units, which the row does not name."""
    bar: Markup | None

    @property
    def deciding(self) -> str:
        """Which bound the outcome rests on: the far one for a failure, else the one that has to pass."""
        proving, refuting = {"≤": ("upper", "lower"), "≥": ("lower", "upper")}.get(self.sign, ("", ""))
        return refuting if self.outcome == "fail" else proving

    @property
    def place(self) -> str:
        """Where the bound of a decided constraint lies, in words."""
        if not isinstance(self.margin, Known) or self.outcome == "undecided":
            return ""
        side = "inside" if self.margin.value >= 0 else "outside"
        return f"bound {format_number(abs(100 * self.margin.value))} % {side} the threshold"

    @property
    def remark(self) -> str:
        """The recorded reason, where the row does not say it already."""
        return "" if self.place or not self.estimate.known else self.reason


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
    """Seed of the model handed out, else the first that decided the verdict."""
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


def read_scorecard(verdict: Verdict | None, stages: Sequence[str] = ()) -> Scorecard | None:
    """The scorecard of a verdict, its stages in the order given; None without one."""
    if verdict is None:
        return None
    cards = tuple(_card(seed, judged, stages) for seed, judged in sorted(verdict.seeds.items(), key=_seed_order))
    chosen = verdict.selected_seed
    handed_out = str(chosen) in verdict.seeds
    share = quantity(verdict.confidence.written)
    confidence = format_percent(share.value) if isinstance(share, Known) else "an unknown level of"
    word = verdict.outcome if verdict.outcome in VERDICTS else "undecided"
    return Scorecard(
        name=verdict.scorecard,
        verdict=word,
        confidence=confidence,
        sentence=_sentence(word, confidence, cards, str(chosen) if handed_out else ""),
        selected=str(chosen) if handed_out else _telling(cards, word),
        handed_out=handed_out,
        cards=cards,
    )


def limit_of(row: Row | None) -> float | None:
    """The threshold of a requirement in the unit that its metric has in figures of other things too."""
    return None if row is None or row.limit is None else METRICS[row.metric].shown(row.limit)


def find_requirement(card: Scorecard | None, metric: str, target: str) -> Row | None:
    """The first requirement on a metric of a target, if the scorecard has one."""
    rows = card.main.rows if card is not None and card.main is not None else ()
    return next((r for r in rows if (r.verb, r.metric, r.target) == ("require", metric, target)), None)


def judged_targets(card: Scorecard | None) -> frozenset[str]:
    """What the scorecard's requirements are measured on."""
    rows = card.main.rows if card is not None and card.main is not None else ()
    return frozenset(row.target for row in rows if row.verb == "require")


def _telling(cards: Sequence[SeedCard], verdict: str) -> str:
    if not cards:
        return ""
    return next((card.seed for card in cards if card.verdict == verdict), cards[0].seed)


def _seed_order(item: tuple[str, SeedVerdict]) -> tuple[int, str]:
    text = item[0]
    return (int(text) if text.lstrip("-").isdigit() else 0, text)


def _card(seed: str, judged: SeedVerdict, order: Sequence[str]) -> SeedCard:
    found = judged.stages
    stages = {name: found[name] for name in [*(s for s in order if s in found), *(s for s in found if s not in order)]}
    return SeedCard(
        seed=seed,
        verdict=judged.outcome or "undecided",
        rows=tuple(map(_row, judged.constraints)),
        stages=tuple((name, tuple(map(_row, constraints))) for name, constraints in stages.items()),
    )


def _row(judged: JudgedConstraint) -> Row:
    sign = _SIGNS.get(judged.comparator or "", "")

    def shown(number: Number, **how: Any) -> Quantity:
        return quantity(judged.shown_in_unit(number), judged.unit, **how)

    threshold = shown(judged.threshold, digits=None) if sign else None
    estimate = shown(judged.estimate, reason=judged.reason or "it was not measured")
    lower, upper = (shown(number, reason="too little data") for number in (judged.lower, judged.upper))
    outcome = judged.outcome if judged.outcome in OUTCOMES else None
    bar = None
    if isinstance(threshold, Known) and isinstance(estimate, Known):
        bar = margin_bar(sign, threshold, estimate, lower, upper, outcome)
    return Row(
        verb=judged.verb,
        shown=judged.shown or judged.metric,
        metric=judged.metric,
        target=judged.target,
        sign=sign,
        threshold=threshold,
        limit=judged.threshold.value,
        estimate=estimate,
        lower=lower,
        upper=upper,
        outcome=outcome,
        margin=quantity(judged.margin.written),
        reason=judged.reason,
        advice=judged.advice,
        because=judged.because,
        method=judged.method,
        details=tuple(
            (str(name).replace("_", " "), str(value))
            for name, value in judged.details.items()
            if isinstance(value, int | str) and value != "" and not isinstance(value, bool)
        ),
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
        return f"{hold}, with {confidence} confidence each{models}.{_closest(judged)}"
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


def _closest(judged: Sequence[tuple[SeedCard, Row]]) -> str:
    margins = [(row.margin.value, row) for _, row in judged if isinstance(row.margin, Known)]
    if len(margins) < 2:
        return ""
    margin, row = min(margins, key=lambda pair: pair[0])
    return f" The closest is {row.shown}, whose bound lies {format_number(abs(100 * margin))} % inside the threshold."


def _verb(verdict: str, others: int) -> str:
    if verdict == "rejected":
        return "fails" if others == 1 else "fail"
    return "is undecided" if others == 1 else "are undecided"


def _plain(value: Quantity | None) -> str:
    return str(value) if isinstance(value, Known) else "a threshold that is not known"


def _ended(text: str) -> str:
    return text if re.search(r"[.!?]$", text) else f"{text}."
