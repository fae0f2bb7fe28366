"""The verdicts of a benchmark: every encoding against every control of its tier, in the family that is declared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.cells import Pair
from mlipilot.runtime.encodings.benchmark.comparison import compare
from mlipilot.runtime.encodings.benchmark.measurement import Row, merits
from mlipilot.runtime.encodings.benchmark.verdict import Verdict, judge
from mlipilot.runtime.encodings.datasets.tabular import Task


class Judged(NamedTuple):
    """A pair and what is said of it; without a verdict where one of its cells was left out."""

    pair: Pair
    verdict: Verdict | None


def verdicts(
    compared: Sequence[Pair],
    rows: Sequence[Row],
    task: Task,
    protocol: Protocol,
    rope: float,
    confidence: float = 0.95,
) -> list[Judged]:
    """The verdicts of pairs by the primary metric of their task; all that can be compared are one family.

    Differences are positive where the encoding is better, whichever way the metric goes.
    """
    found = merits(rows, task)
    known = [pair for pair in compared if pair.encoding.key in found and pair.control.key in found]
    comparisons = [compare(found[pair.encoding.key], found[pair.control.key], protocol, rope) for pair in known]
    said = dict(zip(known, judge(comparisons, confidence), strict=True))
    return [Judged(pair, said.get(pair)) for pair in compared]


__all__ = ["Judged", "verdicts"]
