"""What an edit says: a path of the search, a value of its domain, a reason."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from mlipilot.spec.diagnostics import Diagnostic

_KEYS = ("op", "path", "value", "because")


class Change(NamedTuple):
    """Set a path to a value, which is written as in a spec: `5.5 Å`, `true`, `huber(1, 100)`."""

    path: str
    value: str
    because: str = ""


def read_changes(text: str, where: str) -> list[Change] | Diagnostic:
    """Changes from JSON: one object or a list of `{"op": "set", "path": …, "value": …, "because": …}`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _invalid(f"`{where}` is no JSON: {error}")
    items = document if isinstance(document, list) else [document]
    changes: list[Change] = []
    for number, item in enumerate(items, 1):
        change = _read(item, f"edit {number} of `{where}`")
        if isinstance(change, Diagnostic):
            return change
        changes.append(change)
    return changes if changes else _invalid(f"`{where}` holds no edit")


def _read(item: Any, where: str) -> Change | Diagnostic:
    if not isinstance(item, dict):
        return _invalid(f"{where} is no object")
    strangers = sorted(set(item) - set(_KEYS))
    if strangers:
        return _invalid(f"{where} has the unknown key `{strangers[0]}`")
    if item.get("op") != "set":
        return _invalid(f"{where} has no operation that is known: `op` must be `set`")
    path, because = item.get("path"), item.get("because")
    if not isinstance(path, str):
        return _invalid(f"{where} names no `path`")
    if not isinstance(because, str) or not because.strip():
        return _invalid(f"{where} gives no reason", "say `because`: what the change is expected to do")
    if "value" not in item:
        return _invalid(f"{where} has no `value`")
    value = _written(item["value"])
    return _invalid(f"{where} has a `value` that no spec could have") if value is None else Change(path, value, because)


def _written(value: Any) -> str | None:
    """A JSON value as a spec writes it; a string is taken as it stands."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if math.isfinite(value) else None
    return value if isinstance(value, str) else None


def _invalid(headline: str, help_: str = "") -> Diagnostic:
    shape = 'an edit is `{"op": "set", "path": "potential.channels", "value": 16, "because": "…"}`'
    return Diagnostic("MLP0714", headline, help=help_ or shape)
