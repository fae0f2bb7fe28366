"""A shell script as commands of words, each with its place.

Only what is needed to read the arguments of a training command: quotes, escapes, comments, continued lines, the
operators that end a command, here-documents (skipped), and variables that the script itself sets to a plain text.
What else the shell would expand is marked as unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from mlipilot.spec.source import Span

_OPERATORS = ("&&", "||", ";;", ";", "|", "&", "\n", "(", ")")
_REDIRECTION = re.compile(r"\d*(?:<<<|<<-?|>>|>&|<&|&>>|&>|>\||<>|<|>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_SPLITTING = re.compile(r"[\s*?\[]")
"""What makes several words of a value that stands without quotes."""
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(:?-[^{}$`]*)?\}|([A-Za-z_]\w*))")


@dataclass(frozen=True)
class Word:
    """One argument of a command."""

    text: str
    """With quotes taken off and known variables put in."""
    span: Span
    places: tuple[int, ...]
    """Offset of each character of the text in the source."""
    known: bool
    """Whether the text is what the shell will pass on; otherwise it is as written."""
    splits: bool
    """Whether the shell may make several arguments, or none, of it."""

    def part(self, start: int, end: int | None = None) -> Span:
        """Where a part of the text was written."""
        inside = self.places[start : len(self.text) if end is None else end]
        return Span(inside[0], max(inside[-1], inside[0]) + 1) if inside else self.span


@dataclass
class _Draft:
    """A word while it is read."""

    characters: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    known: bool = True
    splits: bool = False


def read_commands(text: str) -> list[list[Word]]:
    """The commands of a script, in order; whatever the text, nothing is raised."""
    return _Reader(text).commands()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.variables: dict[str, str | None] = {}
        """What the script sets; None where it is not known, or set to several things."""
        self.documents: list[str] = []
        """Ends of the here-documents that begin after this line."""

    def commands(self) -> list[list[Word]]:
        found: list[list[Word]] = []
        command: list[Word] = []
        skip_next = False
        while self.at < len(self.text):
            self._blanks()
            if self.at >= len(self.text):
                break
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
                continue
            redirection = _REDIRECTION.match(self.text, self.at)
            if redirection:
                self.at = redirection.end()
                if redirection.group().lstrip("0123456789") in ("<<", "<<-"):
                    self._blanks()
                    self.documents.append(self._word().text)
                else:
                    skip_next = True
                continue
            operator = next((o for o in _OPERATORS if self.text.startswith(o, self.at)), None)
            if operator is not None:
                if operator == "(" and command and command[-1].text.endswith("="):
                    command[-1] = replace(command[-1], known=False)  # an array
                self.at += len(operator)
                self._end(command, found)
                command, skip_next = [], False
                if operator == "\n":
                    self._skip_documents()
                continue
            word = self._word()
            if not skip_next:
                command.append(word)
            skip_next = False
        self._end(command, found)
        return found

    def _end(self, command: list[Word], found: list[list[Word]]) -> None:
        """Note what a command of assignments sets; keep any other."""
        words = [word for word in command if word.text not in ("export", "local", "readonly", "declare")]
        settings = [_ASSIGNMENT.fullmatch(word.text) for word in words]
        if words and all(settings):
            for word, setting in zip(words, settings, strict=True):
                assert setting is not None
                name, value = setting.group(1), setting.group(2) if word.known else None
                self.variables[name] = value if self.variables.get(name, value) == value else None
        elif command:
            found.append(command)

    def _blanks(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\r":
                self.at += 1
            elif self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self.at = self.text.index("\n", self.at) + 1
            else:
                return

    def _skip_documents(self) -> None:
        for end in self.documents:
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                line = self.text[self.at : len(self.text) if stop < 0 else stop]
                self.at = len(self.text) if stop < 0 else stop + 1
                if line.strip() == end:
                    break
        self.documents = []

    def _word(self) -> Word:
        start = self.at
        draft = _Draft()
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in " \t\r\n;|&()<>":
                break
            if c == "'":
                self._quoted(draft)
            elif c == '"':
                self._double(draft)
            elif c == "\\":
                if self.text.startswith(("\\\n", "\\\r\n"), self.at):
                    self.at = self.text.index("\n", self.at) + 1
                else:
                    self.at += 1
                    self._take(draft)
            elif c in "$`":
                self._expand(draft, quoted=False)
            else:
                self._take(draft)
        if self.at == start:
            self.at += 1
        span = Span(start, min(self.at, len(self.text)))
        return Word("".join(draft.characters), span, tuple(draft.places), draft.known, draft.splits)

    def _take(self, draft: _Draft) -> None:
        if self.at < len(self.text):
            draft.characters.append(self.text[self.at])
            draft.places.append(self.at)
            self.at += 1

    def _quoted(self, draft: _Draft) -> None:
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != "'":
            self._take(draft)
        self.at += 1

    def _double(self, draft: _Draft) -> None:
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            c = self.text[self.at]
            if c == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`", "\n"):
                self.at += 1
                if self.text[self.at : self.at + 1] == "\n":
                    self.at += 1
                else:
                    self._take(draft)
            elif c in "$`":
                self._expand(draft, quoted=True)
            else:
                self._take(draft)
        self.at += 1

    def _expand(self, draft: _Draft, quoted: bool) -> None:
        """Put a variable's value in where the script sets it; else mark the word, and go past the expansion."""
        match = _VARIABLE.match(self.text, self.at)
        end = match.end() if match else self._end_of_expansion()
        if match:
            name, fallback = match.group(1) or match.group(3), match.group(2)
            value = self.variables.get(name)
            if name not in self.variables and fallback is not None:
                value = fallback.lstrip(":").removeprefix("-")
            if value is not None and (quoted or not _SPLITTING.search(value)):
                draft.characters += value
                draft.places += [self.at] * len(value)
                self.at = end
                return
        draft.known = False
        draft.splits = draft.splits or not quoted or "@" in self.text[self.at : end]
        while self.at < end:
            self._take(draft)

    def _end_of_expansion(self) -> int:
        """Past a `$(…)`, `${…}`, `` `…` `` or `$x` that begins here."""
        text, at = self.text, self.at
        if text[at] == "`":
            end = text.find("`", at + 1)
            return len(text) if end < 0 else end + 1
        closing = {"(": ")", "{": "}"}.get(text[at + 1 : at + 2])
        if closing is None:
            return min(at + 2, len(text))
        opening, depth = text[at + 1], 0
        for position in range(at + 1, len(text)):
            depth += (text[position] == opening) - (text[position] == closing)
            if depth == 0:
                return position + 1
        return len(text)


__all__ = ["Word", "read_commands"]
