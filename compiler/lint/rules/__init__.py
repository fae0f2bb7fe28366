"""The rules over the options: a module for each subject, each rule with the options that it must know."""

from __future__ import annotations

from mlipilot.compiler.lint.rules import (
    architecture,
    dataset,
    environment,
    evaluation,
    loss,
    ranges,
    restart,
    stage_two,
    untrained,
    without_effect,
)
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic

DOUBT = "MLP1115"
"""Of a number that MACE takes, and that is hardly meant."""
RULES: tuple[Rule, ...] = (
    *ranges.RULES,
    *architecture.RULES,
    *loss.RULES,
    *untrained.RULES,
    *stage_two.RULES,
    *evaluation.RULES,
    *dataset.RULES,
    *restart.RULES,
    *environment.RULES,
    *without_effect.RULES,
)


def judge(settings: Settings) -> list[Diagnostic]:
    """What all rules say; a rule whose options are not all known says nothing."""
    return [
        diagnostic
        for rule in RULES
        if all(settings.known(name) for name in rule.needs)
        for diagnostic in rule.judge(settings)
    ]


def without_doubts_of_faults(found: list[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics but for doubts of values that something else is said of: one slip is said once."""
    spoken = {diagnostic.place for diagnostic in found if diagnostic.code != DOUBT}
    return [diagnostic for diagnostic in found if diagnostic.code != DOUBT or diagnostic.place not in spoken]


__all__ = ["RULES", "judge", "without_doubts_of_faults"]
