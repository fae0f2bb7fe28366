"""Text for a model in which nothing that a spec's author or a file wrote can pass for anything but a quoted string.

JSON, whose strings are cut, have no line breaks and no characters that do not show, and in which the brackets that chat
templates and prompts are made of are escaped.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

LONGEST = 200
"""Characters of a string."""
_MARKS = re.compile(r"[<>\[\]|`#]|[^\x20-\x7e]")


def quoted(document: Any) -> str:
    """A document of objects, lists, numbers and strings as such JSON, on one line."""
    match document:
        case dict():
            return "{" + ", ".join(f"{_string(str(key))}: {quoted(value)}" for key, value in document.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(quoted(item) for item in document) + "]"
        case str():
            return _string(document)
        case float() if not math.isfinite(document):
            return "null"
        case _:
            return json.dumps(document)


def _string(text: str) -> str:
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return _MARKS.sub(_escape, json.dumps(cut, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if not character.isascii() and character.isprintable():
        return character
    return json.dumps(character)[1:-1] if not character.isascii() else f"\\u{ord(character):04x}"
