"""Claims of an encoding benchmark: which encoding is how to which control, and why that is thought."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Edit, Fix
from mlipilot.spec.resolve.expressions import resolve_arguments
from mlipilot.spec.resolve.reason import check_reason
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.schema.encoding import CLAIMS, VERBS
from mlipilot.spec.source import Span
from mlipilot.spec.syntax.tree import Call, Operation, Rule
from mlipilot.spec.values import Claim

_SHAPE = "better(encoding, control)"


def resolve_claim(scope: Scope, rule: Rule) -> Claim | None:
    """The claim of a rule; None after a fault."""
    verb = rule.verb.text
    if verb not in VERBS:
        scope.report(
            "MLP0406",
            f"`{verb}` cannot stand in an `encoding` block",
            rule.verb.span,
            "misplaced",
            help=f"`require {_SHAPE} because …` says what must hold, `predict {_SHAPE} because …` what is expected",
        )
        return None
    if rule.when is not None:
        scope.report("MLP0406", "`when` cannot stand in a claim", rule.when.span, "remove it")
        return None
    subject = rule.subject
    if isinstance(subject, Operation) and isinstance(subject.operands[0], Call):
        call = subject.operands[0]
        if call.function.text in CLAIMS:
            rest = Span(call.span.end, subject.span.end)
            scope.report(
                "MLP0201",
                f"`{call.function.text}` takes no threshold: the ROPE is that",
                rest,
                "not needed",
                fix=Fix("remove it", (Edit(rest, ""),)),
            )
            return None
    if not isinstance(subject, Call):
        names = ", ".join(f"`{name}(…)`" for name in CLAIMS)
        scope.report(
            "MLP0201",
            f"`{verb}` of an `encoding` takes one of {names}",
            subject.span,
            "not of this form",
            help=f"write such as `{verb} {_SHAPE}`",
        )
        return None
    signature = CLAIMS.get(subject.function.text)
    if signature is None:
        help_, fix = did_you_mean(subject.function.text, subject.function.span, tuple(CLAIMS))
        scope.report(
            "MLP0206",
            f"`{verb}` cannot claim `{subject.function.text}`",
            subject.function.span,
            "unknown",
            help=help_,
            fix=fix,
        )
        return None
    arguments = resolve_arguments(scope, signature, subject.arguments, subject.span)
    check_reason(scope, rule)
    if arguments is None:
        return None
    because = rule.because.text if rule.because is not None else ""
    written = " ".join(scope.source.slice(subject.span).split())
    return Claim(verb, signature.name, arguments, because, written, rule.span, scope.source)


__all__ = ["resolve_claim"]
