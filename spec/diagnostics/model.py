"""What the tool has to say about a spec, as a value.

A `Diagnostic` is never raised: every stage returns the ones it found, and all of a run are shown together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mlipilot.spec.diagnostics.codes import CATALOGUE, Severity
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import SourceFile, Span


class Applicability(StrEnum):
    """How far a fix may be trusted."""

    SAFE = "safe"
    """Keeps what was meant; may be applied without a look."""
    UNSAFE = "unsafe"
    """Probably what was meant; look first."""
    DISPLAY = "display"
    """Shows the shape; has places to fill in."""


class Edit(NamedTuple):
    """Replace the characters of a span by a text."""

    span: Span
    text: str


def with_edits(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made that do not overlap; every other character is as it was."""
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


class Fix(NamedTuple):
    """A change of the text that would mend a fault."""

    message: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.SAFE

    def __repr__(self) -> str:
        return in_a_line("Fix", f"{self.applicability}:", self.message)


class Annotation(NamedTuple):
    """A place in the source, with what is to be said about it."""

    span: Span
    label: str = ""
    source: SourceFile | None = None
    """The file, where it is not the diagnostic's own."""

    def __repr__(self) -> str:
        return in_a_line("Annotation", f"{self.span.start}–{self.span.end}", self.label)


@dataclass(frozen=True)
class Diagnostic:
    """One thing to say: a code, a headline, the place, and what helps."""

    code: str
    headline: str
    source: SourceFile | None = None
    primary: Annotation | None = None
    secondary: tuple[Annotation, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """Error, warning or note, as the catalogue has it."""
        return CATALOGUE[self.code].severity

    @property
    def name(self) -> str:
        """The code's name in words, such as `unknown-unit`."""
        return CATALOGUE[self.code].name

    @property
    def is_error(self) -> bool:
        """Whether the spec cannot be used as it stands."""
        return self.severity is Severity.ERROR

    def file_of(self, annotation: Annotation) -> SourceFile | None:
        """The file that an annotation is about: its own, else the diagnostic's."""
        return annotation.source or self.source

    @property
    def place(self) -> tuple[SourceFile, Span] | None:
        """Where it is shown; None where it is about no place in a file."""
        source = self.file_of(self.primary) if self.primary is not None else None
        return (source, self.primary.span) if source is not None and self.primary is not None else None

    def __str__(self) -> str:
        """One line, as compilers write it: place, severity, code, headline."""
        place = ""
        if self.source is not None:
            at = self.source.location(self.primary.span.start) if self.primary is not None else None
            place = f"{self.source.name}:{f'{at.line}:{at.column}:' if at is not None else ''} "
        return f"{place}{self.severity}[{self.code}] {self.headline}"

    @property
    def order(self) -> tuple[str, int, str]:
        """Sort key: file, then place, then code."""
        return (self.source.name if self.source else "", self.primary.span.start if self.primary else -1, self.code)

    def __repr__(self) -> str:
        return in_a_line("Diagnostic", str(self))


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.is_error for d in diagnostics)
