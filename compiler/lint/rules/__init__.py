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


__all__ = ["RULES", "judge"]
