"""`heads`, an option with options of its own: whether MACE reads each, and what a head's training would run with."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mlipilot.compiler.backends.mace.knowledge import HEAD_OPTIONS, REPLAY_SETS
from mlipilot.compiler.lint.item import Item
from mlipilot.compiler.lint.settings import Setting, Settings
from mlipilot.compiler.lint.value import literal, read_value
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import Span
from mlipilot.spec.suggest import nearest

_REPLAY = "pt_head"
"""MACE's name of the head that replays the foundation model's data."""
_OUTSIDE = ("heads", "pt_train_file", "pt_valid_file")
"""Options that make heads, and are none of a head."""


def check_heads(settings: Settings) -> list[Diagnostic]:
    """What is wrong inside `heads`, but for its data."""
    return [
        _unknown(settings, name, option, _place(settings, name, option))
        for name, options in _written(settings).items()
        for option in options
        if option not in HEAD_OPTIONS
    ]


def head_settings(settings: Settings) -> dict[str, Settings]:
    """The settings of each head's data, by its name: its own options, else those that stand outside."""
    heads = {name: _overridden(settings, name, options) for name, options in _written(settings).items()}
    replayed = settings.given.get("pt_train_file")
    if replayed is not None and settings.replays and replayed.value not in REPLAY_SETS:
        given = {name: setting for name, setting in settings.given.items() if name not in (*HEAD_OPTIONS, *_OUTSIDE)}
        given["train_file"] = replayed
        if "pt_valid_file" in settings.given:
            given["valid_file"] = settings.given["pt_valid_file"]
        heads[_REPLAY] = replace(settings, given=given)
    return heads


def _written(settings: Settings) -> dict[str, dict[Any, Any]]:
    heads = literal(settings.value("heads"))
    if not settings.has("heads") or not isinstance(heads, dict):
        return {}
    return {str(name): options for name, options in heads.items() if isinstance(options, dict)}


def _overridden(settings: Settings, head: str, options: dict[Any, Any]) -> Settings:
    given = {name: setting for name, setting in settings.given.items() if name not in (*_OUTSIDE, "test_file")}
    unreadable = set(settings.unreadable)
    source = settings.given["heads"].item.source
    for word, written in options.items():
        option = settings.table.find(str(word)) if word in HEAD_OPTIONS else None
        if option is None:
            continue
        place = _place(settings, head, word)
        item = Item(str(word), written, source, place, place)
        if isinstance(written, list) and all(isinstance(part, str) for part in written):
            given[option.name] = Setting(option, written, item)
            continue
        value, diagnostic = read_value(option, item)
        if diagnostic is not None:
            unreadable.add(option.name)
        else:
            given[option.name] = Setting(option, value, item)
    return replace(settings, given=given, unreadable=unreadable)


def _unknown(settings: Settings, head: object, option: object, place: Span) -> Diagnostic:
    source = settings.given["heads"].item.source
    near = nearest(str(option), HEAD_OPTIONS)
    exact = source.slice(place) == option
    return Diagnostic(
        "MLP1102",
        f"a head has no option `{option}`",
        source,
        Annotation(place, f"in the head `{head}`"),
        notes=("MACE passes over it, and takes the value that stands outside `heads`",),
        help=f"did you mean `{near}`?" if near else "write it outside `heads`, or remove it",
        fix=Fix(f"write `{near}`", (Edit(place, near),), Applicability.UNSAFE) if near and exact else None,
    )


def _place(settings: Settings, head: object, option: object) -> Span:
    """Where an option of a head is written; all heads where it cannot be told."""
    item = settings.given["heads"].item
    text = item.source.slice(item.value)
    begin = re.search(rf"(?<![\w.-])['\"]?{re.escape(str(head))}['\"]?\s*:", text)
    if begin is None:
        return item.value
    key = re.compile(rf"(?<![\w.-])['\"]?({re.escape(str(option))})['\"]?\s*:")
    match = key.search(text, begin.end())
    start = item.value.start
    return Span(start + match.start(1), start + match.end(1)) if match else item.value


__all__ = ["check_heads", "head_settings"]
