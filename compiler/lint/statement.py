"""A shell script as a value: its statements, each of words with their places, and its comments."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlipilot.spec.source import Span


@dataclass(frozen=True)
class Word:
    """One argument of a command."""

    text: str
    """With quotes taken off and known variables put in."""
    span: Span
    places: tuple[int, ...]
    """Offset of each character of the text in the source."""
    known: bool
    """Whether the text is what the shell will pass on; otherwise it is as written."""
    splits: bool
    """Whether the shell may make several arguments, or none, of it."""

    def part(self, start: int, end: int | None = None) -> Span:
        """Where a part of the text was written."""
        inside = self.places[start : len(self.text) if end is None else end]
        return Span(inside[0], max(inside[-1], inside[0]) + 1) if inside else self.span


@dataclass
class Document:
    """A here-document."""

    literal: bool
    """Whether the shell expands nothing in it."""
    text: str = ""
    places: tuple[int, ...] = ()


@dataclass
class Statement:
    """One simple command."""

    words: list[Word] = field(default_factory=list)
    writes: list[Word] = field(default_factory=list)
    """Files that its output goes to."""
    documents: list[Document] = field(default_factory=list)
    piped: bool = False
    """Whether its output goes to the next."""
    sets: bool = False
    """Whether it only sets variables."""


@dataclass
class Script:
    """The statements of a script in order, and where its comments stand."""

    statements: list[Statement] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)


__all__ = ["Document", "Script", "Statement", "Word"]
