"""The verdict on a comparison: better, equivalent, worse or undecided, and how many samples would decide it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mlipilot import _core
from mlipilot.compiler.encodings.power import NOT_WORSE
from mlipilot.runtime.encodings.benchmark.comparison import Comparison, holm


class Word(StrEnum):
    """The four verdicts."""

    BETTER = "better"
    EQUIVALENT = "equivalent"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Verdict:
    """A comparison, judged in its family."""

    word: Word
    comparison: Comparison
    corrected_p: float
    """The p-value, corrected for the family by Holm's method."""

    @property
    def is_not_worse(self) -> bool:
        """Better, equivalent, or P(worse beyond the ROPE) of 5 % at most."""
        return self.word in (Word.BETTER, Word.EQUIVALENT) or self.comparison.chance_worse <= NOT_WORSE


def judge(comparisons: Sequence[Comparison], confidence: float = 0.95) -> list[Verdict]:
    """The verdicts of a family, in order.

    `better` where P(difference beyond the ROPE) is at least `confidence` and the corrected p below `1 - confidence`;
    `worse` likewise the other way; `equivalent` where P(difference within the ROPE) is at least `confidence`.
    """
    corrected = holm([comparison.p_value for comparison in comparisons])
    return [
        Verdict(_word(comparison, p_value, confidence), comparison, p_value)
        for comparison, p_value in zip(comparisons, corrected, strict=True)
    ]


def _word(comparison: Comparison, p_value: float, confidence: float) -> Word:
    if comparison.chance_equivalent >= confidence:
        return Word.EQUIVALENT
    if p_value < 1 - confidence:
        if comparison.chance_better >= confidence:
            return Word.BETTER
        if comparison.chance_worse >= confidence:
            return Word.WORSE
    return Word.UNDECIDED


def factor_to_decide(comparison: Comparison, confidence: float = 0.95) -> float:
    """About how many times as many samples would decide a comparison, if its difference stayed what it is.

    The error falls as the square root of the samples. Infinity where the difference is the ROPE's edge itself.
    """
    beyond = _core.student_critical(1 - confidence, comparison.freedom)
    inside = _core.student_critical((1 - confidence) / 2, comparison.freedom)
    margin = abs(abs(comparison.difference) - comparison.rope)
    needed = inside if abs(comparison.difference) < comparison.rope else beyond
    return (needed * comparison.error / margin) ** 2 if margin > 0 else math.inf


__all__ = ["Verdict", "Word", "factor_to_decide", "judge"]
