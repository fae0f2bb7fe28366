"""What a benchmark can find, data set by data set and tier by tier, before anything of it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.compiler.encodings.benchmark import POINT, Benchmark
from mlipilot.compiler.encodings.cells import pairs
from mlipilot.compiler.encodings.data.kinds import facts_of
from mlipilot.compiler.encodings.data.sample_facts import SampleFacts
from mlipilot.compiler.encodings.power import (
    WANTED_POWER,
    Judging,
    Promise,
    balanced_samples,
    chance_not_worse,
    fold_deviation,
    promise,
)
from mlipilot.spec.document import Spec

SHARES = ("balanced_accuracy", "accuracy")
"""Metrics whose spread over folds follows from the samples and the share of disagreeing predictions."""


class Promised(NamedTuple):
    """Of the comparisons of a tier on a data set."""

    block: str
    data: str
    tier: str
    comparisons: int
    """Of the family that they are corrected in."""
    metric: str
    found: Promise | None
    """None where it is not known before it is run."""
    reason: str
    """Why it is not known."""
    finds_not_worse: bool | None
    """Whether `not_worse` is found at the largest difference that the discordance allows."""


def promises(found: Benchmark, spec: Spec) -> list[Promised]:
    """What a block can find; of each data set that is known, for each tier."""
    compared = pairs(found.factors)
    tiers = list(dict.fromkeys(pair.tier for pair in compared))
    by_tier = {tier: sum(pair.tier == tier for pair in compared) for tier in tiers}
    family = {
        "data": by_tier,
        "tier": {tier: number * len(found.data) for tier, number in by_tier.items()},
        "block": dict.fromkeys(tiers, len(compared) * len(found.data)),
    }[found.family]
    facts = [facts_of(data, found.block, spec) for data in found.data]
    return [
        _promised(found, data.name, tier, family[tier], known)
        for data, known in zip(found.data, facts, strict=True)
        for tier in tiers
    ]


def _promised(found: Benchmark, data: str, tier: str, comparisons: int, facts: SampleFacts | None) -> Promised:
    if facts is None:
        return Promised(
            found.name, data, tier, comparisons, "", None, "its samples are not known before it is made", None
        )
    metric, rope = found.metric.get(facts.task, ""), found.rope.get(POINT)
    if metric not in SHARES or rope is None or facts.counts is None:
        reason = f"how far `{metric}` spreads over folds is not known before they are run"
        return Promised(found.name, data, tier, comparisons, metric, None, reason, None)
    samples = _samples(facts.counts, metric)
    judging = Judging(rope, found.confidence, comparisons)
    spread = fold_deviation(samples, found.protocol, found.discordance)
    not_worse = chance_not_worse(found.discordance, spread, found.protocol, judging) >= WANTED_POWER
    kept = promise(samples, found.protocol, judging, found.discordance)
    return Promised(found.name, data, tier, comparisons, metric, kept, "", not_worse)


def _samples(counts: Sequence[int], metric: str) -> float:
    return balanced_samples(counts) if metric == "balanced_accuracy" else float(sum(counts))


__all__ = ["SHARES", "Promised", "promises"]
