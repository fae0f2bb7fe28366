"""The proof: every rule that the spec alone decides, and every rule that a scan of its data decides.

Each module is one subject and returns diagnostics; none of them raises, none of them stops another. Rules of campaigns
are imported where there is a pilot, those of benchmarks where there is one.
"""

from __future__ import annotations

from collections.abc import Callable

from mlipilot.compiler.check import (
    atoms,
    dataset,
    dynamics,
    engine,
    files,
    heat,
    model,
    plausibility,
    schedule,
    scorecard,
    steps,
    training,
    trajectories,
    unused,
)
from mlipilot.compiler.check.files import sizes
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec

CHECKS: tuple[Callable[[Spec], list[Diagnostic]], ...] = (
    dataset.check,
    model.check,
    training.check,
    schedule.check,
    dynamics.check,
    scorecard.check,
    engine.check,
)
"""What the spec alone decides of any."""
DOUBTS: tuple[Callable[[Spec], list[Diagnostic]], ...] = (
    atoms.check,
    plausibility.check,
    steps.check,
    heat.check,
    trajectories.check,
    unused.check,
)
"""What may be and is hardly meant: warnings, which no point of a search is asked for."""


def check(spec: Spec) -> list[Diagnostic]:
    """All faults of a resolved spec, in the order of the text."""
    found = [*rules(spec), *files.check(spec)]
    if spec.space is not None:
        from mlipilot.compiler.check import search  # few specs have a search

        found += [*search.check(spec, spec.space), *search.check_values(spec, spec.space, rules)]
    if spec.only("pilot") is not None:
        from mlipilot.compiler.check import campaign

        found += campaign.check(spec)
    for doubt in DOUBTS:
        found += _unsaid(doubt(spec), found)
    return sorted(found, key=lambda diagnostic: diagnostic.order)


def search_in_words(spec: Spec) -> str:
    """How large the search of a spec that checks is, and how much of it checks too; empty where it has none."""
    if spec.space is None:
        return ""
    from mlipilot.compiler.check import feasibility, search

    return feasibility.space_in_words(spec.space, search.checker(spec, spec.space, rules))


def _unsaid(doubts: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """The doubts about places that nothing was said of: one slip is said once."""
    spoken = {diagnostic.place for diagnostic in found if diagnostic.place is not None}
    return [doubt for doubt in doubts if doubt.place not in spoken]


def rules(spec: Spec) -> list[Diagnostic]:
    """What the spec alone decides, in milliseconds."""
    found = [diagnostic for rule in CHECKS for diagnostic in rule(spec)]
    if spec.of_kind("encoding"):
        from mlipilot.compiler.check import encoding, encoding_data, encoding_measures

        found += [*encoding.check(spec), *encoding_data.check(spec), *encoding_measures.check(spec)]
    return found


__all__ = ["check", "rules", "search_in_words", "sizes"]
