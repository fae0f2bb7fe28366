"""`heads`, an option with options of its own: whether MACE reads each, and whether its files are here."""

from __future__ import annotations

import re
from typing import Any

from mlipilot.compiler.backends.mace.knowledge import HEAD_OPTIONS
from mlipilot.compiler.lint.lookup import find
from mlipilot.compiler.lint.settings import Settings
from mlipilot.compiler.lint.value import literal
from mlipilot.spec.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import Span
from mlipilot.spec.suggest import nearest

_FILES = ("train_file", "valid_file", "test_file")


def check_heads(settings: Settings) -> list[Diagnostic]:
    """What is wrong inside `heads`; its data are not scanned."""
    heads = literal(settings.value("heads"))
    if not settings.has("heads") or not isinstance(heads, dict):
        return []
    found: list[Diagnostic] = []
    for name, options in heads.items():
        if not isinstance(options, dict):
            continue
        for option, value in options.items():
            place = _place(settings, name, option)
            if option not in HEAD_OPTIONS:
                found.append(_unknown(settings, name, option, place))
            elif option in _FILES:
                found += [_absent(settings, name, file, place) for file in _named(value) if not _here(settings, file)]
    return found


def _named(value: Any) -> list[str]:
    return [file for file in (value if isinstance(value, list) else [value]) if isinstance(file, str)]


def _here(settings: Settings, file: str) -> bool:
    return find(file, settings.given["heads"].item.source) is not None


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


def _absent(settings: Settings, head: object, file: str, place: Span) -> Diagnostic:
    return Diagnostic(
        "MLP1113",
        f"`{file}` is not here",
        settings.given["heads"].item.source,
        Annotation(place, f"in the head `{head}`"),
        notes=("MACE stops where it does not find it",),
        help="call `mlipilot lint` where the data are, or check the path",
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


__all__ = ["check_heads"]
