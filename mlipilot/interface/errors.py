"""The one exception of the interface, and how faults that are values become it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from mlipilot.spec.diagnostics import Diagnostic

T = TypeVar("T")


class MlipilotError(Exception):
    """What was asked for cannot be had; `diagnostics` say why: each with its code, its place, what helps."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = [_in_python(diagnostic) for diagnostic in diagnostics]
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        from mlipilot.compiler.render import render

        return "\n\n" + render(self.diagnostics)


class InvalidSpec(MlipilotError):
    """A spec that cannot be compiled or edited as asked, with the diagnostics that say why."""


class MlipilotWarning(UserWarning):
    """What is doubtful and not refused: what a compilation warns of, a run of a spec that was changed since."""


def value_of(found: T | Diagnostic) -> T:
    """What was found; raises `MlipilotError` where that is a fault."""
    if isinstance(found, Diagnostic):
        raise MlipilotError([found])
    return found


def demand(fault: Diagnostic | None) -> None:
    """Raise a fault, where there is one."""
    if fault is not None:
        raise MlipilotError([fault])


def warn(remarks: Iterable[str], depth: int) -> None:
    """Say remarks at the line of whoever called, so many calls up."""
    for remark in remarks:
        warnings.warn(remark, MlipilotWarning, stacklevel=depth + 1)


_REMEDY = {"with `-o`": "as `output`"}
"""What a remedy calls an option of the command line, and what the parameter is called."""
_OPTIONS = {"--threshold": "thresholds", "--alpha": "alpha", "--confirm-seeds": "confirm_seeds"}
"""Options that are read as texts, and their parameters."""


def _in_python(diagnostic: Diagnostic) -> Diagnostic:
    """The same in words of a program: an option of the command line is a parameter."""
    help_, source = diagnostic.help, diagnostic.source
    for option, parameter in _REMEDY.items():
        help_ = help_.replace(option, parameter)
    if source is not None and source.name in _OPTIONS:
        source = replace(source, name=_OPTIONS[source.name])
    return replace(diagnostic, help=help_, source=source)
