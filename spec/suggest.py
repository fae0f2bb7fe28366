"""Did you mean: the known word that an unknown one may be a slip for.

Words are compared part by part: `force_max` is no slip for `force_mae`, `float16` none for `float64` and `npt` none for
`nvt`, though most of their letters agree. Where no word is near enough, what exists is listed instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALIKE = 0.7
_SHORT = 3
"""Letters of a part in which one other letter makes another word."""
_PARTS = re.compile(r"[^\W\d_]+|\d+")


def nearest(word: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
    """The known word nearest to `word`; one that differs in case or in separators alone wins.

    `alike` is the least likeness of each part, from 0 to 1.
    """
    candidates = sorted(known)
    for plain in (str.casefold, _joined):
        for candidate in candidates:
            if plain(candidate) == plain(word):
                return candidate
    found = [(likeness, candidate) for candidate in candidates if (likeness := _likeness(word, candidate)) >= alike]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def same_letters(word: str, other: str) -> bool:
    """Whether two words differ in case alone."""
    return word.casefold() == other.casefold()


def _joined(word: str) -> str:
    return "".join(_PARTS.findall(word.casefold()))


def _likeness(word: str, candidate: str) -> float:
    """That of the two parts that are least alike."""
    ours, theirs = _PARTS.findall(word.casefold()), _PARTS.findall(candidate.casefold())
    if not ours or len(ours) != len(theirs):
        return _short_of(_joined(word), _joined(candidate))
    return min(_alike(part, other) for part, other in zip(ours, theirs, strict=True))


def _alike(part: str, other: str) -> float:
    import difflib

    if part == other:
        return 1.0
    if part.isdecimal() or other.isdecimal():
        return 0.0
    if min(len(part), len(other)) > _SHORT:
        return difflib.SequenceMatcher(a=part, b=other, autojunk=False).ratio()
    return 0.9 if _transposed(part, other) else _short_of(part, other)


def _transposed(part: str, other: str) -> bool:
    """Whether two neighbours among its letters changed places."""
    return any(part[:at] + part[at + 1 : at + 2] + part[at] + part[at + 2 :] == other for at in range(len(part) - 1))


def _short_of(part: str, other: str) -> float:
    """The likeness of two words of two letters at least of which one lacks a letter, no digit, of the other."""
    short, long = sorted((part, other), key=len)
    lacks = any(long[:at] + long[at + 1 :] == short and not long[at].isdecimal() for at in range(len(long)))
    return 0.9 if lacks and len(short) > 1 else 0.0
