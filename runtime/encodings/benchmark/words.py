"""What a benchmark found, in one paragraph of plain words that is made of the verdicts alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from mlipilot.runtime.encodings.benchmark.outcome import (
    FAILS,
    HOLDS,
    LEFT_OUT,
    UNDECIDED,
    BenchmarkOutcome,
    ClaimOutcome,
    Compared,
    Mechanism,
    Share,
)
from mlipilot.runtime.encodings.benchmark.verdict import Word
from mlipilot.spec.numerals import count, percent, short
from mlipilot.spec.schema.encoding import TIERS

T = TypeVar("T")
K = TypeVar("K")
WORDS = (*(word.value for word in Word), LEFT_OUT)
"""Verdicts, in the order in which they are told."""
_MANY = 1000
"""Times as many samples, beyond which nobody would look for them."""


class _Verb(NamedTuple):
    """How outcomes of claims are told."""

    noun: str
    one_holds: str
    many_hold: str
    one_fails: str
    many_fail: str


_VERBS = {
    "require": _Verb("requirement", "holds", "hold", "does not", "do not"),
    "predict": _Verb("prediction", "held", "held", "did not", "did not"),
}


def tally(comparisons: Iterable[Compared]) -> dict[str, int]:
    """How many comparisons have each verdict, without those that none has."""
    found = [compared.word for compared in comparisons]
    others = dict.fromkeys(word for word in found if word not in WORDS)
    return {word: found.count(word) for word in (*WORDS, *others) if word in found}


def told(counts: Mapping[str, int]) -> str:
    """A tally as `3 better, 5 equivalent`."""
    return ", ".join(f"{number} {word}" for word, number in counts.items())


def by_tier(comparisons: Iterable[Compared]) -> dict[str, list[Compared]]:
    """Comparisons of each tier, in the order of the language."""
    found = grouped(comparisons, lambda compared: compared.tier)
    order = [tier.name for tier in TIERS]
    return {tier: found[tier] for tier in (*(t for t in order if t in found), *(t for t in found if t not in order))}


def tier_title(tier: str) -> str:
    """`same_head` as `same head`."""
    return tier.replace("_", " ")


def claims_told(claims: Sequence[ClaimOutcome], verb: str) -> str:
    """What came of all claims of a verb: `2 of 3 requirements hold, 1 is undecided`; empty where there are none."""
    found = [claim.outcome for claim in claims if claim.verb == verb]
    if not found:
        return ""
    how = _VERBS[verb]
    holds, fails, undecided = (found.count(word) for word in (HOLDS, FAILS, UNDECIDED))
    if len(found) == 1:
        return f"the {how.noun} {how.one_holds if holds else f'{how.one_fails} hold' if fails else 'is undecided'}"
    if holds == len(found):
        return f"all {count(holds, how.noun)} {how.many_hold}"
    parts = [f"{holds or 'none'} of {count(len(found), how.noun)} {how.one_holds if holds == 1 else how.many_hold}"]
    if fails:
        parts.append(f"{fails} {how.one_fails if fails == 1 else how.many_fail}")
    if undecided:
        parts.append(f"{undecided} {'is' if undecided == 1 else 'are'} undecided")
    return ", ".join(parts)


def paragraph(outcome: BenchmarkOutcome) -> str:
    """What a reader takes away: each encoding by tier, claims, the largest factor, mechanisms, what would decide."""
    sentences = [
        *_encodings(outcome),
        *(_sentence(claims_told(outcome.claims, verb)) for verb in ("require", "predict")),
        _largest(outcome.shares),
        _mechanisms(outcome.mechanisms),
        _deciding(outcome.comparisons),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _encodings(outcome: BenchmarkOutcome) -> Iterator[str]:
    if not outcome.comparisons:
        yield "Nothing was compared."
    sets = len({compared.place.data for compared in outcome.comparisons})
    for encoding, own in grouped(outcome.comparisons, lambda compared: compared.encoding).items():
        parts = [f"{tier_title(tier)} {_verdicts(found, sets)}" for tier, found in by_tier(own).items()]
        yield f"{_short(encoding, outcome)}: {'; '.join(parts)}."


def _verdicts(comparisons: Sequence[Compared], of_sets: int) -> str:
    """Counts of a tier; of what is better, on how many of several data sets too."""
    counts = tally(comparisons)
    sets = len({one.place.data for one in comparisons if one.word == Word.BETTER})
    parts = [
        f"{number} {word}" + (f" ({count(sets, 'set')})" if word == Word.BETTER and of_sets > 1 else "")
        for word, number in counts.items()
    ]
    return f"{'all ' if len(counts) == 1 and len(comparisons) > 1 else ''}{', '.join(parts)}"


def _largest(shares: Sequence[Share]) -> str:
    found = max(shares, key=lambda share: share.omega_squared, default=None)
    if found is None:
        return ""
    if found.omega_squared <= 0:
        return "No factor explains any of the variance."
    return f"The largest factor is the {found.factor} on {found.data}: {percent(found.omega_squared)} of the variance."


def _mechanisms(mechanisms: Sequence[Mechanism]) -> str:
    """On how many sets geometry and metric both rose, with intervals that leave out 0, by intervention."""
    parts = []
    for intervention, found in grouped(mechanisms, lambda mechanism: mechanism.intervention).items():
        held = sum(mechanism.holds for mechanism in found)
        parts.append(f"“{intervention}” on {held} of {count(len(found), 'set')}")
    return f"Geometry and metric rose together by {', by '.join(parts)}." if parts else ""


def _deciding(comparisons: Sequence[Compared]) -> str:
    """How many samples would decide half of what is undecided."""
    found = [_factor(compared) for compared in comparisons if compared.word == UNDECIDED]
    if not found:
        return ""
    needed = sorted(found)[(len(found) - 1) // 2]
    which = "the undecided one" if len(found) == 1 else f"half of the {len(found)} undecided"
    if needed > _MANY:
        return f"No number of samples within reach would decide {which}."
    return f"About {short(needed, 2)} times the samples would decide {which}."


def _factor(compared: Compared) -> float:
    return math.inf if compared.samples_factor is None else compared.samples_factor


def _short(encoding: str, outcome: BenchmarkOutcome) -> str:
    """Its kind, where no other of the block is of that kind."""
    kind = encoding.partition("(")[0]
    kinds = [name.partition("(")[0] for name in {compared.encoding for compared in outcome.comparisons}]
    return kind if kinds.count(kind) == 1 else encoding


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Items by their key, in order of appearance."""
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _sentence(text: str) -> str:
    return f"{_upper(text)}." if text else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


__all__ = ["WORDS", "by_tier", "claims_told", "grouped", "paragraph", "tally", "tier_title", "told"]
