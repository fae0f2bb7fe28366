"""What a scan of data files decides: `ask` a `Question`, get `Finding`s."""

from __future__ import annotations

from collections.abc import Sequence

from mlipilot.compiler.data.question import LABELS, Anchor, Finding, Question, Split


def ask(question: Question) -> list[Finding]:
    """All that the data prove, in the order of the rules."""
    from mlipilot.compiler.data.facts import Facts
    from mlipilot.compiler.data.rules import RULES

    facts = Facts(question)
    return [finding for rule in RULES for finding in rule(facts)]


def meant_keys(findings: Sequence[Finding]) -> dict[str, str]:
    """Of labels that no frame has under their key: the key that each was probably meant for.

    Who asks goes on with these, as a misspelt word is read for the one that was meant: one slip hides nothing else.
    """
    return {f.anchor.part: f.replacement for f in findings if f.anchor.part in LABELS and f.replacement is not None}


__all__ = ["Anchor", "Finding", "Question", "Split", "ask", "meant_keys"]
