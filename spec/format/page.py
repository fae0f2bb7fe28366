"""Statements to the text of a file: blocks, empty lines, comments, and runs of rows that are aligned."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlipilot.spec.format.alignment import align, with_comments
from mlipilot.spec.format.comments import Comment
from mlipilot.spec.format.expression import GAP, STEP, WIDTH, fits, flat, read
from mlipilot.spec.format.outline import Body, Statement
from mlipilot.spec.format.statement import Row, statement


@dataclass
class _Entry:
    """A statement on its way to lines."""

    above: list[Comment]
    apart: bool
    """An empty line stands right before its first line."""
    text: Row | str
    """A row until it is aligned; then its lines, the first not indented."""
    trailing: str | None
    hoisted: list[Comment] = field(default_factory=list)
    """Comments from inside it, on lines of their own before it."""
    below: list[Comment] = field(default_factory=list)

    def follows(self, other: _Entry) -> bool:
        """Whether both are rows of one kind with no empty line between."""
        if not (isinstance(self.text, Row) and isinstance(other.text, Row)) or self.text.kind != other.text.kind:
            return False
        return not self.apart and not any(comment.apart for comment in self.above)


def page(body: Body) -> str:
    """The whole text of a file."""
    return "\n".join([*_body(body, ""), ""])


def _body(body: Body, indent: str) -> list[str]:
    """The lines of statements, indented; no empty line is first or last, nor follows another."""
    entries = [_entry(one, indent) for one in body.statements]
    start = 0
    for end in range(1, len(entries) + 1):
        if end == len(entries) or not entries[end].follows(entries[end - 1]):
            _align(entries[start:end], WIDTH - len(indent))
            start = end
    lines: list[str] = []

    def add(text: str, *, apart: bool = False) -> None:
        if apart and lines:
            lines.append("")
        lines.append(text)

    for entry in entries:
        assert isinstance(entry.text, str)
        for comment in entry.above:
            add(indent + comment.text, apart=comment.apart)
        apart = entry.apart
        for comment in entry.hoisted:
            add(indent + comment.text, apart=apart)
            apart = False
        add(indent + entry.text, apart=apart)
        for comment in entry.below:
            add(indent + comment.text)
    for comment in body.bottom:
        add(indent + comment.text, apart=comment.apart)
    return lines


def _align(run: list[_Entry], room: int) -> None:
    """Give the rows of a run their lines, and every statement the comment behind it."""
    rows = [entry.text for entry in run if isinstance(entry.text, Row)]
    if rows:
        lines = with_comments(align(rows, room), [entry.trailing for entry in run], room)
    else:
        lines = [f"{entry.text}{GAP}{entry.trailing}" if entry.trailing else str(entry.text) for entry in run]
    for entry, line in zip(run, lines, strict=True):
        entry.text = line


def _entry(one: Statement, indent: str) -> _Entry:
    if one.body is None:
        found = read(one.tokens, one.inside, one.trailing)
        trailing = found.trailing.text if found.trailing is not None else None
        text = statement(found.parts, indent)
        return _Entry(one.above, one.apart, text, trailing, found.above, found.below)
    trailing = one.trailing.text if one.trailing is not None else None
    return _Entry(one.above, one.apart, _block(one, one.body, indent), trailing)


def _block(one: Statement, body: Body, indent: str) -> str:
    line = _on_one_line(one)
    if line is not None and fits(line, len(indent)):
        return line
    opening = GAP + one.opening.text if one.opening is not None else ""
    return "\n".join([f"{_flat(one)} {{{opening}", *_body(body, indent + STEP), indent + "}"])


def _on_one_line(one: Statement) -> str | None:
    """A statement on one line; a block only where it stood on one, or is empty."""
    if one.body is None:
        return _flat(one)
    if not one.body.statements:
        return None if one.opening or one.body.bottom else f"{_flat(one)} {{ }}"
    inner = [_on_one_line(statement) for statement in one.body.statements]
    return f"{_flat(one)} {{ {', '.join(map(str, inner))} }}" if one.one_line and None not in inner else None


def _flat(one: Statement) -> str:
    """A statement, or the head of a block, on one line."""
    return flat(read(one.tokens, [], None).parts)
