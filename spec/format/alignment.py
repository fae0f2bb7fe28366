"""Rows that follow one another, their columns aligned: operators, reasons, and the comments behind them."""

from __future__ import annotations

from collections.abc import Sequence

from mlipilot.spec.format.expression import GAP
from mlipilot.spec.format.statement import Row

_REASON_GAPS = (4, 1)
"""Blanks before aligned reasons; the first that keeps all lines within the width is taken."""
_REACH = 12
"""A subject that is longer than the shortest by more does not push the comparisons of the others away."""
_BETWEEN = 16
"""A line without a comment pushes the comments around it, where it is longer than theirs by no more than this."""


def align(rows: Sequence[Row], room: int) -> list[str]:
    """The lines of rows of one kind; `room` is the width that the indentation leaves."""
    return _rules(rows, room) if rows[0].kind == "rule" else _named(rows, room)


def _named(rows: Sequence[Row], room: int) -> list[str]:
    width = max(len(row.cells[0]) for row in rows)
    return [_within(f"{row.cells[0].ljust(width)} {row.cells[1]}", row, room) for row in rows]


def _rules(rows: Sequence[Row], room: int) -> list[str]:
    compared = [row for row in rows if row.cells[2]]
    verb = max((len(row.cells[0]) for row in compared), default=0)
    lengths = [len(row.cells[1]) for row in compared]
    subject = max((length for length in lengths if length <= min(lengths) + _REACH), default=0)
    heads = [
        f"{row.cells[0].ljust(verb)} {row.cells[1].ljust(subject)} {row.cells[2]}"
        if row.cells[2]
        else f"{row.cells[0]} {row.cells[1]}"
        for row in rows
    ]
    reasoned = [len(head) for head, row in zip(heads, rows, strict=True) if row.cells[3]]
    lines: list[str] = []
    for gap in _REASON_GAPS if len(reasoned) > 1 else (1,):
        column = max(reasoned, default=0) + gap
        lines = [
            head.ljust(column) + row.cells[3] if row.cells[3] else head for head, row in zip(heads, rows, strict=True)
        ]
        if max(len(line) for line in lines) <= room:
            break
    return [_within(line, row, room) for line, row in zip(lines, rows, strict=True)]


def _within(line: str, row: Row, room: int) -> str:
    """The aligned line, or the plain one where only that is narrow enough."""
    return row.plain if len(line) > room >= len(row.plain) else line


def with_comments(lines: Sequence[str], comments: Sequence[str | None], room: int) -> list[str]:
    """Lines with the comments behind them, aligned where that keeps them within the width."""
    plain = [line if comment is None else line + GAP + comment for line, comment in zip(lines, comments, strict=True)]
    inside = {i for i, comment in enumerate(comments) if comment is not None and len(plain[i]) <= room}
    while inside:
        longest = max(len(lines[i]) for i in inside)
        between = [len(lines[i]) for i in range(min(inside), max(inside)) if comments[i] is None]
        reaching = max([longest, *(length for length in between if length <= longest + _BETWEEN)])
        for column in (reaching, longest):
            aligned = {i: lines[i].ljust(column) + GAP + str(comments[i]) for i in inside}
            if max(len(line) for line in aligned.values()) <= room:
                return [aligned.get(i, line) for i, line in enumerate(plain)]
        inside -= {i for i in inside if len(lines[i]) == longest}
    return plain
