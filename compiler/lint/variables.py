"""What the variables of a shell script hold, as far as its text tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlipilot.compiler.lint.statement import Word

NAME = r"[A-Za-z_]\w*"
_KEYED = re.compile(r"\[.*\]=")
"""An element with a key of its own."""
_NUMBER = re.compile(r"-?\d{1,6}")
_ASSIGNMENT = re.compile(rf"({NAME})(\+?)=(.*)", re.DOTALL)
_DECLARING = ("export", "local", "readonly", "declare", "typeset")
_CHANGING = ("read", "mapfile", "readarray", "getopts", "unset", "let", "printf", "for", "select")
"""Commands that set variables to what only the shell knows; all names among their words may be such."""
RESERVED = ("if", "then", "elif", "else", "while", "until", "do", "{", "}", "!", "done", "fi", "esac", "time")
"""Words of the shell's grammar that a command may follow."""


class Text(NamedTuple):
    """The value of a variable."""

    text: str
    places: tuple[int, ...]
    """Where each of its characters was written."""


@dataclass
class Choice:
    """Which value of each literal list a reading of a script takes: a script is read once for each."""

    at: int = 0
    most: int = 1
    """Values of the longest list that the reading came to."""

    def of(self, values: Sequence[Word]) -> Word:
        """The value of a list; a shorter list begins again."""
        self.most = max(self.most, len(values))
        return values[self.at % len(values)]


class Variables:
    """Texts and arrays by name; None where one is not known, or may be one of several."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self._texts: dict[str, Text | None] = {}
        self._arrays: dict[str, list[Word] | None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def copy(self) -> Variables:
        """These, for a shell of its own."""
        other = Variables(self.choice)
        other._texts, other._arrays = dict(self._texts), dict(self._arrays)
        return other

    def value(self, name: str) -> Text | None:
        """The text of a variable."""
        return self._texts.get(name)

    def array(self, name: str) -> list[Word] | None:
        """The elements of an array."""
        return self._arrays.get(name)

    def element(self, name: str, index: str) -> Text | None:
        """An element of an array; of all that it may be the chosen one, where the index is not known."""
        elements = self._arrays.get(name)
        if not elements or any(not e.known or e.splits or _KEYED.match(e.text) for e in elements):
            return None
        held = self.value(index.strip().strip("${}"))
        number = held.text if held is not None else index.strip()
        if not _NUMBER.fullmatch(number):
            word = self.choice.of(elements)
        elif -len(elements) <= int(number) < len(elements):
            word = elements[int(number)]
        else:
            return None
        return Text(word.text, word.places)

    def forget(self, names: Iterable[str]) -> None:
        """Nothing is known of these any more."""
        for name in names:
            self._texts[name] = self._arrays[name] = None

    def set_array(self, name: str, elements: list[Word], *, grows: bool, certain: bool) -> None:
        """Takes what a script says of an array: all its elements, or more; not `certain`: one value of several."""
        before = self._arrays.get(name, [])
        new: list[Word] | None = elements
        if grows:
            new = before + elements if before is not None and certain else None
        elif not certain and name in self._arrays and [e.text for e in before or []] != [e.text for e in elements]:
            new = None
        self._arrays[name] = new
        self._texts[name] = None

    def take(self, words: Sequence[Word], *, certain: bool) -> bool:
        """What a command sets, which may be one value of several; returns whether that is all it does."""
        start = next((at for at, word in enumerate(words) if word.text not in RESERVED), len(words))
        rest = words[start:]
        if not rest:
            return False
        if rest[0].text in _DECLARING:
            for word in rest[1:]:
                self._assign(word, certain)
            return True
        listed = rest[3:] if [rest[0].text, *(word.text for word in rest[2:3])] == ["for", "in"] else []
        if listed and all(word.known and not word.splits for word in listed):
            word = self.choice.of(listed)
            self._texts[rest[1].text], self._arrays[rest[1].text] = Text(word.text, word.places), None
            return False
        if rest[0].text in _CHANGING:
            names = (re.match(NAME, word.text) for word in rest[1:])
            self.forget(name.group() for name in names if name is not None)
            return False
        if not all(_ASSIGNMENT.fullmatch(word.text) for word in rest):
            return False
        for word in rest:
            self._assign(word, certain)
        return True

    def _assign(self, word: Word, certain: bool) -> None:
        found = _ASSIGNMENT.fullmatch(word.text)
        if found is None:
            return
        name, grows, value = found.groups()
        if not value and name in self._arrays:
            return  # `NAME=(…)`, which was read
        new: Text | None = Text(value, word.places[found.start(3) :]) if word.known else None
        before = self._texts.get(name, Text("", ()))
        if grows:
            new = Text(before.text + new.text, before.places + new.places) if new and before and certain else None
        elif not certain and name in self._texts and (new is None or before is None or before.text != new.text):
            new = None  # one of two
        self._texts[name] = new


__all__ = ["NAME", "RESERVED", "Choice", "Text", "Variables"]
