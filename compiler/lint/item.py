"""One option as it was written, in a YAML file or on a command line, before anything is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlipilot.spec.source import SourceFile, Span


class Unknown(Enum):
    """The value of what only the shell knows."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Item:
    """A word and its value, each with its place."""

    word: str
    """As written, without dashes."""
    written: Any
    """What YAML makes of the value, or the command line's string; None where there is none; `UNKNOWN`."""
    source: SourceFile
    key: Span
    value: Span
    """The value's place; the word's where there is none."""
    command_line: bool = False

    @property
    def has_place(self) -> bool:
        """Whether it stands in a text; a file that is given to `lint` itself does not."""
        return bool(self.source.text)
