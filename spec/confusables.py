"""Letters of other alphabets that look like Latin ones, and are others to a program."""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = dict(zip("аеорсхуіѕјАВЕКМНОРСТХІЅЈ", "aeopcxyisjABEKMHOPCTXISJ", strict=True))
_GREEK = dict(zip("οανιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaviABEZHIKMNOPTYX", strict=True))
_SYMBOLS = "ανι"
"""Letters of formulas, which physicists put before Latin ones (`αFe`) and tell apart."""
_PARTS = re.compile(r"[^\W\d_]+")
_LATIN = str.maketrans({**_CYRILLIC, **_GREEK})


def skeleton(word: str) -> str:
    """The word in the Latin letters and digits that it looks like."""
    return unicodedata.normalize("NFKC", word).translate(_LATIN)


def stranger(word: str) -> str:
    """What the first character of a word that only looks like a Latin one is, in words; empty where all are."""
    for character in word:
        looks = skeleton(character)
        if not character.isascii() and looks.isascii():
            name = unicodedata.name(character, "").lower()
            return f"`{character}` is U+{ord(character):04X} ({name}), not `{looks}`"
    return ""


def is_mixed(word: str) -> bool:
    """Whether one of a word's parts has Latin letters beside some that only look like such."""
    return any(_is_mixed(part) for part in _PARTS.findall(word))


def _is_mixed(part: str) -> bool:
    strange = [c for c in part if not c.isascii() and skeleton(c).isascii() and c not in _SYMBOLS]
    return bool(strange) and any(c.isascii() for c in part)


__all__ = ["is_mixed", "skeleton", "stranger"]
