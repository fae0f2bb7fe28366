"""Two texts as a unified diff."""

from __future__ import annotations

import difflib


def unified(before: str, after: str, name: str, other: str) -> str:
    """The changed lines with some around them; empty where only line ends differ."""
    old, new = (text.replace("\r\n", "\n").split("\n") for text in (before, after))
    return "".join(line + "\n" for line in difflib.unified_diff(old, new, name, other, lineterm=""))
