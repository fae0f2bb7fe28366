"""The reason of a `require` or a `predict`: it is shown beside what came of it, and must be given."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Rule

_WITH_REASON = {
    "require": "the reason is shown where the rule is not met",
    "predict": "the reason is shown beside what came of it",
}


def check_reason(scope: Scope, rule: Rule) -> None:
    """Report a `require` or `predict` without a reason, and any empty one."""
    verb = rule.verb.text
    if verb in _WITH_REASON and rule.because is None:
        place = Span(rule.span.end, rule.span.end)
        scope.report(
            "MLP0106",
            f"`{verb}` gives no reason",
            rule.verb.span,
            "needs `because`",
            help=f'end it with `because "…"`: {_WITH_REASON[verb]}',
            fix=Fix("add a reason", (Edit(place, ' because "…"'),), Applicability.DISPLAY),
        )
    if rule.because is not None and not rule.because.text.strip():
        scope.report("MLP0106", "the reason is empty", rule.because.span, "say why")
