"""A shell script as statements of words, each with its place.

Only what is needed to read the arguments of a training command: quotes, escapes, comments, continued lines, the
operators that end a command, here-documents, and the variables and arrays that the script itself sets to plain texts.
What else the shell would expand is marked as unknown. A `$(…)` or `<(…)` is a script of its own, read before the
statement that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlipilot.compiler.lint.statement import Document, Script, Statement, Word
from mlipilot.compiler.lint.variables import NAME, RESERVED, Choice, Text, Variables
from mlipilot.spec.source import Span

_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n", "(", ")")
_REDIRECTION = re.compile(r"(?:\d+|\{\w+\})?(?:<<<|<<-?|>>|>&|<&|&>>|&>|>\||<>|<|>)")
_GROWING = re.compile(rf"({NAME})(\+?)=")
_END = r"(?=[\s;|&()<>]|$)"
_WHOLE = re.compile(rf"\$(?:\{{({NAME})\}}|({NAME})){_END}")
"""A variable that is a word by itself, and is split where it has blanks."""
_ARRAY = re.compile(rf"(\"?)\$\{{({NAME})\[[@*]\]\}}\1{_END}")
_SPLITTING = re.compile(r"[\s*?\[]")
"""What makes several words of a value that stands without quotes."""
_PATTERN = re.compile(r"[*?\[]")
_VARIABLE = re.compile(rf"\$(?:\{{({NAME})(:?-[^{{}}$`]*)?\}}|({NAME}))")
_ELEMENT = re.compile(rf"\$\{{({NAME})\[([^\[\]@*]+)\]\}}")
_OPENING = ("if", "for", "while", "until", "case", "select", "{")
_CLOSING = ("fi", "done", "esac", "}")
_HOME = re.compile(r"~(?=/|\s|$)")
_SCRIPTS = ("<(", ">(")


@dataclass
class _Draft:
    """A word while it is read."""

    characters: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    known: bool = True
    splits: bool = False
    pattern: bool = False


def read_script(text: str, places: Sequence[int] | None = None, choice: Choice | None = None) -> Script:
    """The statements of a script, in order; whatever the text, nothing is raised.

    `places` are the offsets of its characters in the source, where it is a part of that; `choice` says which value of
    its literal lists is taken.
    """
    return _Reader(text, range(len(text)) if places is None else places, Variables(choice or Choice())).read()


class _Reader:
    def __init__(self, text: str, offsets: Sequence[int], variables: Variables) -> None:
        self.text, self.offsets, self.variables = text, offsets, variables
        self.at = 0
        self.script = Script()
        self.depth = 0
        """Of constructs whose statements may run once, several times or never."""
        self.brackets = 0
        self.conditional = False
        """Whether the next statement runs only after another one's success or failure."""
        self.pending: list[tuple[Document, str]] = []
        """Here-documents that begin after this line, and what ends each."""

    def read(self) -> Script:
        statement = Statement()
        while self._blanks() < len(self.text):
            if self.text[self.at] == "#":
                self._comment()
            elif self._arithmetic(statement) or self._redirection(statement) or self._many(statement.words):
                continue
            elif operator := next((o for o in _OPERATORS if self.text.startswith(o, self.at)), None):
                self.at += len(operator)
                if operator == "(" and self._array(statement):
                    continue
                statement.piped = operator in ("|", "|&")
                self._end(statement)
                statement = Statement()
                self.conditional = operator in ("&&", "||")
                self.brackets = max(0, self.brackets + (operator == "(") - (operator == ")"))
                if operator == "\n":
                    self._read_documents()
            else:
                statement.words.append(self._word())
        self._end(statement)
        return self.script

    def _end(self, statement: Statement) -> None:
        if statement.words or statement.writes or statement.documents:
            for word in statement.words:
                self.depth = max(0, self.depth + (word.text in _OPENING) - (word.text in _CLOSING))
                if word.text not in RESERVED:
                    break
            statement.sets = self.variables.take(statement.words, certain=self._certain())
            self.script.statements.append(statement)

    def _certain(self) -> bool:
        """Whether a statement here runs, and once."""
        return not (self.depth or self.brackets or self.conditional)

    def _blanks(self) -> int:
        while self.at < len(self.text):
            if self.text[self.at] in " \t\r":
                self.at += 1
            elif self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self.at = self.text.index("\n", self.at) + 1
            else:
                break
        return self.at

    def _comment(self) -> None:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        self.script.comments.append(self._span(self.at, end))
        self.at = end

    def _span(self, start: int, end: int) -> Span:
        """The place of a stretch of this text in the source."""
        end = min(max(end, start + 1), len(self.text))
        if start >= end:
            last = self.offsets[-1] + 1 if len(self.offsets) else 0
            return Span(last, last)
        return Span(self.offsets[start], max(self.offsets[end - 1], self.offsets[start]) + 1)

    def _arithmetic(self, statement: Statement) -> bool:
        """Goes past a `((…))`, in which variables may change."""
        before = statement.words[-1].text if statement.words else "for"
        if not self.text.startswith("((", self.at) or before not in ("for", *RESERVED):
            return False
        end = self.text.find("))", self.at)
        end = len(self.text) if end < 0 else end + 2
        self.variables.forget(re.findall(NAME, self.text[self.at : end]))
        self.at = end
        return True

    def _redirection(self, statement: Statement) -> bool:
        """Takes note of where a redirection leads."""
        if self.text.startswith(_SCRIPTS, self.at):
            start, self.at = self.at, self._closed(self.at + 1)
            self._inner(start + 2, self.at - 1)
            raw = self.text[start : self.at]
            places = tuple(self.offsets[start : self.at])
            statement.words.append(Word(raw, self._span(start, self.at), places, known=False, splits=False))
            return True
        found = _REDIRECTION.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        operator = found.group().lstrip("0123456789")
        self._blanks()
        if operator in ("<<", "<<-"):
            begin = self.at
            end = self._word().text
            document = Document(literal=any(c in self.text[begin : self.at] for c in "'\"\\"))
            statement.documents.append(document)
            self.pending.append((document, end))
        elif self.at < len(self.text) and self.text[self.at] not in "\n;|&()<>":
            target = self._word()
            if operator == "<<<":
                statement.words.append(target)  # a text that the command reads
            elif ">" in operator and operator != ">&":
                statement.writes.append(target)
        return True

    def _read_documents(self) -> None:
        for document, end in self.pending:
            start = stop = self.at
            while self.at < len(self.text):
                stop = self.at
                found = self.text.find("\n", self.at)
                line = self.text[self.at : len(self.text) if found < 0 else found]
                self.at = len(self.text) if found < 0 else found + 1
                if line.strip() == end:
                    break
                stop = self.at
            document.text, document.places = self.text[start:stop], tuple(self.offsets[start:stop])
        self.pending = []

    def _array(self, statement: Statement) -> bool:
        """Reads `NAME=(…)`, whose name was the last word; False where this is no such thing."""
        last = statement.words[-1] if statement.words else None
        found = _GROWING.fullmatch(last.text) if last is not None else None
        if found is None or self.text[self.at - 2 : self.at - 1] != "=":
            return False
        elements: list[Word] = []
        while self._blanks() < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "#":
                self._comment()
            elif self.text[self.at] == "\n":
                self.at += 1
            elif not self._many(elements):
                elements.append(self._word())
        self.at += 1
        self.variables.set_array(found.group(1), elements, grows=bool(found.group(2)), certain=self._certain())
        return True

    def _many(self, words: list[Word]) -> bool:
        """Puts in the elements of an array, or the parts of a variable that the shell splits."""
        array = _ARRAY.match(self.text, self.at)
        elements = self.variables.array(array.group(2)) if array else None
        if array is not None and elements is not None:
            if array.group(1) or not any(_SPLITTING.search(element.text) for element in elements):
                words += elements
                self.at = array.end()
                return True
            return False
        whole = _WHOLE.match(self.text, self.at)
        value = self.variables.value(whole.group(1) or whole.group(2)) if whole else None
        if whole is None or value is None or _PATTERN.search(value.text):
            return False
        parts = list(re.finditer(r"\S+", value.text))
        for part in parts:
            places = value.places[part.start() : part.end()]
            alone = len(parts) == 1 and not part.group().startswith("-")
            span = self._span(self.at, whole.end()) if alone else Span(places[0], max(places) + 1)
            words.append(Word(part.group(), span, places, known=True, splits=False))
        self.at = whole.end()
        return True

    def _word(self) -> Word:
        start = self.at
        draft = _Draft()
        if _HOME.match(self.text, start):
            home = str(Path.home())
            draft.characters += home
            draft.places += [self.offsets[start]] * len(home)
            self.at += 1
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
                if c == "{" and self._alternatives():
                    draft.known, draft.splits = False, True
                draft.pattern = draft.pattern or c in "*?"
                self._take(draft)
        if self.at == start:
            self.at += 1
        text = "".join(draft.characters)
        if draft.pattern and not (text.startswith("--") and "=" in text):
            draft.known, draft.splits = False, True  # the names of files
        return Word(text, self._span(start, self.at), tuple(draft.places), draft.known, draft.splits)

    def _take(self, draft: _Draft) -> None:
        if self.at < len(self.text):
            draft.characters.append(self.text[self.at])
            draft.places.append(self.offsets[self.at])
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

    def _alternatives(self) -> bool:
        """Whether the brace here makes several words: `{a,b}` or `{1..3}`."""
        quote, several = "", False
        for at in range(self.at + 1, len(self.text)):
            c = self.text[at]
            if quote:
                quote = "" if c == quote else quote
            elif c in "'\"":
                quote = c
            elif c.isspace() or c in "{;|&()<>":
                return False
            elif c == "}":
                return several
            else:
                several = several or c == "," or self.text.startswith("..", at)
        return False

    def _expand(self, draft: _Draft, quoted: bool) -> None:
        """Put a variable's value in where the script sets it; else mark the word, and go past the expansion."""
        if not quoted and self.text.startswith(("$'", '$"'), self.at):
            self.at += 1
            if self.text[self.at] == '"':
                self._double(draft)
                return
            before = len(draft.characters)
            self._quoted(draft)
            draft.known = draft.known and "\\" not in draft.characters[before:]
            return
        match = _VARIABLE.match(self.text, self.at)
        end = match.end() if match else self._end_of_expansion()
        indexed = _ELEMENT.match(self.text, self.at)
        element = self.variables.element(*indexed.groups()) if indexed else None
        if element is not None and (quoted or not _SPLITTING.search(element.text)):
            draft.characters += element.text
            draft.places += element.places
            self.at = end
            return
        if match:
            name, fallback = match.group(1) or match.group(3), match.group(2)
            value = self.variables.value(name)
            if name not in self.variables and fallback is not None:
                text = fallback.lstrip(":").removeprefix("-")
                last = match.end(2)
                value = Text(text, tuple(self.offsets[last - len(text) : last]))
            if value is not None and (quoted or not _SPLITTING.search(value.text)):
                draft.characters += value.text
                draft.places += value.places
                self.at = end
                return
        draft.known = False
        draft.splits = draft.splits or not quoted or "@" in self.text[self.at : end]
        start = self.at
        while self.at < end:
            self._take(draft)
        if self.text.startswith("$(", start) and not self.text.startswith("$((", start):
            self._inner(start + 2, end - 1)
        elif self.text[start] == "`":
            self._inner(start + 1, end - 1)

    def _inner(self, start: int, end: int) -> None:
        """Reads the script inside an expansion, which runs before the statement that it stands in."""
        inner = _Reader(self.text[start:end], self.offsets[start:end], self.variables.copy()).read()
        self.script.statements += inner.statements
        self.script.comments += inner.comments

    def _end_of_expansion(self) -> int:
        """Past a `$(…)`, `${…}`, `` `…` `` or `$x` that begins here."""
        text, at = self.text, self.at
        if text[at] == "`":
            end = text.find("`", at + 1)
            return len(text) if end < 0 else end + 1
        return self._closed(at + 1) if text[at + 1 : at + 2] in ("(", "{") else min(at + 2, len(text))

    def _closed(self, at: int) -> int:
        """Past the bracket that closes the one that opens here; those in quotes do not count."""
        opening = self.text[at]
        closing, depth, quote = {"(": ")", "{": "}"}[opening], 0, ""
        position = at
        while position < len(self.text):
            c = self.text[position]
            if c == "\\" and quote != "'":
                position += 1
            elif quote:
                quote = "" if c == quote else quote
            elif c in "'\"":
                quote = c
            else:
                depth += (c == opening) - (c == closing)
                if depth == 0:
                    return position + 1
            position += 1
        return len(self.text)


__all__ = ["read_script"]
