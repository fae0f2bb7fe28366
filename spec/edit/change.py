"""What an edit says: a path of the search, a value of its domain, a reason."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.one_line import in_a_line

_KEYS = ("op", "path", "value", "because")


class Change(NamedTuple):
    """Set a path to a value, which is written as in a spec: `5.5 Å`, `true`, `huber(1, 100)`."""

    path: str
    value: str
    because: str = ""

    def __repr__(self) -> str:
        because = f"because {self.because}" if self.because else ""
        return in_a_line("Change", f"{self.path} = {self.value}", because)


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


def read_settings(settings: Sequence[str], because: str) -> list[Change] | Diagnostic:
    """Changes as they are typed, `PATH=VALUE`, all for one reason."""
    changes: list[Change] = []
    for setting in settings:
        path, sign, value = setting.partition("=")
        if not sign or not path.strip() or not value.strip():
            return _invalid(f"`--set {setting}` is no `PATH=VALUE`", "such as `potential.channels=16`")
        changes.append(Change(path.strip(), value.strip(), because))
    return changes


def changes_of(values: Mapping[str, object], because: str = "") -> list[Change] | Diagnostic:
    """Changes from values by path, all for one reason; a text is taken as a spec would have it: `4.5 Å`."""
    changes: list[Change] = []
    for path, value in values.items():
        written = _written(value)
        if not path.strip():
            return _invalid(f"`{path}` is no path", "a path is a text, such as `potential.channels`")
        if written is None or not written.strip():
            help_ = "give a number, `True`, `False`, or a text as a spec would have it, such as `4.5 Å`"
            return _invalid(f"`{path}` is set to `{value!r}`, which no spec could have", help_)
        changes.append(Change(path.strip(), written.strip(), because))
    return changes


def set_once(changes: Sequence[Change], how: str) -> list[Change] | Diagnostic:
    """The changes, each of another path; `how` is the advice where there is none."""
    paths = [change.path for change in changes]
    twice = [path for path in paths if paths.count(path) > 1]
    if twice:
        return _invalid(f"`{twice[0]}` is set twice", "say each path once")
    return list(changes) or _invalid("nothing is to be edited", how)


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
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return repr(float(value)) if math.isfinite(value) else None
    return value if isinstance(value, str) else None


def _invalid(headline: str, help_: str = "") -> Diagnostic:
    shape = 'an edit is `{"op": "set", "path": "potential.channels", "value": 16, "because": "…"}`'
    return Diagnostic("MLP0714", headline, help=help_ or shape)
