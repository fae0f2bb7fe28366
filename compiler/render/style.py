"""Colour, or none: the few looks that a terminal's text can have."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Style:
    """Paints words for a terminal; without colour it returns them as they are."""

    colour: bool

    def paint(self, text: str, look: str) -> str:
        """The text in a look: `error`, `warning`, `help`, `frame`, `strong`, `good` or `faint`."""
        return f"\x1b[{_CODES[look]}m{text}\x1b[0m" if self.colour and text else text


_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "help": "1;36",
    "frame": "1;34",
    "strong": "1",
    "good": "1;32",
    "faint": "2",
}
PLAIN = Style(False)


def visible(text: str) -> str:
    """The text with every character that would steer a terminal replaced by one that shows it."""
    return _STEERING.sub(lambda match: _picture(match.group()), text)


def _picture(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


# Control characters but tab and newline; zero-width and direction marks; line and paragraph separators.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def style_for(stream: TextIO) -> Style:
    """Colour where the stream is a terminal that wants it (`NO_COLOR`, `FORCE_COLOR` and `TERM` are honoured)."""
    if os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return Style(True)
    return Style(stream.isatty() and os.environ.get("TERM") != "dumb")
