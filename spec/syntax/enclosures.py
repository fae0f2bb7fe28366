"""Texts and comments over several lines that other languages have, and `\"\"\"` that nothing closes.

They are blanked before the text is split into statements, so that what they enclose is not read as statements and
each of them costs one diagnostic, at its beginning. Offsets stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.lexer import span_of

if TYPE_CHECKING:
    from lark import Token

_LONG = '"""'
_PAIRS = {"/*": "*/", "<!--": "-->", "'''": "'''"}
_GLOB = "/*."
"""What begins no comment: `data/*.xyz`."""
_MOST = 100
"""Enclosures of a file that are looked for."""
_STATEMENT = re.compile(
    r"\s*(?:\}|(?:require|predict|prefer|minimize|maximize|import|edition)\b|\w[\w.]*\s*(?:<=|=|~)\s*\S|\w[^\"]*\{)"
)
"""How a line begins that is a statement, or ends a block."""
_GOES_ON = {"NEWLINE", "COMMA", "RBRACE", "RPAR", "RSQB", "LBRACE", "BECAUSE", "WHEN", "AS"}
"""What can follow a text."""
_BLOCK_TEXT = re.compile(r"(\s*[:=]\s*[|>][-+]?)\s*$", re.MULTILINE)
"""The end of a line that a text of YAML begins below."""
_LIST_HEAD = re.compile(r"(\s*\"?\w+\"?)\s*[:=]\s*")
"""The line above a list of YAML."""
_ITEM = re.compile(r"\s*-\s+(.*?),?\s*")
_LINES = 20
"""Lines after which the end of a text in plain quotes is no longer looked for."""
_DEPTH = {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}
_BROKEN = re.compile("\x00")
_VISIBLE = re.compile(r"\S")


class Enclosed(NamedTuple):
    """A text of the same length with what is foreign in it blanked, and what was found."""

    text: str
    diagnostics: list[Diagnostic]
    places: frozenset[int]
    """Where a broken string stands in place of what was found."""


def blanked(source: SourceFile, tokens: list[Token]) -> Enclosed:
    """Blank what the language has no word for; where there is none, the text as it is."""
    text = source.text
    found: list[Diagnostic] = []
    while len(found) < _MOST and (step := _first(source, text, tokens)) is not None:
        text, diagnostic = step
        found.append(diagnostic)
        tokens = list(grammar().lex(text))
    return Enclosed(text, found, frozenset(match.start() for match in _BROKEN.finditer(text)))


def _first(source: SourceFile, text: str, tokens: list[Token]) -> tuple[str, Diagnostic] | None:
    """The first enclosure of a text, blanked."""
    depth = 0
    for index, token in enumerate(tokens):
        start = span_of(token).start
        depth = 0 if token.type in ("LBRACE", "RBRACE") else max(0, depth + _DEPTH.get(token.type, 0))
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_mark = token.type in ("BAD", "COMPARE") and not text.startswith(_GLOB, start)
        opening = next((opening for opening in _PAIRS if is_mark and text.startswith(opening, start)), None)
        if opening is not None:
            end = text.find(_PAIRS[opening], start + len(opening))
            if end >= 0 or opening != "'''":
                return _pair(source, text, start, opening, end + len(_PAIRS[opening]) if end >= 0 else None)
        elif token.type == "STRING" and text.startswith(_LONG, start):
            is_misread = following is not None and following.type not in _GOES_ON and "\n" in str(token)
            if is_misread or (str(token) == '""' and following is not None and following.start_pos == token.end_pos):
                return _unclosed(source, text, start)
        elif str(token) in ("|", ">") and _BLOCK_TEXT.search(
            text, text.rfind("\n", 0, start) + 1, _line_end(text, start)
        ):
            return _block_text(source, text, start)
        elif token.type == "MINUS" and not depth and _is_item(text, start):
            return _items(source, text, start)
        elif token.type == "BAD_STRING":
            last = _end_of_plain(text, start)
            if last is not None:
                return _plain(source, text, start, last)
    return None


