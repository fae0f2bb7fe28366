"""JSON that is almost JSON: in a fence, after thoughts, with commas too many or single quotes."""

from __future__ import annotations

import ast
import json
import re
from typing import Any, NamedTuple

LONGEST = 50_000
"""Characters that are looked at."""
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_WORDS = {"true": "True", "false": "False", "null": "None"}


class Parsed(NamedTuple):
    """An object, and whether the text had to be mended."""

    document: dict[str, Any]
    is_repaired: bool


def without_thoughts(text: str) -> str:
    """A text without the blocks in which some models think."""
    return _THOUGHT.sub("", text).rpartition("</think>")[2].strip()


def read_object(text: str) -> Parsed | None:
    """The object that a text holds; None where there is none."""
    document = _loads(text)
    if isinstance(document, dict):
        return Parsed(document, False)
    clean = without_thoughts(text[:LONGEST])
    start, end = clean.find("{"), clean.rfind("}")
    if not 0 <= start < end:
        return None
    inner = clean[start : end + 1]
    for candidate in (inner, _outside_strings(inner, lambda part: re.sub(r",(\s*[}\]])", r"\1", part))):
        document = _loads(candidate)
        if isinstance(document, dict):
            return Parsed(document, True)
    document = _literal(inner)
    return Parsed(document, True) if isinstance(document, dict) else None


def _outside_strings(text: str, change: Any) -> str:
    parts: list[str] = []
    position = 0
    for found in _STRING.finditer(text):
        parts += [change(text[position : found.start()]), found[0]]
        position = found.end()
    return "".join([*parts, change(text[position:])])


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _literal(text: str) -> Any:
    """An object as Python would write it; reading it runs nothing."""
    words = _outside_strings(text, lambda part: re.sub(r"\b(true|false|null)\b", lambda m: _WORDS[m[0]], part))
    try:
        return ast.literal_eval(words)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
