"""What a scan of data files decides: `ask` a `Question`, get `Finding`s."""

from __future__ import annotations

from mlipilot.compiler.data.question import Anchor, Finding, Question, Split


def ask(question: Question) -> list[Finding]:
    """All that the data prove, in the order of the rules."""
    from mlipilot.compiler.data.facts import Facts
    from mlipilot.compiler.data.rules import RULES

    facts = Facts(question)
    return [finding for rule in RULES for finding in rule(facts)]


__all__ = ["Anchor", "Finding", "Question", "Split", "ask"]
