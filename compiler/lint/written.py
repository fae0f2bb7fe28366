"""Options in a file that a script writes itself, out of a here-document, before it trains by them."""

from __future__ import annotations

from dataclasses import replace

from mlipilot.compiler.lint.item import UNKNOWN, Item
from mlipilot.compiler.lint.statement import Document
from mlipilot.compiler.lint.yaml_file import read_yaml
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.source import SourceFile

_EXPANDED = ("$", "`", "\\")


def written_options(source: SourceFile, document: Document | None, found: list[Diagnostic]) -> list[Item] | None:
    """The options that a script writes, at their places in it; None where they cannot be told.

    Values that the shell puts in are unknown.
    """
    if document is None or not document.places:
        return None
    start, end = document.places[0], document.places[-1] + 1
    if source.text[start:end] != document.text:
        return None  # in a text inside another
    alone = "".join(c if start <= at < end or c in "\r\n" else " " for at, c in enumerate(source.text))
    items, faults = read_yaml(source.with_text(alone))
    if faults and not document.literal and any(sign in document.text for sign in _EXPANDED):
        return None
    found += [replace(fault, source=source) for fault in faults]
    if faults and not items:
        return None
    return [_in_place(source, item, document) for item in items]


def _in_place(source: SourceFile, item: Item, document: Document) -> Item:
    written = source.slice(item.value)
    unknown = not document.literal and any(sign in written for sign in _EXPANDED)
    return replace(item, source=source, written=UNKNOWN if unknown else item.written)


__all__ = ["written_options"]
