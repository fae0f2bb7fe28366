"""What is said of a block: in a line where it fits, else a sentence a line."""

from __future__ import annotations

from collections.abc import Sequence

_WIDTH = 120


def said_of(name: str, words: Sequence[str]) -> str:
    """Words about a block, after its name."""
    line = f"`{name}`: {'; '.join(words)}"
    return line if len(line) <= _WIDTH else "\n  ".join((f"`{name}`:", *words))


__all__ = ["said_of"]
