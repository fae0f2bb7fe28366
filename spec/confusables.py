"""Letters of other alphabets that look like Latin ones, and are others to a program."""

from __future__ import annotations

import unicodedata

_CYRILLIC = dict(zip("аеорсхуіѕјАВЕКМНОРСТХІЅЈ", "aeopcxyisjABEKMHOPCTXISJ", strict=True))
_GREEK = dict(zip("οανιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaviABEZHIKMNOPTYX", strict=True))
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


__all__ = ["skeleton", "stranger"]