def _pair(source: SourceFile, text: str, start: int, opening: str, end: int | None) -> tuple[str, Diagnostic]:
    line_end = _line_end(text, start)
    close = end if end is not None else line_end
    span = Span(start, close)
    shown = Span(start, min(close, line_end))
    if opening == "'''":
        return _text_of_python(source, text, span, shown)
    whole = source.slice(span)
    body = whole[len(opening) :].removesuffix(_PAIRS[opening])
    lines = [line.strip().removeprefix("* ").removeprefix("*").strip() for line in body.split("\n")]
    if len(lines) > 1:
        lines = [line for position, line in enumerate(lines) if line or 0 < position < len(lines) - 1]
    before = text[text.rfind("\n", 0, start) + 1 : start]
    indent = before if not before.strip() else ""
    is_last = not text[close : _line_end(text, close)].strip()
    is_plain = is_last and end is not None and (len(lines) < 2 or not before.strip())
    meant = f"\n{indent}".join(f"# {line}".rstrip() for line in lines) or "#"
    fix = Fix("write it with `#`" if "\n" in meant else f"write `{meant}`", (Edit(span, meant),)) if is_plain else None
    help_ = "write `#`" if "\n" not in whole else "begin each of its lines with `#`"
    if end is None:
        help_ += f"; no `{_PAIRS[opening]}` closes it"
    diagnostic = Diagnostic(
        "MLP0101",
        f"`{opening}` begins no comment",
        source,
        Annotation(shown, "a comment begins with `#`"),
        help=help_,
        fix=fix,
    )
    return _blank(text, span), diagnostic


def _text_of_python(source: SourceFile, text: str, span: Span, shown: Span) -> tuple[str, Diagnostic]:
    inner = source.slice(span)[3:-3]
    is_plain = _LONG not in inner and "\\" not in inner and not inner.endswith('"')
    fix = Fix('write `"""`', (Edit(span, f"{_LONG}{inner}{_LONG}"),), Applicability.SAFE) if is_plain else None
    diagnostic = Diagnostic(
        "MLP0004",
        'a text of several lines stands between `"""` and `"""`',
        source,
        Annotation(shown, "`'''` begins no text"),
        help='write `"""`',
        fix=fix,
    )
    return _kept(text, span), diagnostic


def _block_text(source: SourceFile, text: str, mark: int) -> tuple[str, Diagnostic]:
    """`question: |` and the lines below it that are indented deeper, as YAML has it."""
    line_start = text.rfind("\n", 0, mark) + 1
    match = _BLOCK_TEXT.search(text, line_start, _line_end(text, mark))
    assert match is not None
    indent = len(text[line_start:mark]) - len(text[line_start:mark].lstrip())
    end = place = _line_end(text, mark)
    lines: list[str] = []
    while place < len(text):
        following = _line_end(text, place + 1)
        line = text[place + 1 : following]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        lines.append(line.strip())
        end = following if line.strip() else end
        place = following
    inner = "\n".join(lines).strip()
    meant = f" = {_LONG}{inner}{_LONG}" if _LONG not in inner and "\\" not in inner else None
    span = Span(match.start(1), end)
    diagnostic = Diagnostic(
        "MLP0101",
        'a text of several lines stands between `"""` and `"""`',
        source,
        Annotation(Span(match.start(1), _line_end(text, mark)), f"`{text[mark]}` begins no text"),
        help=f"write `{source.slice(Span(line_start, match.start(1))).strip()} = {_LONG}…{_LONG}`",
        fix=Fix('write it between `"""`', (Edit(span, meant),), Applicability.UNSAFE) if meant else None,
    )
    return _kept(text, span), diagnostic


