"""Heads of blocks in another order or with other marks: `nvt dynamics hot {`, `dataset { cu : files`, `stage x(…)`.

Where the words of a line leave no doubt which head is meant, the block is read under that head, so that the slip costs
one diagnostic and the block's name stays known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.schema import BLOCKS, tags
from mlipilot.spec.schema.synonyms import synonym
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.brackets import CLOSER
from mlipilot.spec.syntax.heads import INNER, head_end
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

_MARKS = {"COLON", "DOT", "AS", "COMMA", "EQUAL"}
"""What other languages have between the words of a head."""
_DECLARERS = {"let", "const", "var", "class", "struct", "def", "new", "type", "block", "auto", "define"}
"""Words that other languages begin a declaration with."""
_ENDS = {"end", "endif", "done", "fi", "End", "END"}
_NAMED = {schema.kind for schema in BLOCKS.values() if schema.label == "word"}


class _Region(NamedTuple):
    """The tokens of a line that are meant for a head: its words, its bracket, and where it ends."""

    words: list[Token]
    opener: int | None
    end: int
    ends_with_colon: bool


class _Meant(NamedTuple):
    kind: str
    name: Token | None
    tag: str | None

    @property
    def text(self) -> str:
        name = self.name if self.name is not None else "name"
        tag = self.tag or ("tag" if tags(self.kind) else None)
        return f"{self.kind} {name}" + (f" : {tag}" if tag is not None else "")


class _Mender:
    def __init__(self, source: SourceFile, tokens: list[Token], kinds: frozenset[str]) -> None:
        self.source = source
        self.tokens = tokens
        self.kinds = kinds
        self.tags = {tag: kind for kind in kinds for tag in tags(kind)}
        self.surplus = sum({"LBRACE": 1, "RBRACE": -1}.get(token.type, 0) for token in tokens)
        """Opening braces less closing ones."""
        self.is_closed = self.surplus < 0
        """Whether there are more `}` than `{`: a head without its brace has one that closes its block."""
        self.closers: set[int] = set()
        """Indices of `)` and `]` that close a block."""
        self.diagnostics: list[Diagnostic] = []

    def mend(self) -> list[Token]:
        """The tokens, with right heads in place of those that were meant for one."""
        mended: list[Token] = []
        depth, index, begins = 0, 0, True
        while index < len(self.tokens):
            token = self.tokens[index]
            if begins and token.type == "WORD" and (depth == 0 or str(token) in INNER):
                region = self._region(index)
                meant = self._meaning(index, region) if region is not None else None
                if region is not None and meant is not None:
                    mended += self._replaced(index, region, meant)
                    depth, index, begins = depth + (region.opener is not None), region.end, True
                    continue
            if begins and token.type == "LSQB":
                region = self._section(index)
                meant = self._meaning(index, region) if region is not None else None
                if region is not None and meant is not None:
                    mended += self._replaced(index, region, meant)
                    index, begins = region.end, True
                    continue
            if begins and self.surplus > 0 and self._is_end(index):
                self._report_end(token)
                self.surplus -= 1
                token = self._at("RBRACE", "}", span_of(token), token)
            if index in self.closers:
                token = self._at("RBRACE", "}", span_of(token), token)
            depth += {"LBRACE": 1, "RBRACE": -1 if depth else 0}.get(token.type, 0)
            begins = token.type in ("NEWLINE", "LBRACE", "RBRACE", "COMMA")
            mended.append(token)
            index += 1
        return mended

    def _type(self, index: int) -> str:
        return self.tokens[index].type if index < len(self.tokens) else ""

    def _section(self, start: int) -> _Region | None:
        """`[model]`, `[dataset.cu]`: what TOML begins a table with."""
        index, words = start + 1, []
        while self._type(index) in ("WORD", "STRING", "DOT", "COLON"):
            words += [self.tokens[index]] if self._type(index) in ("WORD", "STRING") else []
            index += 1
        if self._type(index) != "RSQB" or self._type(index + 1) not in ("NEWLINE", "") or not words:
            return None
        return _Region(words, None, index + 1, True)

    def _is_end(self, index: int) -> bool:
        """Whether a word alone on its line ends a block elsewhere."""
        return str(self.tokens[index]) in _ENDS and self._type(index + 1) in ("NEWLINE", "")

    def _report_end(self, token: Token) -> None:
        place = span_of(token)
        self.diagnostics.append(
            Diagnostic(
                "MLP0101",
                "a block ends with `}`",
                self.source,
                Annotation(place, f"`{token}` ends none"),
                help="write `}`",
                fix=Fix("write `}`", (Edit(place, "}"),)),
            )
        )

    def _region(self, start: int) -> _Region | None:
        """What a line may mean for a head; None where it is a right one, or holds what no head does."""
        words: list[Token] = []
        index = start
        while True:
            kind = self._type(index)
            if kind in ("WORD", "STRING"):
                words.append(self.tokens[index])
            elif kind == "LPAR" and self._type(index + 1) == "WORD" and self._type(index + 2) == "RPAR":
                words.append(self.tokens[index + 1])
                index += 2
            elif kind == "LBRACE":
                if self._type(index - 1) == "COMMA":
                    return None
                return self._braced(start, index, words)
            elif kind in ("LPAR", "LSQB") and self._holds_fields(index):
                return _Region(words, index, index + 1, False)
            elif kind in ("NEWLINE", ""):
                ends = self._type(index - 1) == "COLON"
                return _Region(words, None, index, True) if ends else None
            elif kind not in _MARKS:
                return None
            index += 1

    def _braced(self, start: int, opener: int, words: list[Token]) -> _Region | None:
        """A head up to its `{`, with those of its words that stand after it."""
        if self._type(opener + 1) == "COLON" and self._type(opener + 2) == "WORD":
            return _Region([*words, self.tokens[opener + 2]], opener, opener + 3, False)
        first = opener + 1
        while self._type(first) == "NEWLINE":
            first += 1
        if len(words) == 1 and str(words[0]) in _NAMED and self._type(first) == "WORD":
            name = self.tokens[first]
            if self._type(first + 1) == "COLON" and self._type(first + 2) == "WORD":
                tag = self.tokens[first + 2]
                if _tag(str(tag), str(words[0])) is not None:
                    return _Region([*words, name, tag], opener, first + 3, False)
            elif self._type(first + 1) in ("NEWLINE", "COMMA") and str(name) not in _fields(str(words[0])):
                return _Region([*words, name], opener, first + 1, False)
        is_right = str(words[0]) in self.kinds and head_end(self.tokens, start) == opener
        return None if is_right and not self._is_swapped(start, opener) else _Region(words, opener, opener + 1, False)

    def _is_swapped(self, start: int, opener: int) -> bool:
        """`dynamics nvt : hot`: the tag where the name stands."""
        if opener - start != 4 or self._type(start + 2) != "COLON":
            return False
        kind, name, tag = (str(self.tokens[start + step]) for step in (0, 1, 3))
        return name in tags(kind) and tag not in tags(kind)

    def _holds_fields(self, opener: int) -> bool:
        """Whether a `(` or `[` stands where a block's `{` does."""
        if self._type(opener + 1) == "NEWLINE":
            return True
        return self._type(opener) == "LPAR" and self._type(opener + 1) == "WORD" and self._type(opener + 2) == "EQUAL"

    def _meaning(self, start: int, region: _Region) -> _Meant | None:
        words = list(region.words)
        kinds = [word for word in words if word.type == "WORD" and str(word) in self.kinds]
        tagged = [word for word in words if word.type == "WORD" and str(word) in self.tags]
        if len(kinds) == 1:
            kind = str(kinds[0])
            words.remove(kinds[0])
        elif not kinds and len(tagged) == 1 and len(words) > 1 and region.opener is not None:
            kind = self.tags[str(tagged[0])]
        else:
            return None
        if kind not in _NAMED:
            return None
        own = [word for word in words if _tag(str(word), kind) is not None]
        tag = _tag(str(own[0]), kind) if len(own) == 1 else None
        words = [word for word in words if word not in own and str(word) not in _DECLARERS]
        if self.tokens[start].type == "LSQB" and len(words) < 2:
            only = tags(kind)[0] if len(tags(kind)) == 1 else None
            return _Meant(kind, words[0] if words else None, tag or only)  # what it lacks is said of no other line
        if len(words) != 1 or words[0].type != "WORD" or (tag is None) != (not tags(kind)):
            return None
        return _Meant(kind, words[0], tag)

    def _replaced(self, start: int, region: _Region, meant: _Meant) -> list[Token]:
        first, last = self.tokens[start], self.tokens[region.end - 1]
        span = span_of(first).to(span_of(last))
        opener = self.tokens[region.opener] if region.opener is not None else None
        edits = [Edit(span, f"{meant.text} {{")]
        closer = self._closer(region.opener) if opener is not None and opener.type != "LBRACE" else None
        if closer is not None:
            self.closers.add(closer)
            edits.append(Edit(span_of(self.tokens[closer]), "}"))
        is_whole = self.is_closed or closer is not None or (opener is not None and opener.type == "LBRACE")
        fix = Fix(f"write `{meant.text} {{`", tuple(edits), Applicability.UNSAFE)
        shown = " : tag" if tags(meant.kind) else ""
        swapped = region.opener is not None and self._is_swapped(start, region.opener)
        self.diagnostics.append(
            Diagnostic(
                "MLP0402" if swapped else "MLP0101",
                f"the tag of `{meant.kind}` stands after the name: `{meant.tag}` is a tag, `{meant.name}` the name"
                if swapped
                else f"`{meant.kind}` blocks begin with `{meant.kind} name{shown} {{`",
                self.source,
                Annotation(span, "name and tag are swapped" if swapped else "not of this form"),
                help=f"write `{meant.text} {{`" + ("" if is_whole else " and end the block with `}`"),
                fix=fix if is_whole and "#" not in self.source.slice(span) else None,
            )
        )
        end = Span(span.end, span.end)
        at = span_of(meant.name) if meant.name is not None else end
        made = [self._at("WORD", meant.kind, span_of(first), first)]
        if meant.name is not None:
            made.append(self._at("WORD", str(meant.name), at, meant.name))
        if meant.tag is not None:
            made += [self._at("COLON", ":", end, last), self._at("WORD", meant.tag, end, last)]
        brace = span_of(opener) if opener is not None else end  # of no width where there was none
        return [*made, self._at("LBRACE", "{", brace, opener or last)]

    def _closer(self, opener: int | None) -> int | None:
        """The index of the bracket that closes one."""
        depth = 0
        assert opener is not None
        kind = self.tokens[opener].type
        for index in range(opener, len(self.tokens)):
            depth += {kind: 1, CLOSER[kind]: -1}.get(self.tokens[index].type, 0)
            if not depth:
                return index
        return None

    @staticmethod
    def _at(kind: str, text: str, place: Span, near: Token) -> Token:
        from lark import Token

        return Token(kind, text, place.start, near.line, near.column, near.end_line, near.end_column, place.end)


def _tag(word: str, kind: str) -> str | None:
    """The tag of a kind that a word is, or is another tool's word for."""
    return word if word in tags(kind) else synonym(word, tags(kind))


def _fields(kind: str) -> set[str]:
    return {field.name for schema in BLOCKS.values() if schema.kind == kind for field in schema.fields}


def mend_headings(
    source: SourceFile, tokens: list[Token], kinds: frozenset[str]
) -> tuple[list[Token], list[Diagnostic]]:
    """Put right heads in place of others whose meaning is plain; the diagnostics say which they were."""
    mender = _Mender(source, tokens, kinds)
    return mender.mend(), mender.diagnostics


__all__ = ["mend_headings"]
