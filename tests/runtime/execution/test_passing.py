"""What a gate lets through: a scorecard, benchmarks of encodings, or both."""

from __future__ import annotations

import pytest

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, ClaimOutcome
from mlipilot.runtime.execution.outcome import Outcome


def benchmark(*claims: tuple[str, str]) -> BenchmarkOutcome:
    """With claims of a verb and an outcome."""
    found = tuple(ClaimOutcome(verb, "better", "better(angle, raw)", "…", outcome, {}) for verb, outcome in claims)
    return BenchmarkOutcome("maps", "0" * 64, 0.95, {}, (), claims=found)


@pytest.mark.parametrize(
    ("benchmarks", "passes"),
    [
        ((), False),
        ((benchmark(),), True),
        ((benchmark(("predict", "fails")),), True),
        ((benchmark(("require", "holds")),), True),
        ((benchmark(("require", "undecided")),), False),
        ((benchmark(("require", "holds"), ("require", "fails")),), False),
        ((benchmark(("require", "holds")), benchmark(("require", "undecided"))), False),
    ],
)
def test_what_is_required_holds_and_predictions_gate_nothing(
    benchmarks: tuple[BenchmarkOutcome, ...], passes: bool
) -> None:
    assert Outcome([], benchmarks=benchmarks).passes is passes
