"""lark's parse trees to the nodes of `tree.py`, with spans taken from tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lark import Token, Tree

from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.lexer import span_of
from mlipilot.spec.syntax.tree import (
    Argument,
    Boolean,
    Bound,
    Call,
    Draw,
    Edition,
    Expression,
    Field,
    Head,
    Import,
    List,
    Number,
    Operation,
    Path,
    Quantity,
    Rule,
    String,
    UnitName,
    Word,
)

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_WINDOWS_PATH = re.compile(r"(?:[A-Za-z]:)?[\w. ~-]*(?:\\{1,2}[\w. ~-]+)*\.\w+")
"""A path with backslashes, to a file whose name has a suffix."""
_BACKSLASHES = re.compile(r"\\+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_UNIT = re.compile(r"[\d_.]+(?:[eE][+-]?\d+)?")


def _tokens(tree: Any) -> list[Token]:
    """The first and last token of a tree or token."""
    if isinstance(tree, Token):
        return [tree]
    found = list(tree.scan_values(lambda value: isinstance(value, Token)))
    return [found[0], found[-1]]


class Builder:
    """Turns one parse tree into one node; faults inside tokens are reported to `diagnostics`."""

    def __init__(self, source: SourceFile, diagnostics: list[Diagnostic]) -> None:
        self.source = source
        self.diagnostics = diagnostics

    def build(self, tree: Any) -> Any:
        """The node of a statement, a head or an expression."""
        make: Callable[[Any], Any] = getattr(self, f"_{tree.data}".rstrip("_"))
        return make(tree)

    # -- statements --

    def _edition(self, tree: Any) -> Edition:
        string = self._text(tree.children[-1])
        return Edition(string.text, string.span)

    def _import(self, tree: Any) -> Import:
        strings = [child for child in tree.children if child.type in ("STRING", "WORD")]
        return Import(self._text(strings[0]).text, self._word(strings[1]), self._span(tree))

    def _field(self, tree: Any) -> Field:
        path, value = (self.build(child) for child in tree.children)
        return Field(path, value, path.span.to(value.span))

    def _bound(self, tree: Any) -> Bound:
        path, value = self.build(tree.children[0]), self.build(tree.children[2])
        return Bound(path, str(tree.children[1]), value, path.span.to(value.span))

    def _draw(self, tree: Any) -> Draw:
        path, domain, when = tree.children
        node, distribution = self.build(path), self.build(domain)
        condition = self.build(when) if when is not None else None
        return Draw(node, distribution, condition, node.span.to((condition or distribution).span))

    def _rule(self, tree: Any) -> Rule:
        verb, subject, *clauses = tree.children
        because = next((clause for clause in clauses if clause is not None and clause.data == "because"), None)
        when = next((clause for clause in clauses if clause is not None and clause.data == "when"), None)
        word, node = self._word(verb), self.build(subject)
        reason = self._text(because.children[-1]) if because is not None else None
        condition = self.build(when) if when is not None else None
        end = max((part for part in (node, reason, condition) if part is not None), key=lambda part: part.span.end)
        return Rule(word, node, reason, condition, word.span.to(end.span))

    def _when(self, tree: Any) -> Expression:
        node: Expression = self.build(tree.children[-1])
        return node

    def _head(self, tree: Any) -> Head:
        kind, label, tag, refines = tree.children
        name = None if label is None else (self._text(label) if label.type == "STRING" else self._word(label))
        ends = _tokens(tree)
        return Head(
            self._word(kind),
            name,
            self._word(tag) if tag is not None else None,
            self.build(refines.children[-1]) if refines is not None else None,
            span_of(ends[0]).to(span_of(ends[-1])),
        )

    # -- expressions --

    def _number(self, tree: Any) -> Number:
        token = tree.children[0]
        return Number(str(token), span_of(token))

    def _quantity(self, tree: Any) -> Quantity:
        token = tree.children[0]
        span = span_of(token)
        text = str(token)
        match = _UNIT.match(text)
        assert match is not None
        unit = text[match.end() :].strip()
        return Quantity(match.group(), unit, span, Span(span.end - len(unit), span.end))

    def _unit(self, tree: Any) -> UnitName:
        token = tree.children[0]
        return UnitName(str(token), span_of(token))

    def _string(self, tree: Any) -> String:
        return self._text(tree.children[0])

    def _true(self, tree: Any) -> Boolean:
        return Boolean(True, span_of(tree.children[0]))

    def _false(self, tree: Any) -> Boolean:
        return Boolean(False, span_of(tree.children[0]))

    def _path(self, tree: Any) -> Path:
        words = tuple(self._word(child) for child in tree.children)
        return Path(words, words[0].span.to(words[-1].span))

    def _call(self, tree: Any) -> Call:
        function = self.build(tree.children[0])
        arguments: list[Argument] = []
        given: Any = next((child for child in tree.children[1:] if isinstance(child, Tree)), None)
        for child in given.children if given is not None else ():
            if child is None:
                continue
            if child.data == "named":
                name, value = self._word(child.children[0]), self.build(child.children[1])
                arguments.append(Argument(name, value, name.span.to(value.span)))
            else:
                value = self.build(child)
                arguments.append(Argument(None, value, value.span))
        return Call(function, tuple(arguments), self._span(tree))

    def _list(self, tree: Any) -> List:
        items = tuple(self.build(child) for child in tree.children if isinstance(child, Tree))
        return List(items, self._span(tree))

    def _group(self, tree: Any) -> Expression:
        inner = next(child for child in tree.children if isinstance(child, Tree))
        node: Expression = self.build(inner)
        return node

    def _operation(self, operator: str, tree: Any) -> Operation:
        operands = tuple(self.build(child) for child in tree.children if isinstance(child, Tree))
        return Operation(operator, operands, self._span(tree).to(operands[-1].span))

    def _interval(self, tree: Any) -> Operation:
        return self._operation("..", tree)

    def _compare(self, tree: Any) -> Operation:
        return self._operation(str(tree.children[1]), tree)

    def _member(self, tree: Any) -> Operation:
        return self._operation("in", tree)

    def _plus(self, tree: Any) -> Operation:
        return self._operation("+", tree)

    def _minus(self, tree: Any) -> Operation:
        return self._operation("-", tree)

    def _negative(self, tree: Any) -> Operation:
        return self._operation("neg", tree)

    def _positive(self, tree: Any) -> Operation:
        return self._operation("pos", tree)

    def _not(self, tree: Any) -> Operation:
        return self._operation("not", tree)

    def _and(self, tree: Any) -> Operation:
        return self._operation("and", tree)

    def _or(self, tree: Any) -> Operation:
        return self._operation("or", tree)

    # -- tokens --

    def _span(self, tree: Any) -> Span:
        tokens = _tokens(tree)
        return span_of(tokens[0]).to(span_of(tokens[-1]))

    def _word(self, token: Token) -> Word:
        return Word(str(token), span_of(token))

    def _text(self, token: Token) -> String:
        span = span_of(token)
        text = str(token)
        quotes = 3 if text.startswith('"""') else 1
        inner = text[quotes:-quotes]
        begin = span.start + quotes
        unknown = [match for match in _ESCAPE.finditer(inner) if match.group(1) not in _ESCAPES]
        if unknown and _WINDOWS_PATH.fullmatch(inner):
            self.diagnostics.append(self._of_windows(span, inner, begin + unknown[0].start()))
            return String(_BACKSLASHES.sub("/", inner), span)

        def resolve(match: re.Match[str]) -> str:
            character = match.group(1)
            if character in _ESCAPES:
                return _ESCAPES[character]
            start = begin + match.start()
            self.diagnostics.append(
                Diagnostic(
                    "MLP0006",
                    f"unknown escape `\\{character}`",
                    self.source,
                    Annotation(Span(start, start + 2), "no such escape"),
                    help='the escapes are `\\n`, `\\t`, `\\"` and `\\\\`; a backslash itself is `\\\\`',
                )
            )
            return match.group()

        # A text of several lines means the same whichever line ends its file has.
        return String(_ESCAPE.sub(resolve, inner).replace("\r\n", "\n"), span)

    def _of_windows(self, span: Span, path: str, place: int) -> Diagnostic:
        """About a path with backslashes: one for all of them."""
        meant = f'"{_BACKSLASHES.sub("/", path)}"'
        return Diagnostic(
            "MLP0006",
            f"unknown escape `{self.source.slice(Span(place, place + 2))}`",
            self.source,
            Annotation(Span(place, place + 2), "no such escape"),
            help=f"write a path with `/`: `{meant}`",
            fix=Fix(f"write `{meant}`", (Edit(span, meant),), Applicability.UNSAFE),
        )
