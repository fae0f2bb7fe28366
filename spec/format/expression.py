"""The tokens of a statement as nested brackets, each written on one line or opened, one item a line.

A bracket is opened where it holds a comment, or where its line would be too wide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mlipilot.spec.format.comments import Comment
from mlipilot.spec.format.spacing import blank, is_call, is_sign, spelt
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

WIDTH = 120
"""Columns of a line."""
STEP = "    "
"""Of the indentation."""
GAP = "  "
"""Before a trailing comment."""
_OPENERS = ("LPAR", "LSQB")
_ENDS = ("COMMA", "RPAR", "RSQB")

Part: TypeAlias = "Token | Bracket"


@dataclass
class Sequence:
    """Tokens and brackets that stand one after another, and the comments among them."""

    parts: list[Part] = field(default_factory=list)
    above: list[Comment] = field(default_factory=list)
    """On lines of their own before it."""
    trailing: Comment | None = None
    below: list[Comment] = field(default_factory=list)
    """Those that could stand neither above nor behind without changing places with another."""


@dataclass
class Bracket:
    """What stands from `(` or `[` to its end."""

    opener: Token
    closer: Token
    items: list[Sequence]
    bottom: list[Comment]
    """After the last item."""
    is_listing: bool
    """A list or the arguments of a call, whose items a comma ends; a group has one item and no comma."""

    @property
    def has_comments(self) -> bool:
        """Whether it cannot stand on one line."""
        return bool(self.bottom) or any(
            item.above or item.trailing or _last_commented(item.parts) >= 0 for item in self.items
        )


def _last_commented(parts: list[Part]) -> int:
    """Index of the last bracket with comments; -1 where there is none."""
    return max((i for i, part in enumerate(parts) if isinstance(part, Bracket) and part.has_comments), default=-1)


class _Reader:
    """Reads tokens and comments in the order of the text."""

    def __init__(self, tokens: list[Token], comments: list[Comment]) -> None:
        both: list[Token | Comment] = [*tokens, *comments]
        self.stream = sorted(both, key=lambda one: one.start if isinstance(one, Comment) else span_of(one).start)
        self.at = 0

    def sequence(self) -> tuple[Sequence, list[tuple[Comment, int]]]:
        """Up to a comma or the end of the bracket; the comments among its parts, each with how many stand before."""
        found = Sequence()
        among: list[tuple[Comment, int]] = []
        before: Token | None = None
        while self.at < len(self.stream):
            one = self.stream[self.at]
            if not isinstance(one, Comment) and one.type in _ENDS:
                break
            self.at += 1
            if isinstance(one, Comment):
                if found.parts:
                    among.append((one, len(found.parts)))
                else:
                    found.above.append(one)
            elif one.type in _OPENERS:
                bracket = self._bracket(one, is_listing=one.type == "LSQB" or is_call(before))
                found.parts.append(bracket)
                before = bracket.closer
            else:
                found.parts.append(one)
                before = one
        return found, among

    def _bracket(self, opener: Token, *, is_listing: bool) -> Bracket:
        items: list[Sequence] = []
        bottom: list[Comment] = []
        while True:
            item, among = self.sequence()
            end = self.stream[self.at]
            assert not isinstance(end, Comment)
            self.at += 1
            if end.type == "COMMA" and self.at < len(self.stream):
                behind = self.stream[self.at]
                if isinstance(behind, Comment) and not behind.alone:
                    among.append((behind, len(item.parts)))
                    self.at += 1
            elif item.parts:
                while among and among[-1][0].alone and among[-1][1] == len(item.parts):
                    bottom.insert(0, among.pop()[0])
            else:
                bottom = item.above
            if item.parts:
                items.append(_settled(item, among))
            if end.type != "COMMA":
                return Bracket(opener, end, items, bottom, is_listing)


def _settled(found: Sequence, among: list[tuple[Comment, int]]) -> Sequence:
    """Give each comment among the parts a place on which all comments keep their order."""
    last = _last_commented(found.parts)
    found.above += [comment for comment, count in among if count <= last]
    rest = [comment for comment, count in among if count > last]
    if last < 0:
        found.above += rest[:-1]
        found.trailing = rest[-1] if rest else None
    elif rest:
        found.trailing, *found.below = rest
    return found


def read(tokens: list[Token], inside: list[Comment], trailing: Comment | None) -> Sequence:
    """The parts of a statement, and the comments inside it and behind it."""
    found, among = _Reader(tokens, inside).sequence()
    if trailing is not None:
        among.append((trailing, len(found.parts)))
    return _settled(found, among)


def flat(parts: list[Part]) -> str:
    """Parts on one line, comments left out."""
    return _write(parts, {})


def as_written(parts: list[Part], indent: str) -> str:
    """Parts on as few lines as their comments allow, the first not yet indented."""
    return _write(parts, _commented(parts, indent))


def lay(parts: list[Part], indent: str, tail: int = 0) -> str:
    """Parts as lines within the width, the first not yet indented; `tail` characters will follow the last.

    The widest bracket is opened first, and no more of them than the width asks for.
    """
    opened = _commented(parts, indent)
    shut = {i: part for i, part in enumerate(parts) if isinstance(part, Bracket) and part.items and i not in opened}
    text = _write(parts, opened)
    while shut and not fits(text, len(indent), tail):
        widest = max(shut, key=lambda i: len(_shut(shut[i])))
        opened[widest] = _open(shut.pop(widest), indent)
        text = _write(parts, opened)
    return text


def _commented(parts: list[Part], indent: str) -> dict[int, str]:
    """The lines of each bracket that cannot stand on one."""
    return {i: _open(part, indent) for i, part in enumerate(parts) if isinstance(part, Bracket) and part.has_comments}


def fits(text: str, column: int, tail: int = 0) -> bool:
    """Whether lines stay within the width, the first one begun at a column, and some characters after the last."""
    first, *rest = text.split("\n")
    widths = [column + len(first), *(len(line) for line in rest)]
    widths[-1] += tail
    return max(widths) <= WIDTH


def _write(parts: list[Part], opened: dict[int, str]) -> str:
    """Parts with the blanks between them; `opened` has the lines of the brackets that do not stand on one."""
    text: list[str] = []
    before: Token | None = None
    sign = False
    for i, part in enumerate(parts):
        token = part.opener if isinstance(part, Bracket) else part
        text.append(blank(before, token, after_sign=sign))
        if isinstance(part, Bracket):
            text.append(opened.get(i) or _shut(part))
            before, sign = part.closer, False
        else:
            text.append(spelt(part))
            before, sign = part, is_sign(before, part)
    return "".join(text)


def _shut(bracket: Bracket) -> str:
    return f"{bracket.opener}{', '.join(flat(item.parts) for item in bracket.items)}{bracket.closer}"


def _open(bracket: Bracket, indent: str) -> str:
    deeper = indent + STEP
    comma = "," if bracket.is_listing else ""
    lines = [str(bracket.opener)]
    for item in bracket.items:
        lines += [deeper + comment.text for comment in item.above]
        behind = GAP + item.trailing.text if item.trailing is not None else ""
        lines.append(deeper + lay(item.parts, deeper, len(comma)) + comma + behind)
        lines += [deeper + comment.text for comment in item.below]
    lines += [deeper + comment.text for comment in bracket.bottom]
    return "\n".join([*lines, indent + str(bracket.closer)])
