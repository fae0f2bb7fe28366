"""How values of the Python interface are shown: `<Kind what it holds>`, in one line that fits."""

from __future__ import annotations

WIDEST = 100
"""Characters of a line."""


def in_a_line(kind: str, *words: str) -> str:
    """A value's `repr`: its kind and what there is to say of it, cut where the line is full."""
    text = " ".join(filter(None, (" ".join(word.split()) for word in words)))
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    room = WIDEST - len(f"<{kind} >")
    if len(shown) > room:
        shown = f"{shown[: room - 1].rstrip()}…"
    return f"<{kind} {shown}>" if shown else f"<{kind}>"
