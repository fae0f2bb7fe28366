"""What does in Python what a verb does on the command line: the one table, which the page `docs/python.md` shows.

A test walks the verbs and their options: each has its counterpart here, or a reason why there is none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

_PRINTED = "how it is printed: values have attributes and tables, and most of them `document()`"
_CODE = "what the exit code says: the value says it"
FOR_PRINTING: Mapping[str, str] = {
    "--json": _PRINTED,
    "--output-format": "how diagnostics are printed: `mlipilot.render(diagnostics, format)`",
    "--exit-code": _CODE,
    "--gate": _CODE,
}
"""Options of every verb that have no parameter, and why."""


class Counterpart(NamedTuple):
    """What a verb is in Python."""

    call: str = ""
    """As it is called: `lint`, `Experiment.edit`; empty where nothing is."""
    takes: Mapping[str, str] = {}
    """By argument of the command line, its parameter; with `()` another function that does what the option asks for."""
    reasons: Mapping[str, str] = {}
    """Arguments without a parameter, and why."""
    reason: str = ""
    """Why nothing is called in its place."""

    @property
    def function(self) -> Callable[..., Any]:
        """What is called."""
        return function(self.call)


_SPEC = {"SPEC": "load()"}
_ENGINE = {"--engine": "engine"}
_FIXES = {"--fix": "fix", "--unsafe-fixes": "unsafe_fixes"}
_RUN = {"SPEC|RUN": "which"}
_RECORD = {"SPEC|RUN|FOLDER": "which"}

COUNTERPARTS: Mapping[str, Counterpart] = {
    "check": Counterpart("Experiment.check", _SPEC | _FIXES | _ENGINE),
    "fmt": Counterpart("Experiment.format", _SPEC | {"--check": "write", "--diff": "write"}),
    "compile": Counterpart("Experiment.compile", _SPEC | _ENGINE | {"--output": "output", "--probe": "probe"}),
    "plan show": Counterpart("Experiment.jobs", _SPEC),
    "plan diff": Counterpart("Experiment.diff", {"OLD": "load()", "NEW": "new"}),
    "plan graph": Counterpart("Experiment.graph", _SPEC | {"--format": "format", "--json": "format"}),
    "canonical": Counterpart("Experiment.canonical", _SPEC | {"--hash": "Experiment.hash()"}),
    "schema": Counterpart("schema", {"--format": "format"}),
    "power": Counterpart("Experiment.power", _SPEC),
    "execute": Counterpart("Experiment.execute", _SPEC | _ENGINE),
    "resume": Counterpart("resume", _RUN),
    "status": Counterpart("status", _RUN, {"--watch": "a call returns what is so now: call again"}),
    "logs": Counterpart(
        "logs",
        {"JOB": "job", "--run": "which", "--attempt": "attempt"},
        {"--follow": "a call returns what was printed so far: call again, or `execute(progress=True)`"},
    ),
    "cancel": Counterpart("cancel", _RUN),
    "pause": Counterpart("pause", _RUN | {"--off": "on"}),
    "veto": Counterpart("veto", _RUN | {"TRIAL": "trial", "--because": "because"}),
    "propose": Counterpart("propose", _RUN | {"--set": "changes", "--arm": "arm", "--because": "because"}),
    "report": Counterpart("report", _RUN | {"--output": "output"}),
    "explain": Counterpart("explain", {"CODE": "code"}),
    "edit": Counterpart(
        "Experiment.edit",
        _SPEC | {"--set": "changes", "--edits": "changes", "--because": "because", "--dry-run": "write"},
    ),
    "lint": Counterpart("lint", _FIXES | {"FILE": "file", "--data": "data", "--valid": "valid", "--test": "test"}),
    "verify": Counterpart("verify", _RECORD | {"--archive": "archive"}),
    "rejudge": Counterpart(
        "rejudge", _RECORD | {"--alpha": "alpha", "--threshold": "thresholds", "--confirm-seeds": "confirm_seeds"}
    ),
    "replay": Counterpart("replay", _RECORD),
    "doctor": Counterpart(
        "doctor",
        _SPEC | {"--model": "try_model()", "--calls": "try_model()", "--engine": "Experiment.check()"},
    ),
}
"""By verb, and by the looks of one that has several, in the order of the help."""


def function(call: str) -> Callable[..., Any]:
    """What is called: `lint`, `Experiment.edit`. Raises `AttributeError` where the package offers no such thing."""
    found: Any = import_module("mlipilot")
    for name in call.split("."):
        found = getattr(found, name)
    made: Callable[..., Any] = found
    return made


def gives(call: str) -> str:
    """The type of what is returned, as it is written."""
    return str(inspect.signature(function(call)).return_annotation)
