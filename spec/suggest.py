"""Did you mean: the known word that looks most like an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

_ALIKE = 0.6


def nearest(word: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
    """The known word nearest to `word`; one that differs in case or in the order of its letters alone wins.

    `alike` is the least likeness, from 0 to 1, of any other.
    """
    import difflib

    candidates = sorted(known)
    for candidate in candidates:
        if candidate.lower() == word.lower():
            return candidate
    for candidate in candidates:
        if sorted(candidate.lower()) == sorted(word.lower()):
            return candidate
    found = difflib.get_close_matches(word.lower(), [c.lower() for c in candidates], n=1, cutoff=alike)
    return next((c for c in candidates if c.lower() == found[0]), None) if found else None
