"""What a resolver knows while it works: the file, its blocks by name, and the faults found so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.suggest import nearest


@dataclass(frozen=True)
class Declared:
    """A block that can be referred to."""

    kind: str
    tag: str | None
    span: Span


@dataclass
class Scope:
    """State of one resolution."""

    source: SourceFile
    blocks: dict[str, Declared] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)
    """Names that a statement which could not be read may have declared: uses of them stay silent."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(
        self,
        code: str,
        headline: str,
        span: Span,
        label: str = "",
        *,
        help: str = "",
        fix: Fix | None = None,
        secondary: tuple[Annotation, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        """Add a diagnostic of this file."""
        self.diagnostics.append(
            Diagnostic(code, headline, self.source, Annotation(span, label), secondary, notes, help, fix)
        )


def did_you_mean(word: str, span: Span, known: list[str] | tuple[str, ...]) -> tuple[str, Fix | None]:
    """The help text and fix for a misspelt word; without a near word, what there is to choose from."""
    found = nearest(word, known)
    if found is not None:
        return f"did you mean `{found}`?", Fix(f"replace by `{found}`", (Edit(span, found),))
    if not known:
        return "", None
    return "known: " + ", ".join(f"`{name}`" for name in known), None


def meant(word: str, known: Iterable[str]) -> str | None:
    """The word itself where it is known, else the one it was probably meant for."""
    candidates = list(known)
    return word if word in candidates else nearest(word, candidates)
