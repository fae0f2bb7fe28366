"""The reason of a `require`: it is shown when the rule is not met, and must be given."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Rule


def check_reason(scope: Scope, rule: Rule) -> None:
    """Report a `require` without a reason, and any empty one."""
    if rule.verb.text == "require" and rule.because is None:
        place = Span(rule.span.end, rule.span.end)
        scope.report(
            "MLP0106",
            "`require` gives no reason",
            rule.verb.span,
            "needs `because`",
            help='end it with `because "…"`: the reason is shown where the rule is not met',
            fix=Fix("add a reason", (Edit(place, ' because "…"'),), Applicability.DISPLAY),
        )
    if rule.because is not None and not rule.because.text.strip():
        scope.report("MLP0106", "the reason is empty", rule.because.span, "say why")