def _is_item(text: str, start: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    return not text[line_start:start].strip() and text[start + 1 : start + 2].isspace()


def _items(source: SourceFile, text: str, start: int) -> tuple[str, Diagnostic]:
    """Lines that begin with `- `, below the name of their field."""
    line_start = text.rfind("\n", 0, start) + 1
    before = text.rfind("\n", 0, max(0, line_start - 1)) + 1
    head = _LIST_HEAD.fullmatch(text[before : max(before, line_start - 1)])
    items: list[str] = []
    end, place = line_start, line_start - 1
    while place < len(text):
        following = _line_end(text, place + 1)
        match = _ITEM.fullmatch(text[place + 1 : following])
        if match is None:
            break
        items.append(match.group(1))
        end = place = following
    meant = f"[{', '.join(items)}]"
    begin = before + head.end(1) if head is not None else start
    span = Span(begin, end)
    name = f"{head.group(1).strip()} = " if head is not None else "name = "
    diagnostic = Diagnostic(
        "MLP0101",
        "a list stands in `[ ]`",
        source,
        Annotation(Span(start, _line_end(text, start)), "an item of a list"),
        help=f"write `{name}{meant}`",
        fix=Fix(f"write `{meant}`", (Edit(span, f" = {meant}"),), Applicability.UNSAFE) if head is not None else None,
    )
    return _kept(text, span), diagnostic


def _end_of_plain(text: str, start: int) -> int | None:
    """Where a text in plain quotes that begins on one line ends on a later one; None where it does not."""
    place = _line_end(text, start)
    for _ in range(_LINES):
        if place >= len(text):
            return None
        following = _line_end(text, place + 1)
        line = text[place + 1 : following]
        if _STATEMENT.match(line):
            return None
        if line.count('"') % 2 and line.rstrip(" \t\r,)]}").endswith('"'):
            return place + 1 + line.rindex('"') + 1
        place = following
    return None


def _plain(source: SourceFile, text: str, start: int, end: int) -> tuple[str, Diagnostic]:
    span = Span(start, end)
    quotes = Span(start, start + 1), Span(end - 1, end)
    fix = Fix(f"write `{_LONG}`", tuple(Edit(quote, _LONG) for quote in quotes), Applicability.UNSAFE)
    diagnostic = Diagnostic(
        "MLP0005",
        "string is not closed on its line",
        source,
        Annotation(Span(start, _line_end(text, start)), 'no closing `"`'),
        help='close it with `"`; a text of several lines stands between `"""` and `"""`',
        fix=fix,
    )
    return _kept(text, span), diagnostic


def _unclosed(source: SourceFile, text: str, start: int) -> tuple[str, Diagnostic]:
    """Blank an unclosed text: to the end of its line, and on to the line before the next statement."""
    line_end = _line_end(text, start)
    end, place = line_end, line_end
    while place < len(text):
        following = _line_end(text, place + 1)
        line = text[place + 1 : following]
        if _STATEMENT.match(line):
            end = place
            break
        end = place = following
    is_lone = "\n" not in text[start:end]
    diagnostic = Diagnostic(
        "MLP0005",
        f"a text that begins with `{_LONG}` is never closed",
        source,
        Annotation(Span(start, line_end), f"no closing `{_LONG}`"),
        help=f"close it with `{_LONG}`" + (', or begin it with `"`' if is_lone and text[line_end - 1] == '"' else ""),
    )
    return _kept(text, Span(start, end)), diagnostic


def _kept(text: str, span: Span) -> str:
    """The text with a broken string, which its statement cannot be read with, in place of a span."""
    rest = _blank(text, Span(span.start + 1, span.end))
    return f"{rest[: span.start]}\x00{rest[span.start + 1 :]}"


def _blank(text: str, span: Span) -> str:
    return text[: span.start] + _VISIBLE.sub(" ", text[span.start : span.end]) + text[span.end :]


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return end if end >= 0 else len(text)


__all__ = ["Enclosed", "blanked"]
